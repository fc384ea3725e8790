package dev.covector.samples.image;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;

import dev.covector.data.Idx;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

/** Ten classes of images told apart by a linear layer: each class weighs the pixels. */
final class SoftmaxRegression {
    private SoftmaxRegression() {}

    static Graph graph(int pixels) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("softmax_regression");
        Expr image = g.input("image", FLOAT32, Shape.of(batch, Dim.of(pixels)));
        Expr label = g.input("label", INT32, Shape.of(batch));
        Expr learningRate = g.input("learning_rate", FLOAT32, Shape.scalar());

        Expr logits = Linear.of(g, "linear", pixels, Idx.CLASSES, Initializers.normal(0.01),
                Initializers.zeros()).invoke(image);
        Expr loss = Losses.softmaxCrossEntropy(logits, label).mean();
        Expr correct = logits.argmax(-1).eq(label).cast(FLOAT32).sum();

        g.function("train").returns("loss", loss).updates(Sgd.of(learningRate).minimize(loss));
        g.function("evaluate").returns("correct", correct);
        return g.build();
    }
}
