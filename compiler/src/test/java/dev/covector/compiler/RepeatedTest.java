package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.compiler.reference.Oracle;
import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.ir.Op;
import dev.covector.graph.nn.AvgPool2d;
import dev.covector.graph.nn.Initializers;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The derivative of average pooling in front of elementwise ops: it is never written once for each element of a window. */
final class RepeatedTest {
    /** What is pooled by {@code window}, of {@code x}, and how many kernels repeat values in memory. */
    record Row(String name, Shape x, int window, UnaryOperator<Expr> pooled, int kernels) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final Shape IMAGES = Shape.of(6, 16, 12, 5);

    static Stream<Row> rows() {
        Convolution same = Convolution.of().padding(1);
        return Stream.of(
                new Row("sigmoid", IMAGES, 2, Expr::sigmoid, 0),
                new Row("a choice", IMAGES, 2, Expr::relu, 0),
                new Row("two ops", IMAGES, 2, x -> x.square().tanh(), 0),
                new Row("larger windows", Shape.of(6, 15, 12, 5), 3, Expr::sigmoid, 0),
                new Row("windows that end before the last", Shape.of(6, 17, 13, 5), 2, Expr::sigmoid, 1),
                new Row("one window", Shape.of(60, 4, 4, 5), 4, Expr::sigmoid, 0),
                new Row("a named batch", Shape.of(Dim.of("n"), Dim.of(4), Dim.of(4), Dim.of(20)), 2,
                        Expr::sigmoid, 0),
                new Row("a batch that is innermost", Shape.of(64, 8, 8, 2), 2,
                        x -> x.conv(kernel(x, 2), same).sigmoid(), 0),
                new Row("more channels than that", Shape.of(64, 8, 8, 20), 2,
                        x -> x.conv(kernel(x, 20), same).sigmoid(), 0),
                new Row("a sum of rows", IMAGES, 2,
                        x -> x.sigmoid().times(x.mean(1, 2, 3).sigmoid().reshape(6, 1, 1, 1)), 0),
                new Row("few elements", Shape.of(3, 8, 6, 5), 2, Expr::sigmoid, 1),
                new Row("nothing", IMAGES, 2, x -> x, 1));
    }

    private static Expr kernel(Expr x, int channels) {
        return x.builder().parameter("k", FLOAT32, Shape.of(3, 3, channels, channels),
                Initializers.normal(0.1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void isReadAtAnotherIndex(Row row) {
        GraphBuilder g = Graph.builder("pooled");
        Expr x = g.input("x", FLOAT32, row.x());
        Expr bias = g.parameter("bias", FLOAT32, Shape.of(row.x().dim(3)), Initializers.normal(0.1));
        Expr pooled = AvgPool2d.of(row.window()).invoke(row.pooled().apply(x.plus(bias)));
        Expr loss = pooled.square().sum();
        List<Expr> gradients = loss.gradients(x, bias);
        g.function("f").returns("x", gradients.get(0)).returns("bias", gradients.get(1));
        Graph graph = g.build();

        assertEquals(row.kernels(), Compilation.of(graph).functions().getFirst().plan().steps().stream()
                .filter(step -> step.kernel().members().stream()
                        .anyMatch(node -> node.op() instanceof Op.Broadcast && Repeated.repeats(node)))
                .count());
        Oracle.check(same -> same,
                new CompiledExecution(CompiledExecution.flavourOfTheBuild(), Workers.shared()),
                Compilation.of(graph).differentiated(), Map.of("n", 4), 1);
        List<float[]> expected = run(graph, row.x(), Flavour.SCALAR, 1);
        for (int threads : new int[]{1, 2}) {
            List<float[]> results = run(graph, row.x(), CompiledExecution.flavourOfTheBuild(), threads);
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i), results.get(i));
            }
        }
    }

    private static List<float[]> run(Graph graph, Shape shape, Flavour flavour, int threads) {
        int[] extents = shape.dims().stream().mapToInt(dim -> Math.toIntExact(dim.evaluate(name -> 4)))
                .toArray();
        float[] values = new float[Arrays.stream(extents).reduce(1, Math::multiplyExact)];
        Random random = new Random(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        try (Workers workers = Workers.of(threads)) {
            var result = Compiler.compile(graph)
                    .newSession(1, SessionOptions.defaults().flavour(flavour).workers(workers)).prepare("f")
                    .input("x", Tensor.of(values, extents)).run();
            return List.of(result.tensor("x").toFloats(), result.tensor("bias").toFloats());
        }
    }
}
