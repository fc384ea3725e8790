package dev.covector.samples.basics;

import static dev.covector.runtime.DType.FLOAT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Adam;
import dev.covector.graph.nn.Block;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sequential;
import dev.covector.runtime.Dim;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.Checks;
import dev.covector.samples.command.DivergedException;
import dev.covector.samples.command.PositiveFloat;
import dev.covector.samples.command.PositiveInt;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import dev.covector.samples.picture.Chart;
import dev.covector.samples.picture.PictureOption;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A curve that no straight line comes near: what hidden layers are for. */
@Command(name = "cubic-fit",
        description = "fits a network 1-8-8-1 with ReLU and tanh to noisy points of y = x³",
        footer = {"",
            "Exit status: 0 if the curve is within 0.05 of x³ on average, 1 if not, 2 if an option is"
                    + " wrong."})
final class CubicFit implements Sample {
    private static final int POINTS = 200;
    private static final double NOISE = 0.1;

    @Option(names = "--steps", paramLabel = "N", converter = PositiveInt.class,
            description = "updates, each by all points (default: ${DEFAULT-VALUE})")
    private int steps = 1_000;

    @Option(names = "--learning-rate", paramLabel = "RATE", converter = PositiveFloat.class,
            description = "of Adam (default: ${DEFAULT-VALUE})")
    private float learningRate = 0.01f;

    @Mixin
    private PictureOption picture = new PictureOption("cubic-fit");

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        picture.check();
        double[] x = IntStream.range(0, POINTS).mapToDouble(i -> 2.0 * i / (POINTS - 1) - 1).toArray();
        double[] truth = new double[POINTS];
        double[] y = new double[POINTS];
        SplittableRandom random = new SplittableRandom(options.seed());
        for (int i = 0; i < POINTS; i++) {
            truth[i] = x[i] * x[i] * x[i];
            y[i] = truth[i] + NOISE * Normal.next(random);
        }
        double[] fitted;
        try (Workers workers = options.workers()) {
            Session session = options.session(graph(learningRate), workers);
            PreparedCall train = session.prepare("train").input("x", column(x)).input("y", column(y));
            for (int step = 1; step <= steps; step++) {
                float loss = DivergedException.check(train.run().scalar("loss"), 1, step);
                if (step % Math.max(1, steps / 5) == 0) {
                    out.printf(Locale.ROOT, "step %4d  loss %.5f%n", step, loss);
                }
            }
            fitted = session.call("predict").input("x", column(x)).run().tensor("y").toDoubles();
        }
        double squares = IntStream.range(0, POINTS)
                .mapToDouble(i -> (fitted[i] - truth[i]) * (fitted[i] - truth[i])).sum();
        Checks checks = new Checks(out);
        checks.atMost("root mean squared distance from x³", Math.sqrt(squares / POINTS), 0.05);
        picture.write(new Chart("A network 1-8-8-1 on noisy points of x³", "x", "y").points("points", x, y)
                .line("x³", x, truth).line("network", x, fitted), out, err);
        return checks.passed();
    }

    private static Tensor column(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return Tensor.of(floats, floats.length, 1);
    }

    private static Graph graph(double learningRate) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("cubic_fit");
        Expr x = g.input("x", FLOAT32, Shape.of(batch, 1));
        Expr y = g.input("y", FLOAT32, Shape.of(batch, 1));
        Block net = Sequential.of(Linear.of(g, "net.0", 1, 8), Expr::relu, Linear.of(g, "net.1", 8, 8),
                Expr::tanh, Linear.of(g, "net.2", 8, 1));
        Expr prediction = net.invoke(x);
        Expr loss = Losses.squared(prediction, y).mean();
        g.function("train").returns("loss", loss).updates(Adam.of(learningRate).minimize(loss));
        g.function("predict").returns("y", prediction);
        return g.build();
    }
}
