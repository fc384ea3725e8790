package dev.covector.samples.kotlin

import dev.covector.data.Idx
import dev.covector.data.ImageSet
import dev.covector.data.Transforms
import dev.covector.graph.Convolution
import dev.covector.graph.Graph
import dev.covector.graph.nn.Adam
import dev.covector.graph.nn.AvgPool2d
import dev.covector.graph.nn.Flatten
import dev.covector.graph.nn.Initializers.xavierUniform
import dev.covector.graph.nn.Initializers.zeros
import dev.covector.graph.nn.Losses.softmaxCrossEntropy
import dev.covector.kotlin.*
import dev.covector.runtime.DType.FLOAT32
import dev.covector.runtime.DType.INT32
import dev.covector.runtime.Shape
import dev.covector.runtime.Tensor
import dev.covector.samples.image.ImageSample
import java.io.PrintWriter
import picocli.CommandLine.Command

private const val SIZE = 28

/**
 * Convolutions, sigmoids and average pooling, for images of 28 x 28; behind a layer, the shape of
 * what it makes.
 */
fun leNet(channels: Int): Graph =
    graph("LeNet") {
        val batch by dim()
        val image by input(FLOAT32, batch, SIZE, SIZE, channels)
        val label by input(INT32, batch)
        val learningRate = input("learning_rate", FLOAT32, Shape.scalar())

        val xavier = xavierUniform()
        val pool = AvgPool2d.of(2)

        val conv1 by conv2d(channels, 6, size = 5, Convolution.of().padding(2), xavier, zeros())
        val edges = pool(conv1(image).sigmoid()) // [batch, 14, 14, 6]
        val conv2 by conv2d(6, 16, size = 5, weight = xavier, bias = zeros())
        val parts = pool(conv2(edges).sigmoid()) // [batch, 5, 5, 16]
        val features = Flatten.of()(parts) // [batch, 400]
        val linear1 by linear(400, 120, xavier, zeros())
        val hidden1 = linear1(features).sigmoid()
        val linear2 by linear(120, 84, xavier, zeros())
        val hidden2 = linear2(hidden1).sigmoid()
        val output by linear(84, Idx.CLASSES, xavier, zeros())
        val logits = output(hidden2) // [batch, 10]
        val loss = softmaxCrossEntropy(logits, label).mean()
        val correct = logits.argmax(-1).eq(label).cast(FLOAT32).sum()

        function("train") {
            returns("loss" to loss)
            updates(Adam.of(learningRate).minimize(loss))
        }
        function("evaluate") { returns("correct" to correct) }
    }

/** LeCun's network, whose Java twin can also be told other sizes of images and layers. */
@Command(name = "lenet-kotlin", description = ["trains the network of lenet, written in Kotlin"])
internal class LeNetSample : ImageSample("lenet-kotlin", "LeNet", 6, 0.01f, 0.7, 0.7) {
    init {
        drawnTraining = 4_000
        drawnTest = 400
        batch = 64
    }

    override fun prepare(images: Tensor): Tensor = Transforms.resize(images, SIZE, SIZE)

    override fun graph(images: ImageSet, out: PrintWriter): Graph = leNet(images.channels())
}
