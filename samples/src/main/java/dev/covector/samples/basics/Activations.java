package dev.covector.samples.basics;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.GraphException;
import dev.covector.graph.nn.Losses;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.Checks;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import dev.covector.samples.picture.Chart;
import dev.covector.samples.picture.Panels;
import dev.covector.samples.picture.PictureOption;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What makes a network more than one linear map, and what passes back through it. */
@Command(name = "activations",
        description = "draws step, sigmoid, tanh, ReLU and softmax, and their gradients",
        footer = {"",
            "Exit status: 0 if values and gradients are those of the formulas, 1 if not, 2 if an option is"
                    + " wrong."})
final class Activations implements Sample {
    private static final int POINTS = 401;
    private static final List<String> NAMES = List.of("step", "sigmoid", "tanh", "ReLU");

    @Mixin
    private PictureOption picture = new PictureOption("activations");

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        picture.check();
        Checks checks = new Checks(out);
        float[] x = new float[POINTS];
        for (int i = 0; i < POINTS; i++) {
            x[i] = i * 0.03f - 6;
        }
        try (Workers workers = options.workers()) {
            Session session = options.session(graph(), workers);
            Results curves = session.call("curves").input("x", Tensor.of(x, POINTS)).run();
            checkCurves(curves, checks);
            picture.write(picture(curves), out, err);

            Results scores = session.call("classify")
                    .input("logits",
                            Tensor.of(new float[]{.3f, .1f, .3f, .9f, .2f, .9f, .5f, .4f, .2f}, 3, 3))
                    .input("label", Tensor.of(new int[]{1, 2, 0}, 3)).run();
            checks.near("softmax of three rows", scores.tensor("probability"), 1e-4,
                    0.3548, 0.2905, 0.3548, 0.4005, 0.1989, 0.4005, 0.3780, 0.3420, 0.2800);
            checks.near("the sum of each", scores.tensor("sum"), 1e-6, 1, 1, 1);
            checks.near("their cross-entropy with the classes 1, 2, 0", scores.scalar("loss"), 1.0414, 5e-5);
        }
        checks.holds("the step has no gradient to go by, and asking for it is an error", stepIsRefused());
        return checks.passed();
    }

    private static Graph graph() {
        Dim n = Dim.of("n");
        GraphBuilder g = Graph.builder("activations");
        Expr x = g.input("x", FLOAT32, Shape.of(n));
        Expr zeros = x.times(0);
        Expr softmax = Expr.stack(-1, x, zeros, zeros.plus(1)).softmax(-1);
        g.function("curves").returns("x", x).returns("step", step(x))
                .returns("sigmoid", x.sigmoid()).returns("sigmoid_gradient", x.sigmoid().sum().gradient(x))
                .returns("tanh", x.tanh()).returns("tanh_gradient", x.tanh().sum().gradient(x))
                .returns("ReLU", x.relu()).returns("ReLU_gradient", x.relu().sum().gradient(x))
                .returns("softmax", softmax)
                .returns("softmax_gradient", Expr.stack(-1, softmax.split(-1, 3).stream()
                        .map(part -> part.sum().gradient(x)).toList()));

        Expr logits = g.input("logits", FLOAT32, Shape.of(n, 3));
        Expr label = g.input("label", INT32, Shape.of(n));
        Expr probability = logits.softmax(-1);
        g.function("classify").returns("probability", probability).returns("sum", probability.sum(-1))
                .returns("loss", Losses.softmaxCrossEntropy(logits, label).mean());
        return g.build();
    }

    private static Expr step(Expr x) {
        return x.gt(0).cast(FLOAT32);
    }

    /** A network of steps can't be trained by gradients: they are 0 wherever there are any. */
    private static boolean stepIsRefused() {
        Expr x = Graph.builder("step").input("x", FLOAT32, Shape.scalar());
        try {
            step(x).gradient(x);
            return false;
        } catch (GraphException e) {
            return true;
        }
    }

    private static void checkCurves(Results curves, Checks checks) {
        check(curves, "step", v -> v > 0 ? 1 : 0, checks);
        check(curves, "sigmoid", Activations::sigmoid, checks);
        check(curves, "sigmoid_gradient", v -> sigmoid(v) * (1 - sigmoid(v)), checks);
        check(curves, "tanh", Math::tanh, checks);
        check(curves, "tanh_gradient", v -> 1 - Math.tanh(v) * Math.tanh(v), checks);
        check(curves, "ReLU", v -> Math.max(v, 0), checks);
        check(curves, "ReLU_gradient", v -> v > 0 ? 1 : 0, checks);
        double[] gradient = curves.tensor("softmax_gradient").toDoubles();
        double[] p = curves.tensor("softmax").toDoubles();
        double farthest = IntStream.range(0, p.length)
                .mapToDouble(i -> Math.abs(gradient[i] - p[i] * ((i % 3 == 0 ? 1 : 0) - p[i / 3 * 3])))
                .max().orElseThrow();
        checks.atMost("softmax_gradient, farthest from p_i (δ_i0 - p_0)", farthest, 1e-6);
    }

    private static void check(Results curves, String name, DoubleUnaryOperator formula, Checks checks) {
        double[] x = curves.tensor("x").toDoubles();
        double[] y = curves.tensor(name).toDoubles();
        double farthest = IntStream.range(0, x.length)
                .mapToDouble(i -> Math.abs(y[i] - formula.applyAsDouble(x[i]))).max().orElseThrow();
        checks.atMost(name + ", farthest from its formula", farthest, 1e-6);
    }

    private static double sigmoid(double v) {
        return 1 / (1 + Math.exp(-v));
    }

    private static Panels picture(Results curves) {
        double[] x = curves.tensor("x").toDoubles();
        Chart values = chart("Activations");
        Chart gradients = chart("Their gradients");
        for (String name : NAMES) {
            values.line(name, x, curves.tensor(name).toDoubles());
            // The step's is 0, but at 0 itself, where there is none.
            gradients.line(name, x, name.equals("step") ? new double[POINTS]
                    : curves.tensor(name + "_gradient").toDoubles());
        }
        Chart softmax = chart("Softmax of (x, 0, 1)");
        Chart softmaxGradients = chart("Its gradient with respect to x");
        for (int i = 0; i < 3; i++) {
            softmax.line("p" + i, x, column(curves.tensor("softmax"), i));
            softmaxGradients.line("p" + i, x, column(curves.tensor("softmax_gradient"), i));
        }
        return new Panels(2, List.of(values, gradients, softmax, softmaxGradients));
    }

    private static Chart chart(String title) {
        return new Chart(title, "x", "").size(700, 440);
    }

    private static double[] column(Tensor matrix, int column) {
        return IntStream.range(0, matrix.dim(0)).mapToDouble(row -> matrix.getDouble(row, column)).toArray();
    }
}
