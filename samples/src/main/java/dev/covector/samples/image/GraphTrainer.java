package dev.covector.samples.image;

import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;

/**
 * A classifier whose graph has a function {@code train} of {@code image}, {@code label} and {@code learning_rate} that
 * returns the {@code loss}, and a function {@code evaluate} of {@code image} and {@code label} that returns how many are
 * {@code correct}.
 */
final class GraphTrainer implements ImageTrainer {
    private final PreparedCall train;
    private final PreparedCall evaluate;
    private final float[] rate = new float[1];

    GraphTrainer(Session session) {
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
