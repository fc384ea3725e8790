package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Slice;
import dev.covector.graph.nn.Initializers;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Products of few columns, and of rows and columns that fill no whole tiles, in all the ways in which operands can lie: rows
 * read where they are, panels read where they are, swapped operands, and what is packed after all. Elements are small
 * integers, so that plain loops give the same results to the bit, in whatever order they add. What an operand's array
 * holds in front of its view is NaN, and nothing comes after it.
 */
final class NarrowProductsTest {
    private static final int[] ROWS = {1, 5, 11, 12, 13, 24, 63, 64, 65};
    private static final int[] STEPS = {0, 1, 16, 100, 300};
    private static final int BATCH = 3;
    private static final int OFFSET = 5;
    private static final int MARGIN = 2;

    private static Workers one;
    private static Workers two;

    @BeforeAll
    static void startWorkers() {
        one = Workers.of(1);
        two = Workers.of(2);
    }

    @AfterAll
    static void stopWorkers() {
        one.close();
        two.close();
    }

    /** Rows are named: one plan for all of them. */
    @ParameterizedTest(name = "{0} columns")
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 31, 32, 33, 36})
    void ofAnyNumberOfRows(int columns) {
        for (int steps : STEPS) {
            CompiledGraph compiled = Compiler.compile(graph(Dim.of("rows"), columns, steps));
            for (int rows : ROWS) {
                check(compiled, rows, columns, steps);
            }
        }
    }

    /** Rows are constant: few of them leave the right operand where it is, many are swapped. */
    @ParameterizedTest(name = "{0} rows")
    @ValueSource(ints = {1, 5, 11, 12, 13, 24, 63, 64, 65})
    void ofSoManyRows(int rows) {
        for (int columns : new int[]{2, 12, 13, 32, 33, 40, 64, 71}) {
            for (int steps : new int[]{16, 100}) {
                check(Compiler.compile(graph(Dim.of(rows), columns, steps)), rows, columns, steps);
            }
        }
    }

    private static Graph graph(Dim rows, int n, int k) {
        GraphBuilder g = Graph.builder("products");
        Dim steps = Dim.of(k);
        Expr a = g.input("a", FLOAT32, Shape.of(rows, steps));
        Expr at = g.input("at", FLOAT32, Shape.of(steps, rows));
        Expr b = g.input("b", FLOAT32, Shape.of(k, n));
        Expr bt = g.input("bt", FLOAT32, Shape.of(n, k));
        Expr as = g.input("as", FLOAT32, Shape.of(Dim.of(BATCH), steps, rows));
        Expr bs = g.input("bs", FLOAT32, Shape.of(BATCH, k, n));
        Expr wide = g.input("wide", FLOAT32, Shape.of(steps, rows.plus(MARGIN)));
        Expr bias = g.input("bias", FLOAT32, Shape.of(n));
        Expr w = g.parameter("w", FLOAT32, Shape.of(k, n), Initializers.constant(1));
        Expr x = at.transpose();
        g.function("f").returns("plain", a.matmul(b)).returns("left_transposed", x.matmul(b))
                .returns("right_transposed", a.matmul(bt.transpose()))
                .returns("both_transposed", x.matmul(bt.transpose()).plus(bias))
                .returns("batch", as.transpose(0, 2, 1).matmul(bs))
                .returns("part",
                        wide.get(Slice.all(), Slice.from(MARGIN)).transpose().matmul(b).plus(bias).relu())
                .returns("fused", x.matmul(w).plus(bias).relu())
                .updates(w, w.minus(a.transpose().matmul(a.matmul(b)).times(0.5)));
        return g.build();
    }

    private static void check(CompiledGraph compiled, int m, int n, int k) {
        float[] a = numbers(m * k);
        float[] b = numbers(k * n);
        float[] bias = numbers(n);
        float[] at = turned(a, m, k);
        float[] product = product(a, b, m, n, k);
        float[] biased = plus(product, bias);
        float[] fused = relu(plus(product(a, filled(k * n, 1), m, n, k), bias));
        float[] next = product(at, product, k, n, m);
        for (int i = 0; i < next.length; i++) {
            next[i] = 1 - next[i] * 0.5f;
        }
        for (Flavour flavour : List.of(Flavour.SCALAR, CompiledExecution.flavourOfTheBuild())) {
            for (Workers workers : List.of(one, two)) {
                Session session = compiled.newSession(1,
                        SessionOptions.defaults().flavour(flavour).workers(workers));
                String of = m + "x" + k + "x" + n + ", " + flavour + ", threads: " + workers.threads() + ", ";
                Results results = session.prepare("f").input("a", view(a, m, k)).input("at", view(at, k, m))
                        .input("b", view(b, k, n)).input("bt", view(turned(b, k, n), n, k))
                        .input("bias", view(bias, n)).input("as", view(repeated(at), BATCH, k, m))
                        .input("bs", view(repeated(b), BATCH, k, n))
                        .input("wide", view(widened(at, k, m), k, m + MARGIN)).run();
                assertSame(product, results.tensor("plain"), of + "plain");
                assertSame(product, results.tensor("left_transposed"), of + "left_transposed");
                assertSame(product, results.tensor("right_transposed"), of + "right_transposed");
                assertSame(biased, results.tensor("both_transposed"), of + "both_transposed");
                assertSame(repeated(product), results.tensor("batch"), of + "batch");
                assertSame(relu(biased), results.tensor("part"), of + "part");
                assertSame(fused, results.tensor("fused"), of + "fused");
                assertSame(next, session.parameters().get("w"), of + "update");
            }
        }
    }

    private static void assertSame(float[] expected, Tensor actual, String what) {
        float[] values = actual.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] += 0f; // no -0
        }
        assertArrayEquals(expected, values, what);
    }

    /** A view of the last elements of an array that has others before them. */
    private static Tensor view(float[] values, int... shape) {
        float[] array = filled(OFFSET + values.length, Float.NaN);
        System.arraycopy(values, 0, array, OFFSET, values.length);
        return Tensor.view(array, OFFSET, shape);
    }

    private static float[] filled(int size, float value) {
        float[] values = new float[size];
        Arrays.fill(values, value);
        return values;
    }

    private static float[] numbers(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (i * 37 + size) % 101 % 7 - 3;
        }
        return values;
    }

    private static float[] turned(float[] x, int rows, int columns) {
        float[] turned = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            turned[i % columns * rows + i / columns] = x[i];
        }
        return turned;
    }

    private static float[] repeated(float[] x) {
        float[] repeated = new float[BATCH * x.length];
        for (int i = 0; i < repeated.length; i++) {
            repeated[i] = x[i % x.length];
        }
        return repeated;
    }

    /** With columns of NaN in front of each row. */
    private static float[] widened(float[] x, int rows, int columns) {
        float[] wide = filled(rows * (columns + MARGIN), Float.NaN);
        for (int row = 0; row < rows; row++) {
            System.arraycopy(x, row * columns, wide, row * (columns + MARGIN) + MARGIN, columns);
        }
        return wide;
    }

    private static float[] product(float[] a, float[] b, int m, int n, int k) {
        float[] c = new float[m * n];
        for (int i = 0; i < m * n; i++) {
            for (int step = 0; step < k; step++) {
                c[i] = Math.fma(a[i / n * k + step], b[step * n + i % n], c[i]);
            }
        }
        return c;
    }

    private static float[] plus(float[] x, float[] bias) {
        float[] sum = x.clone();
        for (int i = 0; i < x.length; i++) {
            sum[i] += bias[i % bias.length];
        }
        return sum;
    }

    private static float[] relu(float[] x) {
        float[] result = x.clone();
        for (int i = 0; i < x.length; i++) {
            result[i] = Math.max(0, x[i]);
        }
        return result;
    }
}
