package dev.covector.compiler.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Slice;
import dev.covector.graph.Window;
import dev.covector.graph.ir.ArgKind;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.Type;
import dev.covector.runtime.CallException;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What convolutions and pooling give: worked out by hand, and against loops that know nothing of the primitives. */
final class ConvolutionOpsTest {
    private static final double NAN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;

    private static Arguments row(String name, UnaryOperator<Expr> f, String expected, double... values) {
        return Arguments.of(name, f, expected, values);
    }

    /** Of images of 3 by 3 with one channel: 0 to 8 unless others are given. */
    static Stream<Arguments> images() {
        return Stream.of(
                row("corr2d", x -> x.conv(kernel(x, 0, 1, 2, 3)), "[1,2,2,1] {19.0, 25.0, 37.0, 43.0}"),
                row("padded by 1", x -> x.conv(kernel(x, 0, 1, 2, 3), Convolution.of().padding(1)),
                        "[1,4,4,1] {0.0, 3.0, 8.0, 4.0, 9.0, 19.0, 25.0, 10.0, 21.0, 37.0, 43.0, 16.0, 6.0, 7.0, 8.0, 0.0}"),
                row("stride 3 and 2, padded by 1",
                        x -> x.conv(kernel(x, 0, 1, 2, 3), Convolution.of().stride(3, 2).padding(1)),
                        "[1,2,2,1] {0.0, 8.0, 6.0, 8.0}"),
                row("padded the same: after, where one is over",
                        x -> x.conv(kernel(x, 1, 0, 0, 0), Convolution.of().samePadding()),
                        "[1,3,3,1] {0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0}"),
                row("padded by less than nothing",
                        x -> x.conv(kernel(x, 0, 1, 2, 3),
                                Convolution.of().padding(new int[]{-1}, new int[]{0})),
                        "[1,1,1,1] {43.0}"),
                row("dilated by 2", x -> x.conv(kernel(x, 0, 1, 2, 3), Convolution.of().dilation(2)),
                        "[1,1,1,1] {38.0}"),
                row("transposed", x -> x.get(Slice.all(), Slice.to(2), Slice.to(2))
                        .conv(kernel(x, 3, 2, 1, 0), Convolution.of().inputDilation(2).padding(1)),
                        "[1,4,4,1] {0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 2.0, 3.0, 0.0, 3.0, 0.0, 4.0, 6.0, 9.0, 8.0, 12.0}"),
                row("zeros times infinity",
                        x -> x.conv(kernel(x, INF, 0, 0, 1),
                                Convolution.of().padding(new int[]{1}, new int[]{0})),
                        "[1,3,3,1] {NaN, NaN, NaN, NaN, NaN, Infinity, NaN, Infinity, Infinity}"),
                row("max", x -> x.maxPool(Window.of(2).stride(1)), "[1,2,2,1] {4.0, 5.0, 7.0, 8.0}"),
                row("average", x -> x.averagePool(Window.of(2).stride(1)), "[1,2,2,1] {2.0, 3.0, 5.0, 6.0}"),
                row("sum", x -> x.sumPool(Window.of(2).stride(1)), "[1,2,2,1] {8.0, 12.0, 20.0, 24.0}"),
                row("side by side, without what is left over", x -> x.maxPool(Window.of(2)),
                        "[1,1,1,1] {4.0}"),
                row("windows of rows", x -> x.maxPool(Window.of(1, 3)), "[1,3,1,1] {2.0, 5.0, 8.0}"),
                row("padding is less than all", x -> x.minus(9).maxPool(Window.of(2).padding(1)),
                        "[1,2,2,1] {-9.0, -7.0, -3.0, -1.0}"),
                row("padding counts", x -> x.averagePool(Window.of(2).padding(1)),
                        "[1,2,2,1] {0.0, 0.75, 2.25, 6.0}"),
                row("padding does not count", x -> x.averagePool(Window.of(2).padding(1).countPadding(false)),
                        "[1,2,2,1] {0.0, 1.5, 4.5, 6.0}"),
                row("NaN wins", x -> x.maxPool(Window.of(2).stride(1)),
                        "[1,2,2,1] {NaN, Infinity, NaN, -1.0}", 0, 1, INF, NAN, -1, -INF, -2, -3, -4));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("images")
    void gives(String name, UnaryOperator<Expr> f, String expected, double[] values) {
        double[] image = values.length > 0 ? values : new double[]{0, 1, 2, 3, 4, 5, 6, 7, 8};
        assertEquals("f64" + expected,
                value(g -> f.apply(g.constant(Tensor.of(image, 1, 3, 3, 1)))).toString());
    }

    @Test
    void integersWrapAndPadWithTheLeast() {
        int[] values = {1 << 30, -5, 3, 1 << 30};
        Tensor image = Tensor.of(values, 1, 4, 1);
        assertEquals("i32[1,3,1] {-2147483648, -10, 6}", value(g -> g.constant(image)
                .conv(g.constant(Tensor.of(new int[]{2}, 1, 1, 1))).slice(1, 0, 3)).toString());
        assertEquals("i32[1,2,1] {5, -3}",
                value(g -> g.constant(image).unaryMinus().maxPool(Window.of(3).padding(1))).toString());
        assertEquals("i64[1,3,1] {-5, -5, 3}",
                value(g -> g.constant(image).slice(1, 0, 3).cast(DType.INT64).unaryMinus()
                        .maxPool(Window.of(2).stride(1).padding(1)).unaryMinus().slice(1, 1, 4)).toString());
    }

    static Stream<Arguments> firsts() {
        return Stream.of(
                Arguments.of("equals", ArgKind.ARGMAX, new double[]{1, 0, 1, 1, 0, 1, 2, -1, -1},
                        "{0, 1, 2, 1}"),
                Arguments.of("equals", ArgKind.ARGMIN, new double[]{1, 0, 1, 1, 0, 1, 2, -1, -1},
                        "{1, 0, 3, 2}"),
                Arguments.of("NaN", ArgKind.ARGMAX, new double[]{1, 2, 3, 4, NAN, NAN, 7, 8, 9},
                        "{3, 2, 1, 0}"),
                Arguments.of("NaN", ArgKind.ARGMIN, new double[]{1, 2, 3, 4, NAN, NAN, 7, 8, 9},
                        "{3, 2, 1, 0}"),
                Arguments.of("infinities", ArgKind.ARGMAX,
                        new double[]{-INF, -INF, -INF, -INF, -INF, 1, INF, INF, INF},
                        "{0, 3, 2, 2}"));
    }

    @ParameterizedTest(name = "{1} of {0}")
    @MethodSource("firsts")
    void givesTheFirst(String name, ArgKind kind, double[] values, String expected) {
        Tensor first = Interpreter.evaluate(new Op.ArgWindow(kind, List.of(2, 2), List.of(1, 1)),
                new Type(DType.INT32, Shape.of(2, 2)), List.of(Tensor.of(values, 3, 3)));
        assertEquals("i32[2,2] " + expected, first.toString());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "conv | conv (ConvolutionOpsTest.java:L): the kernel would be larger than spatial axis 0: n-1 is -1",
        "pool | window_max (ConvolutionOpsTest.java:L): the window would be larger than axis 1: n-2 is -2"})
    void aCallWhoseDataIsTooSmallIsRefused(String which, String message) {
        GraphBuilder g = Graph.builder("small");
        Expr x = g.input("x", DType.FLOAT64, Shape.of(Dim.of("batch"), Dim.of("n"), Dim.of(1)));
        g.function("f").returns("y", which.equals("pool") ? x.maxPool(Window.of(2))
                : x.conv(g.full(DType.FLOAT64, Shape.of(3, 1, 1), 1), Convolution.of().padding(1)));
        Graph graph = g.build();
        assertEquals("[0, 1, 1]",
                Arrays.toString(
                        run(graph, Tensor.of(new double[0], 0, which.equals("pool") ? 3 : 1, 1)).shape()));
        CallException refused =
                assertThrows(CallException.class, () -> run(graph, Tensor.of(new double[0], 1, 0, 1)));
        assertEquals(message, String.valueOf(refused.getMessage()).replaceAll("java:\\d+", "java:L"));
    }

    private static Tensor run(Graph graph, Tensor x) {
        return Interpreter.run(graph, "f", Map.of("x", x), Map.of(), 0, 1).result("y").toTensor();
    }

    // ---- against loops

    /** Everything at once, drawn: one to three spatial axes, strides, both dilations, uneven padding, groups. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void isTheSumOfProducts(int spatial) {
        Random random = new Random(spatial);
        for (int trial = 0; trial < 60; trial++) {
            int groups = 1 + random.nextInt(3);
            int batch = random.nextInt(3);
            int channels = groups * (1 + random.nextInt(2));
            int outputs = groups * (1 + random.nextInt(2));
            int[] extents = draw(random, spatial, 1, 6);
            int[] kernel = draw(random, spatial, 1, 3);
            int[] stride = draw(random, spatial, 1, 3);
            int[] dilation = draw(random, spatial, 1, 2);
            int[] spread = draw(random, spatial, 1, 3);
            int[] low = draw(random, spatial, -1, 3);
            int[] high = draw(random, spatial, -1, 3);
            boolean fits =
                    IntStream.range(0, spatial).allMatch(i -> padded(extents[i], spread[i], low[i], high[i])
                            > (kernel[i] - 1) * dilation[i]);
            if (!fits) {
                continue;
            }
            Tensor x = drawn(random, shape(batch, extents, channels));
            Tensor w = drawn(random, concat(kernel, channels / groups, outputs));
            Tensor expected = naive(x, w, groups, stride, dilation, spread, low, high);
            Tensor got = value(
                    g -> g.constant(x).conv(g.constant(w), Convolution.of().stride(stride).dilation(dilation)
                            .inputDilation(spread).padding(low, high).groups(groups)));
            assertArrayEquals(expected.shape(), got.shape());
            assertArrayEquals(expected.toDoubles(), got.toDoubles());
        }
    }

    private static int padded(int extent, int spread, int low, int high) {
        return low + (extent - 1) * spread + 1 + high;
    }

    /** The zeros are really there, and the loops go over all elements. */
    private static Tensor naive(Tensor x, Tensor w, int groups, int[] stride, int[] dilation, int[] spread,
            int[] low, int[] high) {
        int spatial = stride.length;
        int batch = x.shape()[0];
        int channels = x.shape()[spatial + 1];
        int outputs = w.shape()[spatial + 1];
        int[] extents = Arrays.copyOfRange(x.shape(), 1, spatial + 1);
        int[] kernel = Arrays.copyOf(w.shape(), spatial);
        int[] padded = new int[spatial];
        int[] places = new int[spatial];
        for (int i = 0; i < spatial; i++) {
            padded[i] = padded(extents[i], spread[i], low[i], high[i]);
            places[i] = (padded[i] - (kernel[i] - 1) * dilation[i] - 1) / stride[i] + 1;
        }
        double[] data = new double[batch * product(padded) * channels];
        for (int n = 0; n < batch; n++) {
            for (int s = 0; s < product(extents); s++) {
                int[] at = Offsets.index(extents, s);
                boolean inside = true;
                for (int i = 0; i < spatial; i++) {
                    at[i] = at[i] * spread[i] + low[i];
                    inside &= at[i] >= 0 && at[i] < padded[i];
                }
                for (int c = 0; inside && c < channels; c++) {
                    data[(n * product(padded) + flat(padded, at)) * channels + c] =
                            x.toDoubles()[(n * product(extents) + s) * channels + c];
                }
            }
        }
        double[] result = new double[batch * product(places) * outputs];
        for (int n = 0; n < batch; n++) {
            for (int s = 0; s < product(places); s++) {
                for (int o = 0; o < outputs; o++) {
                    int group = o / (outputs / groups);
                    double sum = 0;
                    for (int k = 0; k < product(kernel); k++) {
                        int[] at = Offsets.index(kernel, k);
                        int[] place = Offsets.index(places, s);
                        for (int i = 0; i < spatial; i++) {
                            at[i] = place[i] * stride[i] + at[i] * dilation[i];
                        }
                        for (int c = 0; c < channels / groups; c++) {
                            sum += data[(n * product(padded) + flat(padded, at)) * channels
                                    + group * (channels / groups) + c]
                                    * w.toDoubles()[(k * (channels / groups) + c) * outputs + o];
                        }
                    }
                    result[(n * product(places) + s) * outputs + o] = sum;
                }
            }
        }
        return Tensor.of(result, shape(batch, places, outputs));
    }

    @Test
    void poolsWhatAWindowShows() {
        Random random = new Random(5);
        for (int trial = 0; trial < 60; trial++) {
            int spatial = 1 + random.nextInt(3);
            int[] extents = draw(random, spatial, 3, 6);
            int[] size = draw(random, spatial, 1, 3);
            int[] stride = draw(random, spatial, 1, 4);
            int[] low = Arrays.stream(size).map(n -> random.nextInt(n)).toArray();
            int[] high = Arrays.stream(size).map(n -> random.nextInt(n)).toArray();
            Tensor x = drawn(random, shape(random.nextInt(3), extents, 2));
            Window window = Window.of(size).stride(stride).padding(low, high);
            double[][] expected = pooled(x, size, stride, low, high);
            for (int kind = 0; kind < 4; kind++) {
                int which = kind;
                Tensor got = value(g -> {
                    Expr image = g.constant(x);
                    return which == 0 ? image.maxPool(window) : which == 1 ? image.sumPool(window)
                            : image.averagePool(window.countPadding(which == 2));
                });
                assertArrayEquals(expected[kind], got.toDoubles(), 1e-12);
            }
        }
    }

    /** Max, sum, average over all and average over what is there, of two channels. */
    private static double[][] pooled(Tensor x, int[] size, int[] stride, int[] low, int[] high) {
        int spatial = size.length;
        int[] extents = Arrays.copyOfRange(x.shape(), 1, spatial + 1);
        int[] places = IntStream.range(0, spatial)
                .map(i -> (extents[i] + low[i] + high[i] - size[i]) / stride[i] + 1).toArray();
        double[][] results = new double[4][x.shape()[0] * product(places) * 2];
        for (int r = 0; r < results[0].length; r++) {
            int[] place = Offsets.index(places, r / 2 % product(places));
            int n = r / 2 / product(places);
            double max = -INF;
            double sum = 0;
            int count = 0;
            for (int k = 0; k < product(size); k++) {
                int[] at = Offsets.index(size, k);
                boolean inside = true;
                for (int i = 0; i < spatial; i++) {
                    at[i] += place[i] * stride[i] - low[i];
                    inside &= at[i] >= 0 && at[i] < extents[i];
                }
                if (inside) {
                    double value = x.toDoubles()[(n * product(extents) + flat(extents, at)) * 2 + r % 2];
                    max = Math.max(max, value);
                    sum += value;
                    count++;
                }
            }
            results[0][r] = max;
            results[1][r] = sum;
            results[2][r] = sum / product(size);
            results[3][r] = sum / count;
        }
        return results;
    }

    private static Tensor value(Function<GraphBuilder, Expr> f) {
        GraphBuilder g = Graph.builder("convolution");
        g.function("f").returns("y", f.apply(g));
        return Interpreter.run(g.build(), "f", Map.of(), Map.of(), 0, 1).result("y").toTensor();
    }

    private static int[] draw(Random random, int count, int from, int to) {
        return IntStream.range(0, count).map(i -> from + random.nextInt(to - from + 1)).toArray();
    }

    /** Small whole numbers, whose sums are exact in any order. */
    private static Tensor drawn(Random random, int... shape) {
        return Tensor.of(
                IntStream.range(0, product(shape)).mapToDouble(i -> random.nextInt(19) - 9).toArray(),
                shape);
    }

    private static int product(int... shape) {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    private static int flat(int[] shape, int[] index) {
        int at = 0;
        for (int axis = 0; axis < shape.length; axis++) {
            at = at * shape[axis] + index[axis];
        }
        return at;
    }

    private static int[] shape(int batch, int[] spatial, int channels) {
        return IntStream.concat(IntStream.of(batch), Arrays.stream(concat(spatial, channels))).toArray();
    }

    private static int[] concat(int[] shape, int... more) {
        return IntStream.concat(Arrays.stream(shape), Arrays.stream(more)).toArray();
    }

    private static Expr kernel(Expr x, double... values) {
        return x.builder().constant(Tensor.of(values, 2, 2, 1, 1));
    }
}
