package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.Interpreter;
import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Window;
import dev.covector.graph.nn.AdaptiveAvgPool2d;
import dev.covector.graph.nn.AdaptiveMaxPool2d;
import dev.covector.graph.nn.AvgPool1d;
import dev.covector.graph.nn.AvgPool2d;
import dev.covector.graph.nn.Block;
import dev.covector.graph.nn.Conv1d;
import dev.covector.graph.nn.Conv2d;
import dev.covector.graph.nn.GlobalAvgPool2d;
import dev.covector.graph.nn.GlobalMaxPool2d;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.MaxPool1d;
import dev.covector.graph.nn.MaxPool2d;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers of convolution and pooling: their values written out, their shapes and where they start. */
final class ConvolutionLayersTest {
    private static Arguments row(String name, int[] input, Function<GraphBuilder, Block> block, String shape,
            double... values) {
        return Arguments.of(name, input, block, shape, values);
    }

    private static int[] shape(int... extents) {
        return extents;
    }

    /** Of 0, 1, 2, …; kernels are all 1 and biases 0.5. */
    static Stream<Arguments> values() {
        return Stream.of(
                row("Conv2d", shape(1, 3, 3, 1),
                        g -> Conv2d.of(g, "c", 1, 1, 2, Convolution.of(), Initializers.constant(1),
                                Initializers.constant(0.5)),
                        "[1,2,2,1]", 8.5, 12.5, 20.5, 24.5),
                row("Conv2d without bias", shape(1, 2, 2, 2),
                        g -> Conv2d.withoutBias(g, "c", 2, 4, 1, Convolution.of().groups(2).stride(2),
                                Initializers.constant(2)),
                        "[1,1,1,4]", 0, 0, 2, 2),
                row("Conv1d", shape(1, 3, 2),
                        g -> Conv1d.of(g, "c", 2, 1, 3, Convolution.of().samePadding(),
                                Initializers.constant(1),
                                Initializers.constant(0.5)),
                        "[1,3,1]", 6.5, 15.5, 14.5),
                row("Conv1d without bias", shape(1, 3, 1),
                        g -> Conv1d.withoutBias(g, "c", 1, 1, 2, Convolution.of().dilation(2),
                                Initializers.constant(1)),
                        "[1,1,1]", 2),
                row("MaxPool2d", shape(1, 4, 5, 1), g -> MaxPool2d.of(2), "[1,2,2,1]", 6, 8, 16, 18),
                row("MaxPool2d with stride", shape(1, 4, 5, 1), g -> MaxPool2d.of(3, 1), "[1,2,3,1]", 12, 13,
                        14,
                        17, 18, 19),
                row("MaxPool2d, ResNet's", shape(1, 4, 4, 1),
                        g -> MaxPool2d.of(Window.of(3).stride(2).padding(1)), "[1,2,2,1]", 5, 7, 13, 15),
                row("AvgPool2d", shape(1, 4, 4, 1), g -> AvgPool2d.of(2), "[1,2,2,1]", 2.5, 4.5, 10.5, 12.5),
                row("AvgPool2d with stride", shape(1, 3, 3, 1), g -> AvgPool2d.of(2, 1), "[1,2,2,1]", 2, 3, 5,
                        6),
                row("MaxPool1d", shape(1, 5, 1), g -> MaxPool1d.of(2), "[1,2,1]", 1, 3),
                row("AvgPool1d", shape(1, 5, 1), g -> AvgPool1d.of(3, 1), "[1,3,1]", 1, 2, 3),
                row("AdaptiveAvgPool2d that divides", shape(1, 4, 4, 1), g -> AdaptiveAvgPool2d.of(2),
                        "[1,2,2,1]", 2.5, 4.5, 10.5, 12.5),
                // PyTorch's windows of 5 in 3 are 0–1, 1–3, 3–4; of 3 in 2 they are 0–1, 1–2
                row("AdaptiveAvgPool2d", shape(1, 5, 3, 1), g -> AdaptiveAvgPool2d.of(3, 2), "[1,3,2,1]", 2,
                        3,
                        6.5, 7.5, 11, 12),
                row("AdaptiveMaxPool2d", shape(1, 5, 3, 1), g -> AdaptiveMaxPool2d.of(3, 2), "[1,3,2,1]", 4,
                        5,
                        10, 11, 13, 14),
                row("AdaptiveAvgPool2d to more", shape(1, 1, 2, 1), g -> AdaptiveAvgPool2d.of(1, 3),
                        "[1,1,3,1]",
                        0, 0.5, 1),
                row("GlobalAvgPool2d", shape(2, 2, 2, 2), g -> GlobalAvgPool2d.of(), "[2,2]", 3, 4, 11, 12),
                row("GlobalMaxPool2d", shape(2, 2, 2, 2), g -> GlobalMaxPool2d.of(), "[2,2]", 6, 7, 14, 15));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("values")
    void gives(String name, int[] input, Function<GraphBuilder, Block> block, String shape, double[] values) {
        GraphBuilder g = Graph.builder("layer");
        List<Dim> dims = Arrays.stream(input).mapToObj(Dim::of).collect(Collectors.toList());
        dims.set(0, Dim.of("batch"));
        Expr x = g.input("x", FLOAT32, Shape.of(dims));
        g.function("f").returns("y", block.apply(g).invoke(x));
        int size = Arrays.stream(input).reduce(1, (a, b) -> a * b);
        float[] counted = new float[size];
        IntStream.range(0, size).forEach(i -> counted[i] = i);
        Graph graph = g.build();
        Tensor x0 = Tensor.of(counted, input);
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        Interpreter.initialValues(graph, 1).forEach((path, value) -> parameters.put(path, value.toTensor()));
        for (Tensor y : List.of(
                Interpreter.run(graph, "f", Map.of("x", x0), parameters, 0, 0).result("y").toTensor(),
                Compiler.compile(graph).newSession(1).call("f").input("x", x0).run().tensor("y"))) {
            assertEquals(shape, Shape.of(y.shape()).toString());
            assertArrayEquals(values, y.toDoubles(), 1e-6);
        }
    }

    @Test
    void parametersAreNamedShapedAndStartedAsPyTorchs() {
        GraphBuilder g = Graph.builder("layers");
        Conv2d image = Conv2d.of(g, "image", 6, 40, new int[]{5, 3}, Convolution.of().groups(2));
        Conv1d words = Conv1d.of(g, "words", 50, 20, 4);
        Conv2d bare = Conv2d.withoutBias(g, "bare", 6, 4, 3, Convolution.of());
        g.function("f").returns("image", image.weight()).returns("words", words.weight());
        assertEquals("image.weight: f32[5,3,3,40]", image.weight().toString());
        assertEquals("image.bias: f32[40]", String.valueOf(image.bias()));
        assertEquals("words.weight: f32[4,50,20]", words.weight().toString());
        assertEquals("bare.weight: f32[3,3,6,4]", bare.weight().toString());
        assertNull(bare.bias());
        var starts = Interpreter.initialValues(g.build(), 7);
        Map.of("image.weight", 45, "image.bias", 45, "words.weight", 200, "bare.weight", 54)
                .forEach((path, fanIn) -> {
                    double bound = 1 / Math.sqrt(fanIn);
                    double[] values = Objects.requireNonNull(starts.get(path)).toTensor().toDoubles();
                    double greatest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
                    assertTrue(greatest <= bound && greatest > 0.9 * bound, path + ": " + greatest);
                });
    }
}
