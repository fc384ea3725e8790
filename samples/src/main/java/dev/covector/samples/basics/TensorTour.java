package dev.covector.samples.basics;

import static dev.covector.graph.Slice.all;
import static dev.covector.graph.Slice.at;
import static dev.covector.graph.Slice.ellipsis;
import static dev.covector.graph.Slice.from;
import static dev.covector.graph.Slice.newAxis;
import static dev.covector.graph.Slice.range;
import static dev.covector.graph.Slice.to;
import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.samples.command.Checks;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import java.io.PrintWriter;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What can be done with tensors, a line each. The texts are NumPy's notation, the code beside them Covector's. */
@Command(name = "tensor-tour", description = "shows what can be done with tensors, from slices to products",
        footer = {"", "Exit status: 0 if every value is as expected, 1 if not, 2 if an option is wrong."})
final class TensorTour implements Sample {
    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        Checks checks = new Checks(out);
        GraphBuilder g = Graph.builder("tensor_tour");
        Tour tour = new Tour(g);
        create(g, tour);
        Expr x = tour.input("x", counted(3, 4));
        broadcast(tour, x);
        index(tour, x);
        select(g, tour, x);
        update(g, tour, x);
        reduce(tour, x);
        multiply(tour);
        tour.run(options, out, checks);
        out.println();
        InPlace.show(options, out, checks);
        return checks.passed();
    }

    /** 0, 1, 2, …. */
    private static Tensor counted(int... shape) {
        int size = IntStream.of(shape).reduce(1, Math::multiplyExact);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = i;
        }
        return Tensor.of(values, shape);
    }

    private static void create(GraphBuilder g, Tour tour) {
        tour.chapter("Creation");
        tour.show("zeros((2, 2))", g.full(FLOAT32, Shape.of(2, 2), 0), 0, 0, 0, 0);
        tour.show("full(3, 7), of integers", g.full(INT32, Shape.of(3), 7), 7, 7, 7);
        tour.show("arange(6).reshape(2, 3)", g.iota(FLOAT32, Shape.of(6), 0).reshape(2, -1),
                0, 1, 2, 3, 4, 5);
        tour.show("linspace(0, 1, 5)", g.iota(FLOAT32, Shape.of(5), 0).times(0.25), 0, 0.25, 0.5, 0.75, 1);
        tour.show("eye(3)", g.iota(INT32, Shape.of(3), 0).oneHot(3, FLOAT32), 1, 0, 0, 0, 1, 0, 0, 0, 1);
        Expr random = g.randomNormal(FLOAT32, Shape.of(10_000));
        tour.show("abs(mean(normal(10000))) < 0.05", random.mean().abs().lt(0.05), 1);
        tour.show("abs(std(normal(10000)) - 1) < 0.05", random.std().minus(1).abs().lt(0.05), 1);
    }

    private static void broadcast(Tour tour, Expr x) {
        tour.chapter("Broadcasting: axes of extent 1, and those that are missing in front, are repeated");
        Expr column = tour.input("column", counted(3, 1));
        Expr row = tour.input("row", counted(1, 2));
        tour.show("[[0], [1], [2]] + [[0, 1]]", column.plus(row), 0, 1, 1, 2, 2, 3);
        tour.show("x = arange(12).reshape(3, 4); x * [[0], [1], [2]]", x.times(column),
                0, 0, 0, 0, 4, 5, 6, 7, 16, 18, 20, 22);
        tour.show("x[0] + 1", x.get(0).plus(1), 1, 2, 3, 4);
        tour.show("concatenate([x[:1], x[-1:]])", Expr.concat(0, x.get(to(1)), x.get(from(-1))),
                0, 1, 2, 3, 8, 9, 10, 11);
        tour.show("stack([x[0], x[1]], axis=1)", Expr.stack(1, x.get(0), x.get(1)), 0, 4, 1, 5, 2, 6, 3, 7);
    }

    private static void index(Tour tour, Expr x) {
        tour.chapter("Indexing and slicing: what uses a slice reads by another index, nothing is copied");
        tour.show("x[-1]", x.get(-1), 8, 9, 10, 11);
        tour.show("x[1, 2]", x.get(1, 2), 6);
        tour.show("x[1:3, -2:]", x.get(range(1, 3), from(-2)), 6, 7, 10, 11);
        tour.show("x[:, ::2]", x.get(all(), all().step(2)), 0, 2, 4, 6, 8, 10);
        tour.show("x[::-1, 0]", x.get(all().step(-1), at(0)), 8, 4, 0);
        tour.show("x[..., 3:0:-2]", x.get(ellipsis(), range(3, 0).step(-2)), 3, 1, 7, 5, 11, 9);
        tour.show("x[:, None, 1].T", x.get(all(), newAxis(), at(1)).transpose(), 1, 5, 9);
    }

    private static void select(GraphBuilder g, Tour tour, Expr x) {
        tour.chapter("Selection by indices and by a mask");
        Expr rows = tour.input("rows", Tensor.of(new int[]{2, 0, 2}, 3));
        tour.show("x[[2, 0, 2]]", x.take(rows, 0), 8, 9, 10, 11, 0, 1, 2, 3, 8, 9, 10, 11);
        Expr mask = x.gt(5).and(x.rem(2).eq(0));
        tour.show("mask = (x > 5) & (x % 2 == 0)", mask, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0);
        // x[mask] has as many elements as the mask has trues. A graph's shapes don't depend on data, so there is no such
        // operation. There are three ways. One keeps the places of what is left out, which is all that sums need;
        tour.show("where(mask, x, 0)", mask.where(x, g.constant(FLOAT32, 0)),
                0, 0, 0, 0, 0, 0, 6, 0, 8, 0, 10, 0);
        tour.show("x[mask].sum()", mask.where(x, g.constant(FLOAT32, 0)).sum(), 24);
        // one moves what is selected to the front of as many elements as there may be;
        Expr flat = mask.reshape(-1);
        Expr place = flat.cast(INT32).cumsum(0, true, false);
        Expr front = x.times(0).reshape(-1).scatterAdd(place,
                flat.where(x.reshape(-1), g.constant(FLOAT32, 0)), 0);
        tour.show("x[mask], and zeros up to the extent of x", front, 6, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        tour.show("of which count_nonzero(mask) count", flat.cast(INT32).sum(), 3);
        // and in one the host makes indices of the mask, which are an input, of a named extent if it varies.
        Expr chosen = tour.input("chosen", nonzero(counted(12), value -> value > 5 && value % 2 == 0));
        tour.show("x[mask], by indices of the host", x.reshape(-1).take(chosen, 0), 6, 8, 10);
        tour.show("any(mask, axis=1)", mask.any(1), 0, 1, 1);
        tour.show("all(x == x)", x.eq(x).all(), 1);
    }

    /** The indices at which a vector is as told. */
    private static Tensor nonzero(Tensor vector, DoublePredicate is) {
        int[] indices = IntStream.range(0, vector.size()).filter(i -> is.test(vector.getDouble(i))).toArray();
        return Tensor.of(indices, indices.length);
    }

    private static void update(GraphBuilder g, Tour tour, Expr x) {
        tour.chapter("Setting elements: an expression never changes, so this makes another one");
        Expr row = g.iota(INT32, Shape.of(3, 4), 0);
        tour.show("x[1:, :] = -1", row.ge(1).where(g.constant(FLOAT32, -1), x),
                0, 1, 2, 3, -1, -1, -1, -1, -1, -1, -1, -1);
        Expr twice = tour.input("twice", Tensor.of(new int[]{1, 1}, 2));
        Expr added = x.get(1).get(range(1, 4).step(2));
        tour.show("add.at(zeros(3), [1, 1], [5, 7])",
                g.full(FLOAT32, Shape.of(3), 0).scatterAdd(twice, added, 0), 0, 12, 0);
    }

    private static void reduce(Tour tour, Expr x) {
        tour.chapter("Sums and norms");
        tour.show("x.sum()", x.sum(), 66);
        tour.show("x.sum(axis=0)", x.sum(0), 12, 15, 18, 21);
        tour.show("x.sum(axis=1, keepdims=True)", x.sumKeepDims(1), 6, 22, 38);
        tour.show("(x / x.sum(axis=1, keepdims=True)).sum(axis=1)", x.div(x.sumKeepDims(1)).sum(1), 1, 1, 1);
        tour.show("x.mean()", x.mean(), 5.5);
        tour.show("x.max(axis=-1)", x.max(-1), 3, 7, 11);
        tour.show("x.cumsum(axis=0)", x.cumsum(0), 0, 1, 2, 3, 4, 6, 8, 10, 12, 15, 18, 21);
        Expr v = tour.input("v", Tensor.of(new float[]{3, -4}, 2));
        tour.show("norm([3, -4])", v.norm(), 5);
        tour.show("norm([3, -4], 1)", v.normL1(), 7);
        tour.show("norm(x), Frobenius'", x.norm(), Math.sqrt(506));
    }

    private static void multiply(Tour tour) {
        tour.chapter("Products");
        Expr a = tour.input("a", counted(5, 4));
        Expr b = tour.input("b", counted(4));
        tour.show("b = arange(4); b @ ones(4)", b.matmul(b.times(0).plus(1)), 6);
        tour.show("b * b, element by element", b.times(b), 0, 1, 4, 9);
        tour.show("a = arange(20).reshape(5, 4); a @ b", a.matmul(b), 14, 38, 62, 86, 110);
        tour.show("a[:2] @ a[:2].T", a.get(to(2)).matmul(a.get(to(2)).transpose()), 14, 38, 38, 126);
        tour.show("outer(b[1:], b[2:])", b.get(from(1)).outer(b.get(from(2))), 2, 3, 4, 6, 6, 9);
        tour.show("einsum('ij,j->i', a, b)", Expr.einsum("ij,j->i", a, b), 14, 38, 62, 86, 110);
    }
}
