package dev.covector.samples.image;

import dev.covector.data.Batches;
import dev.covector.data.DataLoader;
import dev.covector.data.ImageData;
import dev.covector.data.ImageSet;
import dev.covector.runtime.Tensor;
import dev.covector.samples.command.DivergedException;
import dev.covector.samples.command.Progress;
import dev.covector.samples.command.StepTimes;
import dev.covector.samples.picture.LossCurve;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** Trains a classifier for some epochs of shuffled mini-batches, and tells how it goes. */
final class ImageTraining {
    private final ImageData data;
    private final UnaryOperator<Tensor> prepare;
    private final int batch;
    private final DataLoader loader;
    private final float learningRate;
    private final boolean decay;
    private final int most;
    private final StepTimes times = new StepTimes();
    private int taken;

    /**
     * A training yet to be run.
     *
     * @param prepare      makes of a batch of images, [count, height, width, channels], what the network takes
     * @param learningRate of the first step
     * @param decay        whether the learning rate falls to 0 in a straight line
     * @param most         how many steps there may be, with which an epoch ends early
     */
    ImageTraining(ImageData data, UnaryOperator<Tensor> prepare, int batch, float learningRate,
            boolean decay, int most, long seed) {
        this.data = data;
        this.prepare = prepare;
        this.batch = batch;
        this.loader = loader(data.train(), data.train().count()).shuffle().seed(seed);
        this.learningRate = learningRate;
        this.decay = decay;
        this.most = most;
    }

    /**
     * Prints a line an epoch and draws a bar meanwhile. What it prints as the accuracy on the training set is that on as
     * many of its images as there are in the test set.
     *
     * @param curve takes the loss of each step, and the mean loss and test accuracy of each epoch
     * @return the accuracy on the test set after the last epoch
     * @throws DivergedException if the loss is no number any more
     */
    double run(ImageTrainer trainer, int epochs, LossCurve curve, PrintWriter out) {
        int compared = Math.min(data.train().count(), data.test().count());
        double accuracy = 0;
        for (int epoch = 1; epoch <= epochs && taken < most; epoch++) {
            Epoch passed = epoch(trainer, epoch, epochs, curve, out);
            accuracy = accuracy(trainer, data.test(), data.test().count());
            curve.epoch(passed.loss, accuracy);
            out.printf(Locale.ROOT,
                    "epoch %d  loss %.4f  train accuracy %.4f  test accuracy %.4f  %,.0f images/s%n",
                    epoch, passed.loss, accuracy(trainer, data.train(), compared), accuracy,
                    passed.imagesPerSecond);
            out.flush();
        }
        out.println(times.summary());
        return accuracy;
    }

    private record Epoch(double loss, double imagesPerSecond) {}

    private Epoch epoch(ImageTrainer trainer, int epoch, int epochs, LossCurve curve, PrintWriter out) {
        long begin = System.nanoTime();
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
                if (++taken == most) {
                    break;
                }
            }
        }
        return new Epoch(sum / seen, seen / ((System.nanoTime() - begin) * 1e-9));
    }

    /** The first images of a set. */
    private DataLoader loader(ImageSet set, int count) {
        return DataLoader.of(batch, set.images().rows(0, count), set.labels().rows(0, count))
                .map(loaded -> loaded.with(0, prepare.apply(loaded.get(0))));
    }

    private double accuracy(ImageTrainer trainer, ImageSet set, int count) {
        int correct = 0;
        try (Batches batches = loader(set, count).epoch(0)) {
            for (var loaded : batches) {
                correct += trainer.correct(new Batch(loaded.get(0), loaded.get(1)));
            }
        }
        return (double) correct / count;
    }
}
