package dev.covector.samples.kotlin

import dev.covector.data.Idx
import dev.covector.data.ImageSet
import dev.covector.graph.Graph
import dev.covector.graph.nn.Losses.softmaxCrossEntropy
import dev.covector.graph.nn.Sgd
import dev.covector.kotlin.*
import dev.covector.runtime.DType.FLOAT32
import dev.covector.runtime.DType.INT32
import dev.covector.runtime.Shape
import dev.covector.samples.image.ImageSample
import java.io.PrintWriter
import picocli.CommandLine.Command

private const val HIDDEN = 256

/** One step of training, and the number of right answers, for a batch of any size. */
fun mlp(pixels: Int): Graph =
    graph("mlp") {
        val batch by dim()
        val image by input(FLOAT32, batch, pixels)
        val label by input(INT32, batch)
        val learningRate = input("learning_rate", FLOAT32, Shape.scalar())

        val hidden by linear(pixels, HIDDEN)
        val output by linear(HIDDEN, Idx.CLASSES)
        val logits = output(hidden(image).relu())
        val loss = softmaxCrossEntropy(logits, label).mean()
        val correct = logits.argmax(-1).eq(label).cast(FLOAT32).sum()

        function("train") {
            returns("loss" to loss)
            updates(Sgd.of(learningRate).minimize(loss))
        }
        function("evaluate") { returns("correct" to correct) }
    }

/** Images into ten classes by one hidden layer of 256 ReLU units. */
@Command(name = "mlp-kotlin", description = ["trains the network of mlp, written in Kotlin"])
internal class MlpSample :
    ImageSample("mlp-kotlin", "One hidden layer of $HIDDEN units", 5, 0.5f, 0.9, 0.85) {
    override fun graph(images: ImageSet, out: PrintWriter): Graph = mlp(images.size())
}
