package dev.covector.samples.image;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;

import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Block;
import dev.covector.graph.nn.Conv2d;
import dev.covector.graph.nn.Flatten;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.MaxPool2d;
import dev.covector.graph.nn.Sequential;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

/** A body that finds features in images, and a head that makes classes of them, which learn at different rates. */
final class FineTuning {
    static final int CLASSES = 5;

    private FineTuning() {}

    /** @param head the path of the head, which is another one for other classes; the body's is {@code body} */
    static Graph graph(String head, double bodyRate, double headRate) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("fine_tuning_" + head);
        Expr image = g.input("image", FLOAT32, Shape.of(batch, 28, 28, 1));
        Expr label = g.input("label", INT32, Shape.of(batch));

        Block body = Sequential.of(
                Conv2d.of(g, "body.conv1", 1, 8, 5, Convolution.of().samePadding()), Expr::relu,
                MaxPool2d.of(4),
                Conv2d.of(g, "body.conv2", 8, 16, 3, Convolution.of().samePadding()), Expr::relu,
                Flatten.of(),
                Linear.of(g, "body.linear", 7 * 7 * 16, 64), Expr::relu);
        Expr logits = Linear.of(g, head, 64, CLASSES).invoke(body.invoke(image));
        Expr loss = Losses.softmaxCrossEntropy(logits, label).mean();
        Expr correct = logits.argmax(-1).eq(label).cast(FLOAT32).sum();

        g.function("train").returns("loss", loss)
                .updates(Sgd.of(bodyRate).momentum(0.9).minimize(loss, g.trainable(loss, "body")))
                .updates(Sgd.of(headRate).momentum(0.9).minimize(loss, g.trainable(loss, head)));
        g.function("evaluate").returns("correct", correct);
        return g.build();
    }
}
