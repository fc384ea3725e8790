package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.covector.compiler.reference.FiniteDifferences;
import dev.covector.compiler.reference.Interpreter;
import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Window;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** First and second derivatives of convolutions and pooling against finite differences, as {@link GradientRulesTest}'s. */
final class ConvolutionGradientsTest {
    private static final List<GradientRulesTest.Case> CASES = new ArrayList<>();
    private static final Convolution PLAIN = Convolution.of();

    static {
        CASES.add(GradientRulesTest.fixed("conv",
                Map.of("x", GradientRulesTest.values(2, 4, 3, 2), "k",
                        GradientRulesTest.shifted(2, 2, 2, 3)),
                in -> in.get("x").square().conv(in.get("k").exp()).times(0.1).tanh()));
        conv("a sequence", PLAIN, shape(2, 5, 2), shape(3, 2, 2));
        conv("a volume", PLAIN.padding(1, 0, 0), shape(1, 2, 3, 2, 1), shape(2, 2, 2, 1, 2));
        conv("a single element", PLAIN, shape(1, 1, 1, 1), shape(1, 1, 1, 1));
        conv("the kernel is all", PLAIN, shape(2, 3, 2, 2), shape(3, 2, 2, 2));
        conv("no images", PLAIN.padding(1), shape(0, 3, 3, 2), shape(2, 2, 2, 1));
        conv("no channels", PLAIN, shape(1, 3, 3, 0), shape(2, 2, 0, 2));
        conv("no outputs", PLAIN, shape(1, 3, 3, 1), shape(2, 2, 1, 0));
        conv("nothing but padding", PLAIN.padding(1), shape(1, 0, 2, 1), shape(2, 2, 1, 1));
        conv("stride", PLAIN.stride(2), shape(1, 5, 3, 2), shape(3, 2, 2, 1));
        conv("a stride that leaves rows over", PLAIN.stride(3, 2), shape(1, 6, 6, 1), shape(2, 3, 1, 2));
        conv("a stride beyond the kernel", PLAIN.stride(3), shape(1, 8, 7, 1), shape(1, 2, 1, 2));
        conv("padding", PLAIN.padding(2, 1), shape(1, 3, 2, 2), shape(2, 3, 2, 1));
        conv("uneven padding", PLAIN.padding(new int[]{2, 0}, new int[]{0, 1}).stride(2), shape(1, 3, 4, 1),
                shape(2, 3, 1, 2));
        conv("padding that takes away", PLAIN.padding(new int[]{-1, 1}, new int[]{1, -2}), shape(1, 4, 5, 1),
                shape(2, 2, 1, 1));
        conv("the same extents", PLAIN.samePadding(), shape(1, 3, 4, 1), shape(2, 3, 1, 2));
        conv("a dilated kernel", PLAIN.dilation(2, 3).padding(1), shape(1, 4, 5, 1), shape(2, 2, 1, 2));
        conv("dilated and strided", PLAIN.dilation(2).stride(2).padding(1), shape(1, 6, 5, 1),
                shape(2, 3, 1, 2));
        conv("transposed", PLAIN.inputDilation(2, 3).padding(1), shape(1, 3, 2, 2), shape(2, 2, 2, 1));
        conv("all at once",
                PLAIN.inputDilation(3).stride(2).dilation(2).padding(new int[]{1, 2}, new int[]{2, 0}),
                shape(1, 3, 3, 1), shape(2, 2, 1, 2));
        conv("groups", PLAIN.groups(2).padding(1), shape(2, 3, 2, 4), shape(2, 2, 2, 4));
        conv("depthwise", PLAIN.groups(3).stride(2), shape(1, 4, 3, 3), shape(2, 2, 1, 6));
        Dim n = Dim.of("n");
        Dim h = Dim.of("h");
        CASES.add(new GradientRulesTest.Case("conv of named extents",
                Map.of("x", Shape.of(n, h, Dim.of(4), Dim.of(2)), "k", Shape.of(2, 3, 2, 2)),
                Map.of("x", GradientRulesTest.values(2, 5, 4, 2), "k",
                        GradientRulesTest.shifted(2, 3, 2, 2)),
                in -> in.get("x").conv(in.get("k"), PLAIN.stride(2).padding(1)).tanh()));

        Window over = Window.of(2, 3).stride(1);
        pool("overlapping windows", over, shape(2, 3, 4, 2));
        pool("side by side", Window.of(2), shape(2, 4, 4, 2));
        pool("side by side, with a rest", Window.of(2, 3), shape(1, 5, 4, 2));
        pool("far apart", Window.of(2).stride(3), shape(1, 6, 5, 1));
        pool("overlapping, with a rest", Window.of(3).stride(2), shape(1, 6, 5, 1));
        pool("all of it", Window.of(3, 2), shape(2, 3, 2, 1));
        pool("single elements", Window.of(1), shape(2, 3, 2, 1));
        pool("every other element", Window.of(1).stride(2), shape(1, 3, 4, 1));
        pool("padded", Window.of(3, 2).stride(2).padding(1), shape(1, 4, 3, 2));
        pool("padded unevenly", Window.of(3).padding(new int[]{2, 0}, new int[]{1, 1}), shape(1, 4, 3, 1));
        pool("a sequence", Window.of(3).stride(2).padding(1), shape(2, 6, 2));
        pool("a volume", Window.of(2).stride(1, 2, 1), shape(1, 3, 3, 2, 1));
        pool("no images", Window.of(2), shape(0, 3, 3, 1));
        CASES.add(new GradientRulesTest.Case("pooling of named extents",
                Map.of("x", Shape.of(n, h, Dim.of(4), Dim.of(2))),
                Map.of("x", GradientRulesTest.values(2, 5, 4, 2)), in -> {
                    Expr x = in.get("x").times(0.7).exp();
                    return x.maxPool(over).times(x.averagePool(over)).plus(x.sumPool(over)).times(0.1).exp()
                            .sumPool(Window.of(2));
                }));
    }

    static Stream<GradientRulesTest.Case> cases() {
        return CASES.stream();
    }

    private static void conv(String name, Convolution settings, int[] x, int[] kernel) {
        CASES.add(GradientRulesTest.fixed("conv: " + name,
                Map.of("x", GradientRulesTest.values(x), "k", GradientRulesTest.shifted(kernel)),
                in -> in.get("x").conv(in.get("k"), settings).times(0.3).tanh()));
    }

    private static void pool(String name, Window window, int[] shape) {
        pool("maxPool: " + name, x -> x.maxPool(window), shape);
        pool("averagePool: " + name, x -> x.averagePool(window), shape);
        pool("averagePool without padding: " + name, x -> x.averagePool(window.countPadding(false)), shape);
        pool("sumPool: " + name, x -> x.sumPool(window), shape);
    }

    private static void pool(String name, UnaryOperator<Expr> f, int[] shape) {
        CASES.add(GradientRulesTest.fixed(name, Map.of("x", GradientRulesTest.values(shape)),
                in -> f.apply(in.get("x").times(0.7).exp()).square()));
    }

    private static int[] shape(int... extents) {
        return extents;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithFiniteDifferences(GradientRulesTest.Case c) {
        FiniteDifferences.check(Differentiate::differentiate, c.shapes(), c.inputs(), c.asModel());
    }

    /** Which no method of an expression makes. */
    @Test
    void theLeastOfWindowsHasADerivative() {
        Graph graph = Differentiate.differentiate(GraphText.parse("""
                graph least
                  %0 = input x : f64[5,n]
                  %1 = window_min %0 window=[2,3] stride=[2,1] : f64[2,n-2]
                  %2 = exp %1 : f64[2,n-2]
                  %3 = reduce_sum %2 axes=[0,1] : f64[]
                  %4 = constant 1.0 : f64[]
                  %5 = gradient %3 %0 %4 : f64[5,n]
                  %6 = square %5 : f64[5,n]
                  %7 = reduce_sum %6 axes=[0,1] : f64[]
                  %8 = gradient %7 %0 %4 : f64[5,n]
                  function f(%0) -> y=%3, first=%5, sum=%7, second=%8
                """));
        Map<String, Tensor> x = Map.of("x", GradientRulesTest.values(5, 4));
        FiniteDifferences.check(graph, "f", "y", Map.of("first", "x"), x);
        FiniteDifferences.check(graph, "f", "sum", Map.of("second", "x"), x);
    }

    /** Of equal elements the first one; of windows that share it, from each. */
    @ParameterizedTest
    @CsvSource({"2, 2, '1,1,1,1', '1,0,1,0'", "2, 1, '1,1,1,1', '1,1,1,0'", "3, 1, '0,2,2,0', '0,2,0,0'",
        "2, 2, 'NaN,1,2,NaN', '1,0,0,1'", "4, 1, '-Infinity,-Infinity,-Infinity,-Infinity', '1,0,0,0'",
        "2, 2, '-0.0,0.0,0.0,-0.0', '1,0,1,0'"})
    void theFirstOfEqualsGetsTheDerivative(int size, int stride, String values, String derivative) {
        GraphBuilder g = Graph.builder("ties");
        Expr x = g.input("x", DType.FLOAT64, Shape.of(1, 4, 1));
        g.function("f").returns("d", x.maxPool(Window.of(size).stride(stride)).sum().gradient(x));
        Tensor got = Interpreter.run(Differentiate.differentiate(g.build()), "f",
                Map.of("x", Tensor.of(numbers(values), 1, 4, 1)), Map.of(), 0, 0).result("d").toTensor();
        assertArrayEquals(numbers(derivative), got.toDoubles());
    }

    private static double[] numbers(String text) {
        return Stream.of(text.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
    }
}
