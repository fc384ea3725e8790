package dev.covector.samples.tabular;

import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import dev.covector.samples.picture.Chart;
import dev.covector.samples.picture.Panels;
import dev.covector.samples.picture.Picture;
import dev.covector.samples.picture.PictureOption;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Polynomials with too few terms, with the right ones, and with too many, for points of a cubic. */
@Command(name = "overfitting",
        description = "fits polynomials of degree 1, 3 and 20 to 12 noisy points of a cubic",
        footer = {"",
            "Exit status: 0 if degree 3 is good on fresh points, degree 1 is bad on all, and degree 20 is"
                    + " better than degree 3 on its own points, but twice as bad on fresh ones; 1 if not, 2 if an option is wrong."})
final class OverfittingSample implements Sample {
    private static final int TRAINING = 12;
    private static final int TEST = 100;
    private static final int STEPS = 3_000;
    private static final int DRAWN_EVERY = 10;
    private static final double NOISE = 0.3;
    /** A loss that leaves little but the noise, of which it is half the square. */
    private static final double GOOD = 2 * NOISE * NOISE / 2;

    private static final int WIDTH = 640;
    private static final int HEIGHT = 440;
    private static final Tensor GRID = grid(81);

    @Mixin
    private PictureOption picture = new PictureOption("overfitting");

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        picture.check();
        SplittableRandom random = new SplittableRandom(options.seed());
        Points training = Points.draw(random, TRAINING);
        Points test = Points.draw(random, TEST);
        List<Picture> charts = new ArrayList<>();
        Chart fits = new Chart("Fits", "x", "y").size(WIDTH, HEIGHT)
                .points("training", training.x.toDoubles(), training.y.toDoubles());
        Fit line;
        Fit cubic;
        Fit twentieth;
        try (Workers workers = options.workers()) {
            line = fit(1, workers, training, test, charts, fits, out);
            cubic = fit(3, workers, training, test, charts, fits, out);
            twentieth = fit(20, workers, training, test, charts, fits, out);
        }
        charts.add(fits);
        picture.write(new Panels(2, charts), out, err);
        boolean reached = cubic.test < GOOD && line.training > GOOD && line.test > GOOD
                && twentieth.training < cubic.training && twentieth.test > 2 * cubic.test;
        out.println("degree 1 fits too little, degree 20 too much: " + (reached ? "ok" : "not reached"));
        return reached;
    }

    /** Losses after the last step. */
    private record Fit(double training, double test) {}

    private Fit fit(int degree, Workers workers, Points training, Points test, List<Picture> charts,
            Chart fits, PrintWriter out) {
        Session session = options.session(Polynomial.graph(degree), workers);
        double[] steps = new double[STEPS / DRAWN_EVERY];
        double[] trainingLoss = new double[steps.length];
        double[] testLoss = new double[steps.length];
        for (int i = 0; i < steps.length; i++) {
            for (int j = 0; j < DRAWN_EVERY; j++) {
                session.call("train").input("x", training.x).input("y", training.y).run();
            }
            steps[i] = (i + 1) * DRAWN_EVERY;
            trainingLoss[i] = loss(session, training);
            testLoss[i] = loss(session, test);
        }
        charts.add(new Chart("Degree " + degree, "step", "loss").size(WIDTH, HEIGHT).logarithmic()
                .line("training", steps, trainingLoss).line("test", steps, testLoss));
        fits.line("degree " + degree, GRID.toDoubles(),
                session.call("predict").input("x", GRID).run().tensor("y").toDoubles());
        Fit fit = new Fit(trainingLoss[steps.length - 1], testLoss[steps.length - 1]);
        out.printf(Locale.ROOT, "degree %2d  training loss %.5f  test loss %.5f%n", degree, fit.training,
                fit.test);
        return fit;
    }

    /** Equally spaced from -1 to 1. */
    private static Tensor grid(int count) {
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = 2f * i / (count - 1) - 1;
        }
        return Tensor.of(x, count);
    }

    private static double loss(Session session, Points points) {
        return session.call("evaluate").input("x", points.x).input("y", points.y).run().scalar("loss");
    }

    /**
     * Points of 5 + 2.4 x - 6.8 x² + 7.5 x³ + noise.
     *
     * @param x float32 [count], equally spaced from -1 to 1
     * @param y float32 [count]
     */
    private record Points(Tensor x, Tensor y) {
        static Points draw(SplittableRandom random, int count) {
            float[] x = new float[count];
            float[] y = new float[count];
            for (int i = 0; i < count; i++) {
                double at = -1 + 2 * (i + 0.5) / count;
                x[i] = (float) at;
                y[i] = (float) (5 + at * (1.2 + at * (-3.4 / 2 + at * 5.6 / 6))
                        + NOISE * random.nextGaussian());
            }
            return new Points(Tensor.of(x, count), Tensor.of(y, count));
        }
    }
}
