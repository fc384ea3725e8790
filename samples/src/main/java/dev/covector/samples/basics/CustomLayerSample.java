package dev.covector.samples.basics;

import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Points of a ring told from those inside and outside of it, by units that are on or off. */
@Command(name = "custom-layer",
        description = "trains a layer of one's own with a gradient of one's own, and once without",
        footer = {"",
            "Exit status: 0 if the test accuracy is at least 0.9, and greater than without the layer's own"
                    + " gradient; 1 if not, 2 if an option is wrong."})
final class CustomLayerSample implements Sample {
    private static final int POINTS = 500;
    private static final int STEPS = 1_000;
    private static final double AT_LEAST = 0.9;

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        SplittableRandom random = new SplittableRandom(options.seed());
        Points training = Points.draw(random);
        Points test = Points.draw(random);
        double accuracy;
        double without;
        try (Workers workers = options.workers()) {
            Session session = options.session(CustomLayer.graph(0), workers);
            train(session, training);
            without = accuracy(session, test);
            out.printf(Locale.ROOT, "with a step's true gradient, 0     test accuracy %.3f  thresholds %s%n",
                    without,
                    learnt(session) ? "learnt" : "as they were");

            session = options.session(CustomLayer.graph(CustomLayer.NEAR), workers);
            train(session, training);
            accuracy = accuracy(session, test);
            out.printf(Locale.ROOT, "with the layer's own gradient      test accuracy %.3f  thresholds %s%n",
                    accuracy,
                    learnt(session) ? "learnt" : "as they were");
        }
        boolean reached = accuracy >= AT_LEAST && accuracy > without;
        out.printf(Locale.ROOT, "its own gradient is better, and reaches %s: %s%n", AT_LEAST,
                reached ? "ok" : "not reached");
        return reached;
    }

    private static void train(Session session, Points points) {
        PreparedCall train =
                session.prepare("train").input("point", points.points).input("label", points.labels);
        for (int step = 0; step < STEPS; step++) {
            train.run();
        }
    }

    private static boolean learnt(Session session) {
        return !Arrays.equals(session.parameters().get("steps.threshold").toFloats(),
                new float[CustomLayer.UNITS]);
    }

    private static double accuracy(Session session, Points points) {
        int[] predicted =
                session.call("predict").input("point", points.points).run().tensor("class").toInts();
        int[] labels = points.labels.toInts();
        int right = 0;
        for (int i = 0; i < labels.length; i++) {
            right += predicted[i] == labels[i] ? 1 : 0;
        }
        return (double) right / labels.length;
    }

    /**
     * Points of a square, and which of them are in a ring around its middle.
     *
     * @param points float32 [POINTS, 2]
     * @param labels int32 [POINTS]: 1 in the ring
     */
    private record Points(Tensor points, Tensor labels) {
        static Points draw(SplittableRandom random) {
            float[] points = new float[POINTS * 2];
            int[] labels = new int[POINTS];
            for (int i = 0; i < POINTS; i++) {
                double x = random.nextDouble(-2, 2);
                double y = random.nextDouble(-2, 2);
                points[2 * i] = (float) x;
                points[2 * i + 1] = (float) y;
                double distance = Math.sqrt(x * x + y * y);
                labels[i] = distance > 0.8 && distance < 1.8 ? 1 : 0;
            }
            return new Points(Tensor.of(points, POINTS, 2), Tensor.of(labels, POINTS));
        }
    }
}
