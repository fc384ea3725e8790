package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.DType;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A row times a matrix, for rows of all lengths around one, two, four, sixteen and more vectors: vectors go through the sums
 * together, and the last one, or the last group, may overlap the one before. Elements are small integers, so that plain
 * loops give the same results to the bit.
 */
final class ShortRowsTest {
    private static final int[] STEPS = {1, 2, 50, 784};

    @ParameterizedTest(name = "{0} columns")
    @ValueSource(ints = {1, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 24, 25, 31, 32, 33, 47, 48, 49, 50, 63, 64, 65,
        80, 96, 100,
        127, 128, 129, 200, 255, 256, 257, 319, 320, 321, 400, 512, 530, 1000})
    void ofRowsOfAllLengths(int columns) {
        for (DType dtype : new DType[]{DType.FLOAT32, DType.FLOAT64}) {
            for (int steps : STEPS) {
                check(dtype, 1, steps, columns);
            }
            check(dtype, 3, 20, columns);
        }
    }

    /** What is summed is the kernel's only result, or is followed by cheap operations, of which one reads what it replaces. */
    private static void check(DType dtype, int rows, int steps, int columns) {
        GraphBuilder g = Graph.builder("rows");
        Expr x = g.input("x", dtype, Shape.of(rows, steps));
        Expr w = g.input("w", dtype, Shape.of(steps, columns));
        Expr b = g.input("b", dtype, Shape.of(rows, columns));
        Expr product = x.matmul(w);
        Expr gone = b.sigmoid(); // only the sum after it reads it, and may overwrite it
        Expr kept = g.parameter("kept", dtype, Shape.of(rows, columns), Initializers.zeros());
        g.function("f").returns("product", product).returns("sum", product.plus(b))
                .returns("over", product.times(2).plus(gone))
                .returns("function", product.times(0.01).sigmoid());
        g.function("add").updates(kept, kept.plus(product));
        CompiledGraph compiled = Compiler.compile(g.build());
        Random random = new Random(columns);
        double[] xs = integers(random, rows * steps);
        double[] ws = integers(random, steps * columns);
        double[] bs = integers(random, rows * columns);
        double[] products = new double[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int k = 0; k < steps; k++) {
                for (int j = 0; j < columns; j++) {
                    products[i * columns + j] += xs[i * steps + k] * ws[k * columns + j];
                }
            }
        }
        double[] sums = new double[products.length];
        Arrays.setAll(sums, i -> products[i] + bs[i]);
        String what = dtype + " [" + rows + "," + steps + "]·[" + steps + "," + columns + "], ";
        Session scalarSession = session(compiled, Flavour.SCALAR);
        Session otherSession = session(compiled, CompiledExecution.flavourOfTheBuild());
        Tensor x0 = tensor(dtype, xs, rows, steps);
        Tensor w0 = tensor(dtype, ws, steps, columns);
        Tensor b0 = tensor(dtype, bs, rows, columns);
        Results scalar = scalarSession.call("f").input("x", x0).input("w", w0).input("b", b0).run();
        Results vector = otherSession.call("f").input("x", x0).input("w", w0).input("b", b0).run();
        for (Results results : new Results[]{scalar, vector}) {
            assertArrayEquals(products, results.tensor("product").toDoubles(), what + "the product");
            assertArrayEquals(sums, results.tensor("sum").toDoubles(), what + "the sum");
        }
        for (Session session : new Session[]{scalarSession, otherSession}) {
            session.call("add").input("x", x0).input("w", w0).run();
            assertArrayEquals(products, session.parameters().get("kept").toDoubles(), what + "the update");
        }
        for (String name : new String[]{"over", "function"}) {
            assertArrayEquals(scalar.tensor(name).toDoubles(), vector.tensor(name).toDoubles(), what + name);
        }
        for (int i = 0; i < products.length; i++) {
            double over = scalar.tensor("over").toDoubles()[i];
            assertTrue(over > 2 * products[i] && over < 2 * products[i] + 1,
                    what + "over at " + i + ": " + over);
        }
    }

    private static double[] integers(Random random, int count) {
        return random.ints(count, -3, 4).asDoubleStream().toArray();
    }

    private static Session session(CompiledGraph graph, Flavour flavour) {
        return graph.newSession(1, SessionOptions.defaults().flavour(flavour));
    }

    private static Tensor tensor(DType dtype, double[] values, int... shape) {
        if (dtype == DType.FLOAT64) {
            return Tensor.of(values, shape);
        }
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return Tensor.of(floats, shape);
    }
}
