package dev.covector.samples.basics;

import static dev.covector.runtime.DType.FLOAT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Results;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.Checks;
import dev.covector.samples.command.PositiveFloat;
import dev.covector.samples.command.PositiveInt;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import dev.covector.samples.picture.Chart;
import dev.covector.samples.picture.PictureOption;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a gradient is, and where it leads. */
@Command(name = "gradient-descent",
        description = "walks down x² from 10, and takes the gradient of 3a² + 4b² + 5c²",
        footer = {"",
            "Exit status: 0 if the walk ends within 0.1 of 0 and the gradient is [6, 8, 10], 1 if not, 2"
                    + " if an option is wrong."})
final class GradientDescent implements Sample {
    private static final double START = 10;

    @Option(names = "--learning-rate", paramLabel = "RATE", converter = PositiveFloat.class,
            description = "step of gradient descent; beyond 1 each leads farther away (default: ${DEFAULT-VALUE})")
    private float learningRate = 0.2f;

    @Option(names = "--steps", paramLabel = "N", converter = PositiveInt.class,
            description = "steps to walk (default: ${DEFAULT-VALUE})")
    private int steps = 10;

    @Mixin
    private PictureOption picture = new PictureOption("gradient-descent");

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        picture.check();
        Checks checks = new Checks(out);
        try (Workers workers = options.workers()) {
            Results gradient = options.session(ellipsoid(), workers).call("gradient")
                    .input("a", Tensor.scalar(1f)).input("b", Tensor.scalar(1f)).input("c", Tensor.scalar(1f))
                    .run();
            checks.near("d/da 3a² + 4b² + 5c² at (1, 1, 1)", gradient.scalar("da"), 6, 0);
            checks.near("d/db", gradient.scalar("db"), 8, 0);
            checks.near("d/dc", gradient.scalar("dc"), 10, 0);

            PreparedCall train = options.session(parabola(learningRate), workers).prepare("train");
            double[] walked = new double[steps + 1];
            walked[0] = START;
            for (int step = 1; step <= steps; step++) {
                walked[step] = train.run().scalar("x");
                out.printf(Locale.ROOT, "step %2d  x = %9.6f%n", step, walked[step]);
            }
            // Each step multiplies by 1 - 2 · learning rate.
            checks.near("x", walked[steps], START * Math.pow(1 - 2 * learningRate, steps),
                    1e-4 * Math.abs(walked[steps]));
            checks.atMost("|x|", Math.abs(walked[steps]), 0.1);
            picture.write(chart(walked), out, err);
        }
        return checks.passed();
    }

    /** Its gradient is an expression like any other. */
    private static Graph ellipsoid() {
        GraphBuilder g = Graph.builder("ellipsoid");
        Expr a = g.input("a", FLOAT32, Shape.scalar());
        Expr b = g.input("b", FLOAT32, Shape.scalar());
        Expr c = g.input("c", FLOAT32, Shape.scalar());
        Expr f = a.square().times(3).plus(b.square().times(4)).plus(c.square().times(5));
        g.function("gradient").returns("da", f.gradient(a)).returns("db", f.gradient(b))
                .returns("dc", f.gradient(c));
        return g.build();
    }

    private static Graph parabola(double learningRate) {
        GraphBuilder g = Graph.builder("parabola");
        Expr x = g.parameter("x", FLOAT32, Shape.scalar(), Initializers.constant(START));
        Expr next = x.minus(x.square().gradient(x).times(learningRate));
        g.function("train").returns("x", next).updates(x, next);
        return g.build();
    }

    private static Chart chart(double[] walked) {
        double reach = Arrays.stream(walked).map(Math::abs).max().orElseThrow();
        double[] x = IntStream.rangeClosed(-100, 100).mapToDouble(i -> i / 100.0 * reach).toArray();
        return new Chart("Gradient descent on x²", "x", "f(x)").line("f(x) = x²", x, squares(x))
                .line("from step to step", walked, squares(walked))
                .points("x of each step", walked, squares(walked));
    }

    private static double[] squares(double[] x) {
        return Arrays.stream(x).map(value -> value * value).toArray();
    }
}
