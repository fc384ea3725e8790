package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.Interpreter;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Composites against plain Java; {@link GradientRulesTest} has their derivatives where they are smooth. */
final class CompositesTest {
    private static final double[] POINTS =
            {-1e4, -88.5, -20, -3, -1.5, -1e-3, -0.0, 0, 1e-3, 0.5, 1, 3, 20, 88.5, 1e4};

    // ---- elementwise

    static Stream<Arguments> elementwise() {
        return Stream.of(
                of("silu", Expr::silu, x -> x / (1 + StrictMath.exp(-x))),
                of("gelu", Expr::gelu, x -> x * normal(x)),
                of("geluTanh", Expr::geluTanh, x -> x * (1 + StrictMath
                        .tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))) / 2),
                of("elu", x -> x.elu(0.7), x -> x > 0 ? x : 0.7 * StrictMath.expm1(x)),
                of("leakyRelu", x -> x.leakyRelu(0.01), x -> x > 0 ? x : 0.01 * x),
                of("hardSigmoid", Expr::hardSigmoid, x -> Math.max(0, Math.min(1, x / 6 + 0.5))),
                of("clip", x -> x.clip(-2, 1.25), x -> Math.max(-2, Math.min(1.25, x))));
    }

    /** The distribution function of the normal distribution, by its series at 0 and by its limits. */
    private static double normal(double x) {
        if (Math.abs(x) > 10) {
            return x > 0 ? 1 : 0;
        }
        double sum = 0;
        double term = x;
        for (int k = 1; k < 400; k += 2) {
            sum += term;
            term *= x * x / (k + 2);
        }
        return 0.5 + sum * StrictMath.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    private static Arguments of(String name, UnaryOperator<Expr> method, DoubleUnaryOperator expected) {
        return Arguments.of(name, method, expected);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("elementwise")
    void isTheFunction(String name, UnaryOperator<Expr> method, DoubleUnaryOperator expected) {
        GraphBuilder g = Graph.builder(name);
        Expr x = g.input("x", FLOAT64, Shape.of(POINTS.length));
        double[] got = run(g, method.apply(x), Map.of("x", Tensor.of(POINTS, POINTS.length)));
        for (int i = 0; i < POINTS.length; i++) {
            double wanted = expected.applyAsDouble(POINTS[i]);
            assertEquals(wanted, got[i], 1e-14 * (1 + Math.abs(wanted)), name + " of " + POINTS[i]);
        }
    }

    /** In float32, compiled, where exp(1e4) is infinite: neither it nor a derivative may become so, or NaN. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("elementwise")
    void isFiniteAndSoAreItsDerivatives(String name, UnaryOperator<Expr> method, DoubleUnaryOperator f) {
        GraphBuilder g = Graph.builder(name);
        Expr x = g.input("x", FLOAT32, Shape.of(POINTS.length));
        Expr y = method.apply(x);
        Expr first = y.sum().gradient(x);
        g.function("f").returns("y", y).returns("first", first)
                .returns("second", first.plus(x.times(0)).sum().gradient(x));
        float[] at = new float[POINTS.length];
        for (int i = 0; i < at.length; i++) {
            at[i] = (float) POINTS[i];
        }
        var results = Compiler.compile(g.build()).newSession(1).call("f").input("x", Tensor.of(at, at.length))
                .run();
        for (String result : List.of("y", "first", "second")) {
            double[] values = results.tensor(result).toDoubles();
            assertTrue(Arrays.stream(values).allMatch(Double::isFinite),
                    () -> name + ": " + result + " is " + Arrays.toString(values));
        }
    }

    @ParameterizedTest
    @CsvSource({"elu, 0.7", "leakyRelu, 0.01", "silu, 0.5", "geluTanh, 0.5",
        "hardSigmoid, 0.16666666666666666",
        "clip at its end, 0.5"})
    void hasTheDerivativeAtZero(String name, double expected) {
        GraphBuilder g = Graph.builder("test");
        Expr x = g.input("x", FLOAT64, Shape.of(2));
        Expr y = switch (name) {
            case "elu" -> x.elu(0.7);
            case "leakyRelu" -> x.leakyRelu(0.01);
            case "silu" -> x.silu();
            case "geluTanh" -> x.geluTanh();
            case "hardSigmoid" -> x.hardSigmoid();
            default -> x.clip(-1, 0);
        };
        double[] got = run(g, y.sum().gradient(x), Map.of("x", Tensor.of(new double[]{0, -0.0}, 2)));
        assertArrayEquals(new double[]{expected, expected}, got, 1e-15);
    }

    // ---- reductions

    @Test
    void reducesAsPlainJavaDoes() {
        double[] data = {1, 4, -2, 0.5, 7, 3};
        double[] wanted = new double[12];
        for (int row = 0; row < 2; row++) {
            double[] r = Arrays.copyOfRange(data, 3 * row, 3 * row + 3);
            double mean = Arrays.stream(r).sum() / 3;
            double squares = Arrays.stream(r).map(v -> (v - mean) * (v - mean)).sum();
            wanted[row] = squares / 3;
            wanted[2 + row] = squares / 2;
            wanted[4 + row] = Math.sqrt(squares / 3);
            wanted[6 + row] = Math.sqrt(Arrays.stream(r).map(v -> v * v).sum());
            wanted[8 + row] = Arrays.stream(r).map(Math::abs).sum();
            wanted[10 + row] = Math.log(Arrays.stream(r).map(Math::exp).sum());
        }
        GraphBuilder g = Graph.builder("test");
        Expr x = g.input("x", FLOAT64, Shape.of(2, 3));
        Tensor at = Tensor.of(data, 2, 3);
        List<Expr> all =
                List.of(x.variance(1), x.variance(new int[]{-1}, 1), x.std(1), x.norm(1), x.normL1(1),
                        x.logSumExp(1));
        for (int i = 0; i < all.size(); i++) {
            assertArrayEquals(Arrays.copyOfRange(wanted, 2 * i, 2 * i + 2),
                    run(g, all.get(i), Map.of("x", at)),
                    1e-13, "number " + i);
        }
        double all6 = Arrays.stream(data).map(v -> v * v).sum();
        assertArrayEquals(new double[]{Math.sqrt(all6)}, run(g, x.norm(), Map.of("x", at)), 1e-13);
    }

    @ParameterizedTest
    @CsvSource({"1e4, 1e4, 10000.693147180559, 0.5, 0.5", "-1e4, -1e4, -9999.30685281944, 0.5, 0.5",
        "-1e4, 1e4, 1e4, 0, 1", "0, -Infinity, 0, 1, 0", "Infinity, 0, Infinity, NaN, NaN",
        "-Infinity, -Infinity, -Infinity, NaN, NaN", "NaN, 0, NaN, NaN, NaN"})
    void logSumExpIsFiniteWhereItCanBe(double a, double b, double expected, double da, double db) {
        GraphBuilder g = Graph.builder("test");
        Expr x = g.input("x", FLOAT64, Shape.of(2));
        Map<String, Tensor> at = Map.of("x", Tensor.of(new double[]{a, b}, 2));
        assertArrayEquals(new double[]{expected}, run(g, x.logSumExp(), at), 1e-11);
        if (Double.isFinite(expected)) {
            assertArrayEquals(new double[]{da, db}, run(g, x.logSumExp().gradient(x), at), 1e-15);
        }
    }

    /** √ has no derivative at 0, so that the chain rule would give 0 · ∞. */
    @ParameterizedTest
    @CsvSource({"norm, 0", "std, 3"})
    void hasTheDerivativeZeroAtZero(String name, double value) {
        GraphBuilder g = Graph.builder("test");
        Expr x = g.input("x", FLOAT64, Shape.of(2, 2));
        Expr y = name.equals("norm") ? x.norm(1) : x.std(1);
        Map<String, Tensor> at = Map.of("x", Tensor.of(new double[]{value, value, 3, 4}, 2, 2));
        double[] derivative = name.equals("norm") ? new double[]{0, 0, 0.6, 0.8}
                : new double[]{0, 0, -0.5, 0.5};
        assertArrayEquals(derivative, run(g, y.sum().gradient(x), at), 1e-15);
        double[] second = run(g, y.sum().gradient(x).square().sum().gradient(x), at);
        assertTrue(Arrays.stream(second).allMatch(Double::isFinite), () -> Arrays.toString(second));
        assertArrayEquals(new double[]{Double.NaN, Double.NaN},
                run(g, y, Map.of("x", Tensor.of(new double[]{Double.NaN, 1, 2, Double.NaN}, 2, 2))));
    }

    // ---- matrices

    @Test
    void triangles() {
        GraphBuilder g = Graph.builder("test");
        Expr x = g.input("x", FLOAT64, Shape.of(2, 3));
        Map<String, Tensor> at = Map.of("x", Tensor.of(new double[]{1, 2, 3, 4, 5, 6}, 2, 3));
        assertArrayEquals(new double[]{1, 0, 0, 4, 5, 0}, run(g, x.tril(0), at));
        assertArrayEquals(new double[]{1, 2, 0, 4, 5, 6}, run(g, x.tril(1), at));
        assertArrayEquals(new double[]{0, 0, 0, 4, 0, 0}, run(g, x.tril(-1), at));
        assertArrayEquals(new double[]{1, 2, 3, 0, 5, 6}, run(g, x.triu(0), at));
        assertArrayEquals(new double[]{0, 0, 3, 0, 0, 0}, run(g, x.triu(2), at));
        assertArrayEquals(new double[]{10, 20, 20, 40, 30, 60},
                run(g, x.transpose().sum(1).outer(g.full(FLOAT64, Shape.of(2), 1)).times(0)
                        .plus(g.constant(Tensor.of(new double[]{1, 2, 3}, 3))
                                .outer(g.constant(Tensor.of(new double[]{10, 20}, 2)))),
                        at));
    }

    /** Extents: a to f are 2, 3, 4, 2, 3, 1. The expected value is the sum over all indices, by its definition. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ab,bc->ac    | ab,bc
            ab,bc->ca    | ab,bc
            ab , bc      | ab,bc
            ba           | ba
            ab->ba       | ab
            ab->b        | ab
            ab->         | ab
            ad->a        | ad
            aa->a        | aa
            aa           | aa
            aaa->a       | aaa
            aba->ba      | aba
            abab->ab     | abab
            aab,bc->ac   | aab,bc
            a,a->a       | a,a
            a,b->ab      | a,b
            a,b->        | a,b
            a,a          | a,a
            ab,ab->a     | ab,ab
            abc,abd->acd | abc,abd
            abc,bd,cd->a | abc,bd,cd
            ab,bc,cd->ad | ab,bc,cd
            ab,ab,ab->ab | ab,ab,ab
            af,fb->ab    | af,fb
            ,a->a        | ,a
            Bb,bA        | Bb,bA
            """)
    void einsumIsASumOfProducts(String spec, String axes) {
        GraphBuilder g = Graph.builder("test");
        String[] inputs = axes.split(",", -1);
        Expr[] operands = new Expr[inputs.length];
        Map<String, Tensor> at = new LinkedHashMap<>();
        List<double[]> data = new ArrayList<>();
        for (int i = 0; i < inputs.length; i++) {
            int[] shape = inputs[i].chars().map(CompositesTest::extent).toArray();
            double[] elements = new double[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
            Arrays.setAll(elements, k -> (k * 7 + 3) % 11 - 4);
            data.add(elements);
            operands[i] = g.input("x" + i, FLOAT64, Shape.of(shape));
            at.put("x" + i, Tensor.of(elements, shape));
        }
        String plain = spec.replace(" ", "");
        String output = plain.contains("->") ? plain.substring(plain.indexOf('>') + 1)
                : plain.chars().filter(c -> c != ',' && plain.indexOf(c) == plain.lastIndexOf(c)).sorted()
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString();
        String letters = axes.chars().filter(c -> c != ',').distinct()
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        double[] expected =
                new double[output.chars().map(CompositesTest::extent).reduce(1, (a, b) -> a * b)];
        int all = letters.chars().map(CompositesTest::extent).reduce(1, (a, b) -> a * b);
        for (int n = 0; n < all; n++) {
            double product = 1;
            for (int i = 0; i < inputs.length; i++) {
                product *= data.get(i)[offset(inputs[i], letters, n)];
            }
            expected[offset(output, letters, n)] += product;
        }
        Expr y = Expr.einsum(spec, operands);
        assertEquals(Shape.of(output.chars().map(CompositesTest::extent).toArray()), y.shape());
        assertArrayEquals(expected, run(g, y, at), 1e-12);
    }

    private static int extent(int letter) {
        return new int[]{2, 3, 4, 2, 3, 1}[(letter - 'A') % 32];
    }

    /** Where the {@code n}th combination of all letters is in a tensor with these axes. */
    private static int offset(String axes, String letters, int n) {
        int[] index = new int[letters.length()];
        int rest = n;
        for (int i = 0; i < index.length; i++) {
            index[i] = rest % extent(letters.charAt(i));
            rest /= extent(letters.charAt(i));
        }
        return axes.chars().reduce(0, (at, c) -> at * extent(c) + index[letters.indexOf(c)]);
    }

    @Test
    void einsumBroadcastsFurtherAxes() {
        GraphBuilder g = Graph.builder("test");
        Expr a = g.input("a", FLOAT64, Shape.of(2, 1, 2));
        Expr b = g.input("b", FLOAT64, Shape.of(3, 2));
        Map<String, Tensor> at = Map.of("a", Tensor.of(new double[]{1, 2, 3, 4}, 2, 1, 2), "b",
                Tensor.of(new double[]{1, 10, 2, 20, 3, 30}, 3, 2));
        double[] dots = {21, 42, 63, 43, 86, 129};
        assertArrayEquals(dots, run(g, Expr.einsum("...i,...i->...", a, b), at));
        assertArrayEquals(dots, run(g, Expr.einsum("...i,...i", a, b), at));
        assertArrayEquals(run(g, a.plus(b.times(0)).transpose(2, 0, 1), at),
                run(g, Expr.einsum("...i,...->i...", a.plus(b.times(0)), g.full(FLOAT64, Shape.of(2, 3), 1)),
                        at));
    }

    private static double[] run(GraphBuilder g, Expr y, Map<String, Tensor> inputs) {
        String name = "f" + y.node().id();
        g.function(name).returns("y", y);
        Graph graph = Differentiate.differentiate(g.build());
        return Interpreter.run(graph, name, inputs, Map.of(), 0, 0).result("y").toTensor().toDoubles();
    }
}
