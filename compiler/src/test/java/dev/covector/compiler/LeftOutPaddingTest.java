package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.Oracle;
import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions with few channels and a batch of a known size, whose products with padding are left out. */
final class LeftOutPaddingTest {
    private static final int BATCH = 64;

    private static Graph graph(int batch, int size, int channels, int kernels, int window, int low, int high,
            int stride) {
        GraphBuilder g = Graph.builder("padded");
        Expr x = g.input("x", FLOAT32, Shape.of(batch, size, size + 1, channels));
        Expr k = g.input("k", FLOAT32, Shape.of(window, window, channels, kernels));
        g.function("f").returns("y", x.conv(k, Convolution.of()
                .padding(new int[]{low, high}, new int[]{high, low}).stride(stride)).plus(1));
        return g.build();
    }

    /** Some have more steps than a block of a sum, no step at all in some corner, and tiles that are all whole. */
    @ParameterizedTest(
            name = "{0} of {1}x{1}, {2} to {3} channels, window {4}, padding {5} and {6}, stride {7}")
    @CsvSource({"64,9,2,6,5,4,4,1", "64,9,3,4,3,1,0,1", "64,8,2,13,4,2,3,2", "64,6,6,12,3,1,1,1",
        "64,7,23,15,5,2,2,1", "64,5,4,5,3,4,3,1", "96,4,3,6,3,1,1,1", "320,4,3,6,3,1,1,1",
        "256,5,3,7,3,2,1,1"})
    void isRightAndHasTheSameBits(int batch, int size, int channels, int kernels, int window, int low,
            int high,
            int stride) {
        Graph graph = graph(batch, size, channels, kernels, window, low, high, stride);
        assertTrue(Compilation.of(graph).functions().stream().flatMap(f -> f.plan().steps().stream())
                .noneMatch(step -> step.kernel().members().stream().anyMatch(n -> n.op() instanceof Op.Pad)),
                "no kernel pads");
        Tensor x = random(batch, size, size + 1, channels);
        Tensor k = random(window, window, channels, kernels);
        float[] expected = run(graph, x, k, Flavour.SCALAR, 1);
        for (int threads : new int[]{1, 2}) {
            assertArrayEquals(expected, run(graph, x, k, CompiledExecution.flavourOfTheBuild(), threads));
        }
        Oracle.check(same -> same,
                new CompiledExecution(CompiledExecution.flavourOfTheBuild(), Workers.shared()), graph,
                Map.of(), 1);
    }

    /** Padding would make NaN of an infinite weight. */
    @Test
    void aWeightThatMeetsPaddingOnlyIsNotMultiplied() {
        Graph graph = graph(BATCH, 8, 2, 4, 3, 1, 1, 1);
        float[] k = new float[3 * 3 * 2 * 4];
        Arrays.fill(k, 0, 8, Float.POSITIVE_INFINITY); // above to the left
        Tensor x = Tensor.of(ones(BATCH * 8 * 9 * 2), BATCH, 8, 9, 2);
        for (Flavour flavour : List.of(Flavour.SCALAR, CompiledExecution.flavourOfTheBuild())) {
            float[] y = run(graph, x, Tensor.of(k, 3, 3, 2, 4), flavour, 1);
            assertEquals(1, y[0], "where there is nothing above");
            assertEquals(Float.POSITIVE_INFINITY, y[(9 + 1) * 4], "a row and a column further");
        }
    }

    private static float[] run(Graph graph, Tensor x, Tensor k, Flavour flavour, int threads) {
        try (Workers workers = Workers.of(threads)) {
            return Compiler.compile(graph)
                    .newSession(1, SessionOptions.defaults().flavour(flavour).workers(workers)).prepare("f")
                    .input("x", x).input("k", k).run().tensor("y").toFloats();
        }
    }

    private static float[] ones(int count) {
        float[] ones = new float[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static Tensor random(int... shape) {
        Random random = new Random(Arrays.hashCode(shape));
        float[] values = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensor.of(values, shape);
    }
}
