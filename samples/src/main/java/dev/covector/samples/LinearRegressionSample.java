package dev.covector.samples;

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

    /** A linear model of two features, starting from its own initial values. */
    interface Trainer {
        /**
         * One update from the first {@code count} points of a batch.
         *
         * @param features row-major {@code (at least count, 2)}; valid during the call only
         * @return the mean loss of the batch before the update
         */
        float step(float[] features, float[] targets, int count);

        float[] weights();

        float bias();
    }

    /** Compiles the model. */
    @FunctionalInterface
    interface Compiling {
        Trainer trainer(float learningRate, CompilerOptions options);
    }

    private final Compiling compiling;

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
    private CompilerOptions options = new CompilerOptions();

    LinearRegressionSample(Compiling compiling) {
        this.compiling = compiling;
    }

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        Points points = Points.draw(options.seed);
        Trainer trainer = compiling.trainer(learningRate, options);
        Shuffle shuffle = new Shuffle(POINTS, options.seed);
        for (int epoch = 1; epoch <= epochs; epoch++) {
            shuffle.next();
            out.printf(Locale.ROOT, "epoch %d  loss %.6f%n", epoch, epoch(trainer, points, shuffle));
        }
        float[] w = trainer.weights();
        float b = trainer.bias();
        boolean found = near(w[0], WEIGHTS[0]) && near(w[1], WEIGHTS[1]) && near(b, BIAS);
        out.printf(Locale.ROOT, "w = [%.4f, %.4f], b = %.4f; expected [%s, %s] and %s within %s: %s%n", w[0],
                w[1], b,
                WEIGHTS[0], WEIGHTS[1], BIAS, TOLERANCE, found ? "ok" : "not reached");
        return found;
    }

    private double epoch(Trainer trainer, Points points, Shuffle shuffle) {
        int most = Math.min(batch, POINTS);
        float[] features = new float[most * 2];
        float[] targets = new float[most];
        double sum = 0;
        for (int from = 0; from < POINTS; from += most) {
            int count = Math.min(most, POINTS - from);
            for (int i = 0; i < count; i++) {
                int point = shuffle.at(from + i);
                System.arraycopy(points.features, 2 * point, features, 2 * i, 2);
                targets[i] = points.targets[point];
            }
            sum += (double) trainer.step(features, targets, count) * count;
        }
        return sum / POINTS;
    }

    private static boolean near(float found, float expected) {
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
