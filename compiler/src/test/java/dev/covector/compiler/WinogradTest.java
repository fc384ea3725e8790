package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.Results;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Convolutions by windows of 3 × 3 with many channels. Where numbers are small integers, all that Winograd's algorithm makes of
 * them is exact, so that plain loops give the same results to the bit.
 */
final class WinogradTest {
    /** Rows by columns of an image, channels, kernels, padding; the batch is named. */
    @ParameterizedTest(name = "{0}x{1}, {2} to {3} channels, padding {4}")
    @CsvSource({"6,8,32,32,1", "4,4,48,33,0", "8,2,32,70,1", "2,2,64,40,1", "4,26,32,32,1", "4,6,32,97,0"})
    void isExactForSmallIntegers(int height, int width, int channels, int kernels, int padding) {
        CompiledGraph compiled =
                Compiler.compile(graph(Dim.of("n"), height, width, channels, kernels, padding));
        for (int batch : new int[]{1, 3, 0}) {
            check(compiled, new Problem(batch, height, width, channels, kernels, padding));
        }
    }

    @Test
    void isExactForOneImage() {
        check(Compiler.compile(graph(Dim.of(1), 26, 26, 32, 32, 1)), new Problem(1, 26, 26, 32, 32, 1));
    }

    private static void check(CompiledGraph compiled, Problem p) {
        for (Flavour flavour : List.of(Flavour.SCALAR, CompiledExecution.flavourOfTheBuild())) {
            for (int threads : new int[]{1, 2}) {
                try (Workers workers = Workers.of(threads)) {
                    Results results = compiled
                            .newSession(1, SessionOptions.defaults().flavour(flavour).workers(workers))
                            .prepare("f").input("x", p.x).input("k", p.k).input("g", p.g).run();
                    String of = p.batch + " images, " + flavour + ", threads: " + threads + ", ";
                    assertSame(p.conv(), results.tensor("y"), of + "y");
                    assertSame(p.fused(), results.tensor("fused"), of + "fused");
                    assertSame(p.dx(), results.tensor("dx"), of + "dx");
                    assertSame(p.dk(), results.tensor("dk"), of + "dk");
                }
            }
        }
    }

    private static Graph graph(Dim batch, int height, int width, int channels, int kernels, int padding) {
        GraphBuilder g = Graph.builder("convolution");
        Expr x = g.input("x", FLOAT32, Shape.of(batch, height, width, channels));
        Expr k = g.input("k", FLOAT32, Shape.of(3, 3, channels, kernels));
        Expr y = x.conv(k, Convolution.of().padding(padding));
        Expr cotangent = g.input("g", FLOAT32, y.shape());
        Expr loss = y.times(cotangent).sum();
        g.function("f").returns("y", y).returns("fused", x.conv(k.times(2), Convolution.of().padding(padding))
                .plus(cotangent).relu()).returns("dx", loss.gradient(x)).returns("dk", loss.gradient(k));
        return g.build();
    }

    /** Random small integers, and what plain loops make of them. */
    private static final class Problem {
        private final int batch;
        private final int height;
        private final int width;
        private final int channels;
        private final int kernels;
        private final int padding;
        private final int high;
        private final int wide;
        private final Tensor x;
        private final Tensor k;
        private final Tensor g;

        Problem(int batch, int height, int width, int channels, int kernels, int padding) {
            this.batch = batch;
            this.height = height;
            this.width = width;
            this.channels = channels;
            this.kernels = kernels;
            this.padding = padding;
            this.high = height + 2 * padding - 2;
            this.wide = width + 2 * padding - 2;
            Random random = new Random(batch + 31L * height + 37L * width + channels + kernels);
            x = integers(random, batch, height, width, channels);
            k = integers(random, 3, 3, channels, kernels);
            g = integers(random, batch, high, wide, kernels);
        }

        private static Tensor integers(Random random, int... shape) {
            Tensor tensor = Tensor.zeros(FLOAT32, shape);
            float[] values = tensor.toFloats();
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextInt(9) - 4;
            }
            return Tensor.of(values, shape);
        }

        private interface Product {
            void at(int x, int k, int y);
        }

        private void forEachProduct(Product product) {
            for (int n = 0; n < batch; n++) {
                for (int i = 0; i < high; i++) {
                    for (int j = 0; j < wide; j++) {
                        for (int r = 0; r < 9; r++) {
                            int row = i + r / 3 - padding;
                            int column = j + r % 3 - padding;
                            if (row < 0 || row >= height || column < 0 || column >= width) {
                                continue;
                            }
                            for (int c = 0; c < channels; c++) {
                                for (int o = 0; o < kernels; o++) {
                                    product.at(((n * height + row) * width + column) * channels + c,
                                            (r * channels + c) * kernels + o,
                                            ((n * high + i) * wide + j) * kernels + o);
                                }
                            }
                        }
                    }
                }
            }
        }

        float[] conv() {
            float[] xs = x.toFloats();
            float[] ks = k.toFloats();
            float[] ys = new float[g.toFloats().length];
            forEachProduct((i, j, to) -> ys[to] += xs[i] * ks[j]);
            return ys;
        }

        float[] fused() {
            float[] y = conv();
            float[] added = g.toFloats();
            for (int i = 0; i < y.length; i++) {
                y[i] = Math.max(2 * y[i] + added[i], 0);
            }
            return y;
        }

        float[] dx() {
            float[] ks = k.toFloats();
            float[] gs = g.toFloats();
            float[] dx = new float[x.toFloats().length];
            forEachProduct((to, j, i) -> dx[to] += gs[i] * ks[j]);
            return dx;
        }

        float[] dk() {
            float[] xs = x.toFloats();
            float[] gs = g.toFloats();
            float[] dk = new float[k.toFloats().length];
            forEachProduct((i, to, j) -> dk[to] += xs[i] * gs[j]);
            return dk;
        }
    }

    /** No more than what rounding each number of a long sum comes to, as where products are added one by one. */
    @ParameterizedTest(name = "{0} channels")
    @ValueSource(ints = {32, 256})
    void roundsAsLittleAsProductByProduct(int channels) {
        Problem p = new Problem(1, 4, 8, channels, 32, 1);
        Random random = new Random(channels);
        double[] sums = new double[p.g.toFloats().length];
        double[] sizes = new double[sums.length];
        float[] x = gaussian(random, p.x);
        float[] k = gaussian(random, p.k);
        p.forEachProduct((i, j, to) -> {
            sums[to] += (double) x[i] * k[j];
            sizes[to] += Math.abs((double) x[i] * k[j]);
        });
        float[] y = Compiler.compile(graph(Dim.of("n"), 4, 8, channels, 32, 1)).newSession(1).prepare("f")
                .input("x", Tensor.of(x, 1, 4, 8, channels)).input("k", Tensor.of(k, 3, 3, channels, 32))
                .input("g", p.g).run().tensor("y").toFloats();
        for (int i = 0; i < y.length; i++) {
            assertEquals(sums[i], y[i], sizes[i] * 4 * 0x1p-24);
        }
    }

    private static float[] gaussian(Random random, Tensor like) {
        float[] values = like.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Of four neighbours, some may be NaN that would be finite product by product; no others. */
    @Test
    void whatIsNotFiniteStaysAmongFourNeighbours() {
        float[] x = new float[8 * 8 * 32];
        x[(3 * 8 + 3) * 32] = Float.POSITIVE_INFINITY;
        float[] k = new float[9 * 32 * 32];
        Arrays.fill(k, 1);
        float[] y = Compiler.compile(graph(Dim.of("n"), 8, 8, 32, 32, 1)).newSession(1).prepare("f")
                .input("x", Tensor.of(x, 1, 8, 8, 32)).input("k", Tensor.of(k, 3, 3, 32, 32))
                .input("g", Tensor.zeros(FLOAT32, 1, 8, 8, 32)).run().tensor("y").toFloats();
        for (int i = 0; i < 8; i++) {
            for (int j = 0; j < 8; j++) {
                boolean seen = Math.abs(i - 3) <= 1 && Math.abs(j - 3) <= 1;
                boolean near = i / 2 >= 1 && i / 2 <= 2 && j / 2 >= 1 && j / 2 <= 2;
                boolean finite = Float.isFinite(y[(i * 8 + j) * 32]);
                assertTrue(seen ? !finite : near || finite, i + ", " + j);
            }
        }
    }

    private static void assertSame(float[] expected, Tensor actual, String what) {
        float[] values = actual.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] += 0f; // no -0
        }
        for (int i = 0; i < expected.length; i++) {
            expected[i] += 0f;
        }
        assertArrayEquals(expected, values, what);
    }

    /** Extents of the image, channels, of the kernel; stride, dilation; of the convolution and its two derivatives, how many. */
    @ParameterizedTest(name = "{0}x{1}, {2} to {3} channels, {4}x{4}, stride {5}, dilation {6}: {8} of 3")
    @CsvSource({
        "16,16,32,32,3,1,1,FLOAT32,3",
        "16,16,31,32,3,1,1,FLOAT32,0", "16,16,40,32,3,1,1,FLOAT32,2", // whole vectors of channels
        "16,16,32,31,3,1,1,FLOAT32,0", "16,16,528,32,3,1,1,FLOAT32,2",
        "17,16,32,32,3,1,1,FLOAT32,0", "16,17,32,32,3,1,1,FLOAT32,0", // windows by twos
        "16,16,32,32,5,1,1,FLOAT32,0", "16,16,32,32,1,1,1,FLOAT32,0",
        "17,17,32,32,3,2,1,FLOAT32,0", "16,16,32,32,3,1,2,FLOAT32,0",
        "16,16,32,32,3,1,1,FLOAT64,0",
    })
    void isChosenByShape(int height, int width, int channels, int kernels, int window, int stride,
            int dilation, DType dtype, int chosen) {
        GraphBuilder g = Graph.builder("convolution");
        Expr x = g.input("x", dtype, Shape.of(Dim.of("n"), Dim.of(height), Dim.of(width), Dim.of(channels)));
        Expr k = g.input("k", dtype, Shape.of(window, window, channels, kernels));
        Expr y = x.conv(k, Convolution.of().padding(window / 2 * dilation).stride(stride).dilation(dilation));
        List<Expr> gradients = y.square().sum().gradients(x, k);
        g.function("f").returns("y", y).returns("dx", gradients.get(0)).returns("dk", gradients.get(1));
        assertEquals(chosen, plan(g.build()).split("contraction by Winograd").length - 1);
    }

    /** The kernel must be transformed for each call: that takes as long as what few images save. */
    @ParameterizedTest
    @CsvSource({"1,24,0", "1,26,4", "2,16,0", "2,18,4"})
    void isNotChosenForFewNeighbours(int batch, int extent, int chosen) {
        assertEquals(chosen, plan(graph(Dim.of(batch), extent, extent, 32, 32, 1))
                .split("contraction by Winograd").length - 1);
    }

    private static String plan(Graph graph) {
        return Compilation.of(graph).functions().stream().map(f -> PlanText.print(f.plan()))
                .collect(Collectors.joining());
    }
}
