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
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;

/** A network with one hidden layer of ReLU units that tells ten classes of images apart. */
final class Mlp implements ImageTrainer {
    static final int HIDDEN = 256;

    private final PreparedCall train;
    private final PreparedCall evaluate;
    private final float[] rate = new float[1];

    /** One step of training, and the number of right answers, each a function of a batch of any size. */
    static Graph graph(int pixels) {
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

    Mlp(Session session) {
        train = session.prepare("train").input("learning_rate", Tensor.of(rate));
        evaluate = session.prepare("evaluate");
    }

    @Override
    public float step(Batch batch, float learningRate) {
        rate[0] = learningRate;
        return train.input("image", batch.images()).input("label", batch.labels()).run().scalar("loss");
    }

    @Override
    public int correct(Batch batch) {
        return (int) evaluate.input("image", batch.images()).input("label", batch.labels()).run()
                .scalar("correct");
    }
}
