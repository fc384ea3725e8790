package dev.covector.samples.basics;

import static dev.covector.runtime.DType.FLOAT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.Tensor;
import dev.covector.samples.command.Checks;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What can be differentiated, a line each: a gradient is an expression like any other. */
@Command(name = "autodiff-tour",
        description = "shows gradients: of vectors, of detached values, of gradients, and of one's own making",
        footer = {"", "Exit status: 0 if every value is as expected, 1 if not, 2 if an option is wrong."})
final class AutodiffTour implements Sample {
    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        Checks checks = new Checks(out);
        GraphBuilder g = Graph.builder("autodiff_tour");
        Tour tour = new Tour(g);
        Expr x = tour.input("x", Tensor.of(new float[]{0, 1, 2, 3}, 4));
        numbers(tour, x);
        vectors(tour, x);
        detached(tour, x);
        second(tour, x);
        branches(g, tour, x);
        custom(tour, x);
        tour.run(options, out, checks);
        return checks.passed();
    }

    private static void numbers(Tour tour, Expr x) {
        tour.chapter("Of numbers, at x = [0, 1, 2, 3]");
        Expr y = x.matmul(x).times(2);
        tour.show("y = 2 x·x", y, 28);
        tour.show("dy/dx = 4x", y.gradient(x), 0, 4, 8, 12);
        tour.show("d sum(x) / dx", x.sum().gradient(x), 1, 1, 1, 1);
        Expr h = x.times(2);
        tour.show("h = 2x; d sum(h²) / dh = 2h", h.square().sum().gradient(h), 0, 4, 8, 12);
    }

    private static void vectors(Tour tour, Expr x) {
        tour.chapter("Of vectors: a cotangent says how much each element of the result counts");
        Expr y = x.square();
        Expr ones = tour.input("ones", Tensor.of(new float[]{1, 1, 1, 1}, 4));
        Expr third = tour.input("third", Tensor.of(new float[]{0, 0, 1, 0}, 4));
        tour.show("y = x²; cotangent [1, 1, 1, 1]: 2x", y.gradient(x, ones), 0, 2, 4, 6);
        tour.show("cotangent [0, 0, 1, 0]: the third row of the Jacobian", y.gradient(x, third), 0, 0, 4, 0);
        tour.show("the same by a sum", y.times(third).sum().gradient(x), 0, 0, 4, 0);
    }

    private static void detached(Tour tour, Expr x) {
        tour.chapter("Detached: a value that counts as constant");
        Expr y = x.square();
        Expr u = y.stopGradient();
        Expr z = u.times(x);
        tour.show("y = x²; u = detach(y); z = u x; u", u, 0, 1, 4, 9);
        tour.show("d sum(z) / dx = u, and not 3x²", z.sum().gradient(x), 0, 1, 4, 9);
        tour.show("d sum(y) / dx = 2x, as before", y.sum().gradient(x), 0, 2, 4, 6);
    }

    private static void second(Tour tour, Expr x) {
        tour.chapter("Of gradients");
        Expr cube = x.pow(3);
        Expr first = cube.sum().gradient(x);
        Expr second = first.sum().gradient(x);
        tour.show("x³: 3x²", first, 0, 3, 12, 27);
        tour.show("6x", second, 0, 6, 12, 18);
        tour.show("6", second.sum().gradient(x), 6, 6, 6, 6);
        Expr sine = x.sin().sum().gradient(x);
        tour.show("sin x: cos x", sine, Math.cos(0), Math.cos(1), Math.cos(2), Math.cos(3));
        tour.show("-sin x", sine.sum().gradient(x), 0, -Math.sin(1), -Math.sin(2), -Math.sin(3));
        Expr a = tour.input("a", Tensor.scalar(2f));
        Expr b = tour.input("b", Tensor.scalar(5f));
        Expr f = a.square().times(b);
        Expr da = f.gradient(a);
        Expr db = f.gradient(b);
        tour.show("a²b at (2, 5): its Hessian's 2b, 2a and 2a",
                Expr.stack(0, da.gradient(a), da.gradient(b), db.gradient(a)), 10, 4, 4);
    }

    private static void branches(GraphBuilder g, Tour tour, Expr x) {
        tour.chapter("Of branches: one not taken contributes 0, even where its derivative is infinite");
        Expr root = x.gt(0).where(x.sqrt(), g.constant(FLOAT32, 0));
        tour.show("where(x > 0, sqrt(x), 0)", root, 0, 1, Math.sqrt(2), Math.sqrt(3));
        tour.show("its derivative", root.sum().gradient(x), 0, 1 / 2.0, 1 / Math.sqrt(8), 1 / Math.sqrt(12));
        Expr either = x.lt(2).where(x.times(3), x.square());
        tour.show("where(x < 2, 3x, x²)", either, 0, 3, 4, 9);
        tour.show("its derivative", either.sum().gradient(x), 3, 3, 4, 6);
    }

    private static void custom(Tour tour, Expr x) {
        tour.chapter("Of one's own making: rounded, and yet with the derivative of x");
        Expr scaled = x.times(0.6);
        Expr rounded = scaled.customGradient(Expr::round, (cotangent, v, y) -> cotangent);
        tour.show("round(0.6 x)", rounded, 0, 1, 1, 2);
        tour.show("d sum(round(0.6 x)²) / dx, straight through: 1.2 round(0.6 x)",
                rounded.square().sum().gradient(x), 0, 1.2, 1.2, 2.4);
    }
}
