package dev.covector.samples.image;

import dev.covector.data.Batches;
import dev.covector.data.DataLoader;
import dev.covector.data.ImageData;
import dev.covector.data.ImageSet;
import dev.covector.samples.command.DivergedException;
import dev.covector.samples.command.Progress;
import dev.covector.samples.command.StepTimes;
import dev.covector.samples.picture.LossCurve;
import java.io.PrintWriter;
import java.util.Locale;

/** Trains a classifier for some epochs of shuffled mini-batches, and tells how it goes. */
final class ImageTraining {
    /** Images classified per call when accuracy is measured. */
    private static final int EVALUATED_AT_ONCE = 1_000;

    private final ImageData data;
    private final DataLoader loader;
    private final float learningRate;
    private final boolean decay;
    private final StepTimes times = new StepTimes();

    /**
     * A training yet to be run.
     *
     * @param learningRate of the first step
     * @param decay        whether the learning rate falls to 0 in a straight line
     */
    ImageTraining(ImageData data, int batch, float learningRate, boolean decay, long seed) {
        this.data = data;
        this.loader = DataLoader.of(batch, data.train().flat(), data.train().labels()).shuffle().seed(seed);
        this.learningRate = learningRate;
        this.decay = decay;
    }

    /**
     * Prints a line an epoch and draws a bar meanwhile.
     *
     * @param curve takes the loss of each step, and the mean loss and test accuracy of each epoch
     * @return the accuracy on the test set after the last epoch
     * @throws DivergedException if the loss is no number any more
     */
    double run(ImageTrainer trainer, int epochs, LossCurve curve, PrintWriter out) {
        double accuracy = 0;
        for (int epoch = 1; epoch <= epochs; epoch++) {
            long start = System.nanoTime();
            double loss = epoch(trainer, epoch, epochs, curve, out);
            double seconds = (System.nanoTime() - start) * 1e-9;
            accuracy = accuracy(trainer, data.test());
            curve.epoch(loss, accuracy);
            out.printf(Locale.ROOT,
                    "epoch %d  loss %.4f  train accuracy %.4f  test accuracy %.4f  %,.0f images/s%n",
                    epoch, loss, accuracy(trainer, data.train()), accuracy, data.train().count() / seconds);
            out.flush();
        }
        out.println(times.summary());
        return accuracy;
    }

    private double epoch(ImageTrainer trainer, int epoch, int epochs, LossCurve curve, PrintWriter out) {
        int examples = loader.examples();
        int seen = 0;
        double sum = 0;
        try (Progress progress = Progress.of("epoch " + epoch + "/" + epochs, examples, out);
                Batches batches = loader.epoch(epoch)) {
            for (var loaded : batches) {
                Batch next = new Batch(loaded.get(0), loaded.get(1));
                double done = (epoch - 1 + (double) seen / examples) / epochs;
                float rate = decay ? (float) (learningRate * (1 - done)) : learningRate;
                long start = System.nanoTime();
                float loss = DivergedException.check(trainer.step(next, rate), epoch, loaded.index() + 1);
                times.add(System.nanoTime() - start);
                sum += (double) loss * next.count();
                seen += next.count();
                curve.step(loss);
                progress.step(next.count(), loss);
            }
        }
        return sum / examples;
    }

    private static double accuracy(ImageTrainer trainer, ImageSet set) {
        Batch all = new Batch(set.flat(), set.labels());
        int correct = 0;
        for (int from = 0; from < set.count(); from += EVALUATED_AT_ONCE) {
            correct += trainer.correct(all.rows(from, Math.min(from + EVALUATED_AT_ONCE, set.count())));
        }
        return (double) correct / set.count();
    }
}
