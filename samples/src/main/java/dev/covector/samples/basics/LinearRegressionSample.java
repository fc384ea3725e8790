package dev.covector.samples.basics;

import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.DivergedException;
import dev.covector.samples.command.PositiveFloat;
import dev.covector.samples.command.PositiveInt;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import dev.covector.samples.command.Shuffle;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.SplittableRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Two weights and a bias, found again from noisy points. */
@Command(name = "linear-regression",
        description = "finds w = [2, -3.4] and b = 4.2 again from 1,000 noisy points",
        footer = {"",
            "Exit status: 0 if all three are found within the tolerance, 1 if not, 2 if an option is"
                    + " wrong."})
final class LinearRegressionSample implements Sample {
    private static final int POINTS = 1_000;
    private static final float[] WEIGHTS = {2, -3.4f};
    private static final float BIAS = 4.2f;
    private static final double NOISE = 0.01;
    private static final double TOLERANCE = 1e-2;

    @Option(names = "--epochs", paramLabel = "N", converter = PositiveInt.class,
            description = "passes over the points (default: ${DEFAULT-VALUE})")
    private int epochs = 3;

    @Option(names = "--batch", paramLabel = "N", converter = PositiveInt.class,
            description = "points per update (default: ${DEFAULT-VALUE})")
    private int batch = 10;

    @Option(names = "--learning-rate", paramLabel = "RATE", converter = PositiveFloat.class,
            description = "step of gradient descent (default: ${DEFAULT-VALUE})")
    private float learningRate = 0.03f;

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        Points points = Points.draw(options.seed());
        Shuffle shuffle = new Shuffle(POINTS, options.seed());
        float[] w;
        double b;
        try (Workers workers = options.workers()) {
            LinearRegression model =
                    new LinearRegression(options.session(LinearRegression.graph(learningRate), workers));
            for (int epoch = 1; epoch <= epochs; epoch++) {
                shuffle.next();
                out.printf(Locale.ROOT, "epoch %d  loss %.6f%n", epoch, train(model, points, shuffle, epoch));
            }
            w = model.weights();
            b = model.bias();
        }
        boolean found = near(w[0], WEIGHTS[0]) && near(w[1], WEIGHTS[1]) && near(b, BIAS);
        out.printf(Locale.ROOT, "w = [%.4f, %.4f], b = %.4f; expected [%s, %s] and %s within %s: %s%n", w[0],
                w[1], b, WEIGHTS[0], WEIGHTS[1], BIAS, TOLERANCE, found ? "ok" : "not reached");
        return found;
    }

    /** One epoch; returns the mean loss of its points, each before the step that it was part of. */
    private double train(LinearRegression model, Points points, Shuffle shuffle, int epoch) {
        int most = Math.min(batch, POINTS);
        float[] features = new float[most * 2];
        float[] targets = new float[most];
        Tensor x = Tensor.of(features, most, 2);
        Tensor y = Tensor.of(targets, most);
        double sum = 0;
        for (int from = 0; from < POINTS; from += most) {
            int count = Math.min(most, POINTS - from);
            for (int i = 0; i < count; i++) {
                int point = shuffle.at(from + i);
                System.arraycopy(points.features, 2 * point, features, 2 * i, 2);
                targets[i] = points.targets[point];
            }
            boolean whole = count == most;
            float loss = model.step(whole ? x : x.rows(0, count), whole ? y : y.rows(0, count));
            sum += (double) DivergedException.check(loss, epoch, from / most + 1) * count;
        }
        return sum / POINTS;
    }

    private static boolean near(double found, float expected) {
        return Math.abs(found - expected) <= TOLERANCE;
    }

    /** Standard normal features, and targets on the plane up to the noise. */
    private static final class Points {
        private final float[] features = new float[POINTS * 2];
        private final float[] targets = new float[POINTS];

        static Points draw(long seed) {
            Points points = new Points();
            SplittableRandom random = new SplittableRandom(seed);
            for (int i = 0; i < POINTS; i++) {
                float x0 = (float) normal(random);
                float x1 = (float) normal(random);
                points.features[2 * i] = x0;
                points.features[2 * i + 1] = x1;
                points.targets[i] =
                        WEIGHTS[0] * x0 + WEIGHTS[1] * x1 + BIAS + (float) (NOISE * normal(random));
            }
            return points;
        }

        /** Box and Muller's method, with {@link StrictMath} and raw words so that all machines agree. */
        private static double normal(SplittableRandom random) {
            double radius = StrictMath.sqrt(-2 * StrictMath.log(((random.nextLong() >>> 11) + 1) * 0x1p-53));
            return radius * StrictMath.cos(2 * Math.PI * ((random.nextLong() >>> 11) * 0x1p-53));
        }
    }
}
