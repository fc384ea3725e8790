package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.compiler.reference.Interpreter;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.DType;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Right operands of contractions whose columns lie in memory as rows do: squares of them are transposed. */
final class TransposedOperandsTest {
    private static final int ROWS = 29;

    interface Product {
        Expr of(Expr left, Expr right);
    }

    private static Arguments row(String what, boolean transposed, Shape left, Shape right, Product product) {
        return Arguments.of(what, transposed, left, right, product);
    }

    private static Shape rows(int... dims) {
        return Shape.of(dims);
    }

    static Stream<Arguments> products() {
        Product times = (a, b) -> a.matmul(b.transpose());
        return Stream.of(
                row("whole squares", true, rows(ROWS, 64), rows(96, 64), times),
                row("steps are left over", true, rows(ROWS, 61), rows(40, 61), times),
                row("few steps", true, rows(ROWS, 20), rows(64, 20), times),
                row("several blocks of steps", true, rows(ROWS, 1100), rows(320, 1100), times),
                row("a batch", true, rows(3, ROWS, 33), rows(3, 64, 33),
                        (a, b) -> a.matmul(b.transpose(0, 2, 1))),
                row("heads beside each other", true, rows(ROWS, 4, 32), rows(48, 4, 32),
                        (a, b) -> a.transpose(1, 0, 2).matmul(b.transpose(1, 2, 0))),
                row("a part of the columns", true, rows(ROWS, 50), rows(96, 50),
                        (a, b) -> a.matmul(b.slice(0, 5, 45).transpose())),
                row("a part of the steps", true, rows(ROWS, 40), rows(64, 50),
                        (a, b) -> a.matmul(b.slice(1, 6, 46).transpose())),
                row("the last column first", true, rows(ROWS, 50), rows(64, 50),
                        (a, b) -> a.matmul(b.flip(0).transpose())),
                row("each other column", true, rows(ROWS, 50), rows(128, 50),
                        (a, b) -> a.matmul(b.slice(0, 0, 128, 2).transpose())),
                row("the last step first", false, rows(ROWS, 50), rows(64, 50),
                        (a, b) -> a.matmul(b.flip(1).transpose())),
                row("columns that are no multiple", false, rows(ROWS, 50), rows(61, 50), times),
                row("something to compute", false, rows(ROWS, 50), rows(64, 50),
                        (a, b) -> a.matmul(b.abs().transpose())),
                row("columns that are neighbours", false, rows(ROWS, 50), rows(50, 64),
                        (a, b) -> a.matmul(b)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("products")
    void followTheInterpreter(String what, boolean transposed, Shape left, Shape right, Product product) {
        Graph graph = graph(left, right, product);
        Map<String, Tensor> inputs = Map.of("a", numbers(left, 1), "b", numbers(right, 2));
        double[] expected = Interpreter.run(graph, "f", inputs, Map.of(), 0, 0).result("y").toTensor()
                .toDoubles();
        CompiledGraph compiled = Compiler.compile(graph);
        double[] first = null;
        for (Flavour flavour : List.of(Flavour.SCALAR, CompiledExecution.flavourOfTheBuild())) {
            var call = compiled.newSession(1, SessionOptions.defaults().flavour(flavour)).call("f");
            inputs.forEach(call::input);
            double[] actual = call.run().tensor("y").toDoubles();
            assertArrayEquals(expected, actual, 1e-3, what);
            first = first == null ? actual : first;
            assertArrayEquals(first, actual, what + ", to the bit");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("products")
    void areTransposed(String what, boolean transposed, Shape left, Shape right, Product product) {
        String listing = Compilation.of(graph(left, right, product)).functions().getFirst().listing().text();
        assertEquals(transposed, listing.contains(" = transpose of 8 runs b["), listing);
    }

    private static Graph graph(Shape left, Shape right, Product product) {
        GraphBuilder g = Graph.builder("products");
        g.function("f").returns("y", product.of(g.input("a", DType.FLOAT32, left),
                g.input("b", DType.FLOAT32, right)));
        return g.build();
    }

    private static Tensor numbers(Shape shape, int seed) {
        int[] dims = shape.dims().stream().mapToInt(dim -> Math.toIntExact(dim.value())).toArray();
        int size = Math.toIntExact(shape.size().value());
        return Tensor.of(Networks.images(1, size, seed).toFloats(), dims);
    }
}
