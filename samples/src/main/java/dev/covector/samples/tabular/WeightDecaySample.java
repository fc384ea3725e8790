package dev.covector.samples.tabular;

import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import dev.covector.samples.picture.Chart;
import dev.covector.samples.picture.Panels;
import dev.covector.samples.picture.PictureOption;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What a penalty on large weights is good for: 200 of them, and 20 examples. */
@Command(name = "weight-decay",
        description = "fits 200 weights to 20 noisy examples, without weight decay and with it",
        footer = {"",
            "Exit status: 0 if weight decay makes the test loss at least ten times smaller, although both fit"
                    + " the training examples; 1 if not, 2 if an option is wrong."})
final class WeightDecaySample implements Sample {
    private static final int TRAINING = 20;
    private static final int TEST = 100;
    private static final int STEPS = 600;
    private static final double DECAY = 3;
    private static final double FITTED = 0.05;

    @Mixin
    private PictureOption picture = new PictureOption("weight-decay");

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        picture.check();
        SplittableRandom random = new SplittableRandom(options.seed());
        Points training = Points.draw(random, TRAINING);
        Points test = Points.draw(random, TEST);
        Fit without;
        Fit with;
        try (Workers workers = options.workers()) {
            without = fit(options.session(WeightDecay.graph(0), workers), training, test);
            with = fit(options.session(WeightDecay.graph(DECAY), workers), training, test);
        }
        without.tell("without decay", out);
        with.tell("with decay", out);
        picture.write(new Panels(2, List.of(without.chart("Without weight decay"),
                with.chart("With weight decay"))), out, err);
        boolean reached = without.lastTraining() < FITTED && with.lastTraining() < FITTED
                && with.lastTest() < without.lastTest() / 10;
        out.printf(Locale.ROOT, "both fit the training examples, decay divides the test loss by %.0f: %s%n",
                without.lastTest() / with.lastTest(), reached ? "ok" : "not reached");
        return reached;
    }

    private static Fit fit(Session session, Points training, Points test) {
        Fit fit = new Fit(new double[STEPS], new double[STEPS], new double[STEPS]);
        for (int step = 0; step < STEPS; step++) {
            session.call("train").input("x", training.x).input("y", training.y).run();
            Results seen = evaluate(session, training);
            fit.training[step] = seen.scalar("loss");
            fit.norm[step] = seen.scalar("norm");
            fit.test[step] = evaluate(session, test).scalar("loss");
        }
        return fit;
    }

    private static Results evaluate(Session session, Points points) {
        return session.call("evaluate").input("x", points.x).input("y", points.y).run();
    }

    /** Losses, and the norm of all weights, after each step. */
    private record Fit(double[] training, double[] test, double[] norm) {
        double lastTraining() {
            return training[STEPS - 1];
        }

        double lastTest() {
            return test[STEPS - 1];
        }

        void tell(String name, PrintWriter out) {
            out.printf(Locale.ROOT, "%-13s  training loss %.6f  test loss %8.4f  norm of the weights %6.3f%n",
                    name,
                    lastTraining(), lastTest(), norm[STEPS - 1]);
        }

        Chart chart(String title) {
            return new Chart(title, "step", "loss").size(600, 480).logarithmic().line("training", training)
                    .line("test", test);
        }
    }

    /**
     * Points of y = 0.05 + 0.01 (x[0] + … + x[199]) + noise.
     *
     * @param x float32 [count, INPUTS], standard normal
     * @param y float32 [count]
     */
    private record Points(Tensor x, Tensor y) {
        static Points draw(SplittableRandom random, int count) {
            float[] x = new float[count * WeightDecay.INPUTS];
            float[] y = new float[count];
            for (int i = 0; i < count; i++) {
                double sum = 0;
                for (int j = 0; j < WeightDecay.INPUTS; j++) {
                    x[i * WeightDecay.INPUTS + j] = (float) random.nextGaussian();
                    sum += x[i * WeightDecay.INPUTS + j];
                }
                y[i] = (float) (0.05 + 0.01 * sum + 0.01 * random.nextGaussian());
            }
            return new Points(Tensor.of(x, count, WeightDecay.INPUTS), Tensor.of(y, count));
        }
    }
}
