package dev.covector.samples.image;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;

import dev.covector.data.Idx;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

/** A network with one hidden layer of ReLU units that tells ten classes of images apart. */
public final class Mlp {
    static final int HIDDEN = 256;

    private Mlp() {}

    /** One step of training, and the number of right answers, each a function of a batch of any size. */
    public static Graph graph(int pixels) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("mlp");
        Expr image = g.input("image", FLOAT32, Shape.of(batch, Dim.of(pixels)));
        Expr label = g.input("label", INT32, Shape.of(batch));
        Expr learningRate = g.input("learning_rate", FLOAT32, Shape.scalar());

        Linear hidden = Linear.of(g, "hidden", pixels, HIDDEN);
        Linear output = Linear.of(g, "output", HIDDEN, Idx.CLASSES);
        Expr logits = output.invoke(hidden.invoke(image).relu());
        Expr loss = Losses.softmaxCrossEntropy(logits, label).mean();
        Expr correct = logits.argmax(-1).eq(label).cast(FLOAT32).sum();

        g.function("train").returns("loss", loss).updates(Sgd.of(learningRate).minimize(loss));
        g.function("evaluate").returns("correct", correct);
        return g.build();
    }
}
