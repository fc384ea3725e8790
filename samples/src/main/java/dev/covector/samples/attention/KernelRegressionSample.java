package dev.covector.samples.attention;

import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import dev.covector.samples.picture.Chart;
import dev.covector.samples.picture.HeatMap;
import dev.covector.samples.picture.Panels;
import dev.covector.samples.picture.PictureOption;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Attention in its oldest form, on 50 noisy points of a curve. */
@Command(name = "kernel-regression",
        description = "averages noisy points by a kernel whose width is first 1, then learnt",
        footer = {"",
            "Exit status: 0 if the learnt width at least halves the error on the curve itself, 1 if not,"
                    + " 2 if an option is wrong."})
final class KernelRegressionSample implements Sample {
    private static final int POINTS = 50;
    private static final int STEPS = 100;

    @Mixin
    private PictureOption picture = new PictureOption("kernel-regression");

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        picture.check();
        SplittableRandom random = new SplittableRandom(options.seed());
        double[] x = random.doubles(POINTS, 0, 5).sorted().toArray();
        double[] y = Arrays.stream(x).map(at -> curve(at) + 0.5 * random.nextGaussian()).toArray();
        double[] queries = IntStream.range(0, POINTS).mapToDouble(i -> i / 10.0).toArray();
        double[] truth = Arrays.stream(queries).map(KernelRegressionSample::curve).toArray();
        Results fixed;
        Results learnt;
        try (Workers workers = options.workers()) {
            Session session = options.session(KernelRegression.graph(), workers);
            fixed = predict(session, queries, x, y);
            tell(session, fixed, truth, out);
            for (int step = 0; step < STEPS; step++) {
                session.call("train").input("key", floats(x)).input("value", floats(y)).run();
            }
            learnt = predict(session, queries, x, y);
            tell(session, learnt, truth, out);
        }
        Chart chart = new Chart("Kernel regression", "x", "y").size(900, 640).line("curve", queries, truth)
                .line("width 1", queries, fixed.tensor("value").toDoubles())
                .line("learnt width", queries, learnt.tensor("value").toDoubles()).points("points", x, y);
        picture.write(new Panels(2, List.of(chart, heatMap("Attention weights, width 1", fixed, queries, x),
                heatMap("Attention weights, learnt width", learnt, queries, x))), out, err);
        boolean reached = error(learnt, truth) <= error(fixed, truth) / 2;
        out.printf(Locale.ROOT, "error divided by %.1f, expected at least 2: %s%n",
                error(fixed, truth) / error(learnt, truth), reached ? "ok" : "not reached");
        return reached;
    }

    private static double curve(double x) {
        return 2 * Math.sin(x) + Math.pow(x, 0.8);
    }

    private static Results predict(Session session, double[] queries, double[] x, double[] y) {
        return session.call("predict").input("query", floats(queries)).input("key", floats(x))
                .input("value", floats(y)).run();
    }

    private static void tell(Session session, Results predicted, double[] truth, PrintWriter out) {
        out.printf(Locale.ROOT, "width %.3f  mean squared error on the curve %.4f%n",
                session.parameters().get("width").item(), error(predicted, truth));
    }

    private static double error(Results predicted, double[] truth) {
        double[] value = predicted.tensor("value").toDoubles();
        return IntStream.range(0, truth.length).mapToDouble(i -> value[i] - truth[i]).map(d -> d * d)
                .average()
                .orElseThrow();
    }

    private static HeatMap heatMap(String title, Results predicted, double[] queries, double[] keys) {
        return new HeatMap(title, "query", names(queries), "key", names(keys),
                predicted.tensor("weight").toDoubles());
    }

    /** Different for keys that are equal to two digits. */
    private static List<String> names(double[] values) {
        return IntStream.range(0, values.length)
                .mapToObj(i -> String.format(Locale.ROOT, "%d: %.2f", i + 1, values[i])).toList();
    }

    private static Tensor floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return Tensor.of(floats, floats.length);
    }
}
