package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.Interpreter;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.DType;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.runtime.kernel.Program;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Products with a small right operand: neither operand is packed where rows and steps lie as the tile reads them. */
final class ProductsInPlaceTest {
    /** So many calls that a tile of its own is asked for, and there for the later ones. */
    private static final int CALLS = 120;

    interface Product {
        Expr of(Expr left, Expr right);
    }

    /** What a contraction leaves where it is. */
    enum Left {
        A_AND_B, A_AND_C, ALL
    }

    private static Arguments row(String what, Left left, Shape a, Shape b, Product product) {
        return Arguments.of(what, left, a, b, product);
    }

    private static Shape of(int... dims) {
        return Shape.of(dims);
    }

    static Stream<Arguments> products() {
        Product times = Expr::matmul;
        return Stream.of(
                row("a square", Left.ALL, of(64, 64), of(64, 64), times),
                row("rows that are left over", Left.ALL, of(45, 40), of(40, 128), times),
                row("a batch", Left.ALL, of(3, 30, 20), of(3, 20, 64), times),
                row("one right operand for a batch", Left.ALL, of(3, 30, 20), of(20, 64), times),
                row("heads beside each other", Left.ALL, of(30, 4, 16), of(16, 4, 64),
                        (a, b) -> a.transpose(1, 0, 2).matmul(b.transpose(1, 0, 2))),
                row("a part of the columns", Left.ALL, of(30, 20), of(20, 200),
                        (a, b) -> a.matmul(b.slice(1, 70, 134))),
                row("the last step first", Left.ALL, of(30, 20), of(20, 64),
                        (a, b) -> a.matmul(b.flip(0))),
                row("one panel", Left.ALL, of(40, 20), of(20, 32), times),
                row("one panel, and something to compute with it", Left.A_AND_B, of(2, 64, 30), of(2, 30, 32),
                        (a, b) -> a.matmul(b).tanh()),
                row("one panel of many steps", Left.ALL, of(40, 1100), of(1100, 32), times),
                row("rows side by side", Left.ALL, of(64, 40), of(64, 32), (a, b) -> a.transpose().matmul(b)),
                row("rows side by side, of a batch", Left.ALL, of(3, 50, 29), of(3, 50, 32),
                        (a, b) -> a.transpose(0, 2, 1).matmul(b)),
                row("rows side by side, the last step first", Left.A_AND_C, of(50, 29), of(50, 40),
                        (a, b) -> a.flip(0).transpose().matmul(b)),
                row("something to compute with it", Left.A_AND_B, of(30, 20), of(20, 64),
                        (a, b) -> a.matmul(b).plus(1)),
                row("half a pair of panels", Left.A_AND_C, of(30, 20), of(20, 96), times),
                row("something to compute of B", Left.A_AND_C, of(30, 20), of(20, 64),
                        (a, b) -> a.matmul(b.abs())),
                row("too large", Left.A_AND_C, of(30, 200), of(200, 64), times));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("products")
    void leave(String what, Left left, Shape a, Shape b, Product product) {
        var contractions = Compilation.of(graph(a, b, product)).functions().getFirst().plan().steps().stream()
                .map(Plan.Step::task).filter(Program.Task.Contraction.class::isInstance)
                .map(Program.Task.Contraction.class::cast).toList();
        assertEquals(1, contractions.size(), "contractions");
        var c = contractions.getFirst();
        Left found = c.b().isEmpty() ? Left.A_AND_C : c.c().isEmpty() ? Left.A_AND_B : Left.ALL;
        assertTrue(c.a().isPresent(), "A is left in place");
        assertEquals(left, found);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("products")
    void followTheInterpreter(String what, Left left, Shape a, Shape b, Product product) {
        Graph graph = graph(a, b, product);
        Map<String, Tensor> inputs = Map.of("a", numbers(a, 1), "b", numbers(b, 2));
        double[] expected = Interpreter.run(graph, "f", inputs, Map.of(), 0, 0).result("y").toTensor()
                .toDoubles();
        float[] first = run(graph, inputs, Flavour.SCALAR, 1, 1);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], first[i], 1e-3, what + " at " + i);
        }
        for (int threads : new int[]{1, 2}) {
            float[] vector = run(graph, inputs, CompiledExecution.flavourOfTheBuild(), threads, CALLS);
            assertArrayEquals(first, vector, what + ", to the bit");
        }
    }

    private static float[] run(Graph graph, Map<String, Tensor> inputs, Flavour flavour, int threads,
            int calls) {
        try (Workers workers = Workers.of(threads)) {
            PreparedCall call = Compiler.compile(graph)
                    .newSession(1, SessionOptions.defaults().flavour(flavour).workers(workers)).prepare("f");
            inputs.forEach(call::input);
            for (int i = 1; i < calls; i++) {
                call.run();
            }
            return call.run().tensor("y").toFloats();
        }
    }

    private static Graph graph(Shape a, Shape b, Product product) {
        GraphBuilder g = Graph.builder("products");
        g.function("f").returns("y",
                product.of(g.input("a", DType.FLOAT32, a), g.input("b", DType.FLOAT32, b)));
        return g.build();
    }

    private static Tensor numbers(Shape shape, int seed) {
        int[] dims = shape.dims().stream().mapToInt(dim -> Math.toIntExact(dim.value())).toArray();
        float[] values = new float[Arrays.stream(dims).reduce(1, Math::multiplyExact)];
        Random random = new Random(seed);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, dims);
    }
}
