package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.compiler.reference.Interpreter;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Derivatives where a formula that is not guarded gives NaN or infinity, in both dtypes, interpreted and compiled: of the
 * sum of a function's values, and of the sum of that derivative. At 0 and -0 they are exact.
 */
final class GradientsAtZeroTest {
    private static final double[] AT = {0, -0.0, 2};

    static Stream<Arguments> functions() {
        double ln2 = Math.log(2);
        double sin2 = Math.sin(2);
        double cos2 = Math.cos(2);
        return Stream.of(
                row("where(x > 0, log(x), 0)", x -> x.gt(0).where(x.log(), zero(x)),
                        of(0, 0, 0.5), of(0, 0, -0.25)),
                row("where(x > 0, sqrt(x), 0)", x -> x.gt(0).where(x.sqrt(), zero(x)),
                        of(0, 0, 1 / Math.sqrt(8)), of(0, 0, -1 / (8 * Math.sqrt(2)))),
                row("where(x != 0, 1 / x, 0)", x -> x.ne(0).where(one(x).div(x), zero(x)),
                        of(0, 0, -0.25), of(0, 0, 0.25)),
                row("where(x != 0, reciprocal(x), 0)", x -> x.ne(0).where(x.reciprocal(), zero(x)),
                        of(0, 0, -0.25), of(0, 0, 0.25)),
                row("where(x != 0, sin(x) / x, 1)", x -> x.ne(0).where(x.sin().div(x), one(x)),
                        of(0, 0, cos2 / 2 - sin2 / 4), of(0, 0, -sin2 / 2 - cos2 / 2 + sin2 / 4)),
                row("where(x == 0, 0, where(x > 0, log(x), sqrt(-x)))",
                        x -> x.eq(0).where(zero(x), x.gt(0).where(x.log(), x.unaryMinus().sqrt())),
                        of(0, 0, 0.5), of(0, 0, -0.25)),
                row("where(x > -1, where(x > 0, log(x), x), rsqrt(x))",
                        x -> x.gt(-1).where(x.gt(0).where(x.log(), x), x.rsqrt()),
                        of(1, 1, 0.5), of(0, 0, -0.25)),
                row("where(x > 0, x log(x), 0)", x -> x.gt(0).where(x.times(x.log()), zero(x)),
                        of(0, 0, ln2 + 1), of(0, 0, 0.5)),
                row("where(x > 0, x^x, 1)", x -> x.gt(0).where(x.pow(x), one(x)),
                        of(0, 0, 4 * (ln2 + 1)), of(0, 0, 4 * (ln2 + 1) * (ln2 + 1) + 2)),
                row("where(x > 0, log(sqrt(x)), x)", x -> x.gt(0).where(x.sqrt().log(), x),
                        of(1, 1, 0.25), of(0, 0, -0.125)),
                row("where(x > 0, atan2(x, 0), 0)", x -> x.gt(0).where(x.atan2(zero(x)), zero(x)),
                        of(0, 0, 0), of(0, 0, 0)),
                row("pow(x, 2)", x -> x.pow(2), of(0, 0, 4), of(2, 2, 2)),
                row("pow(x, 1)", x -> x.pow(1), of(1, 1, 1), of(0, 0, 0)),
                row("pow(x, 0)", x -> x.pow(0), of(0, 0, 0), of(0, 0, 0)),
                row("pow(x, 3)", x -> x.pow(3), of(0, 0, 12), of(0, 0, 12)),
                row("pow(0, x + 1)", x -> zero(x).pow(x.plus(1)), of(0, 0, 0), of(0, 0, 0)),
                row("norm of each with 0", x -> Expr.stack(1, x, zeros(x)).norm(1), of(0, 0, 1), of(0, 0, 0)),
                row("std of each with 0", x -> Expr.stack(1, x, zeros(x)).std(1), of(0, 0, 0.5), of(0, 0, 0)),
                row("prod", x -> x.prod(), of(0, 0, 0), of(2, 2, 0)),
                row("prod and 0", x -> Expr.concat(0, x, zeros(x)).prod(), of(0, 0, 0), of(0, 0, 0)),
                row("abs", Expr::abs, of(0, 0, 1), of(0, 0, 0)),
                row("relu", Expr::relu, of(0, 0, 1), of(0, 0, 0)),
                row("sin", Expr::sin, of(1, 1, cos2), of(0, 0, -sin2)),
                row("atan", Expr::atan, of(1, 1, 0.2), of(0, 0, -0.16)));
    }

    private static Arguments row(String name, UnaryOperator<Expr> f, double[] first, double[] second) {
        return Arguments.of(name, f, first, second);
    }

    private static double[] of(double... values) {
        return values;
    }

    private static Expr zero(Expr like) {
        return like.builder().constant(like.dtype(), 0.0);
    }

    private static Expr one(Expr like) {
        return like.builder().constant(like.dtype(), 1.0);
    }

    private static Expr zeros(Expr like) {
        return like.builder().full(like.dtype(), like.shape(), 0);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("functions")
    void isExact(String name, UnaryOperator<Expr> f, double[] first, double[] second) {
        for (DType dtype : List.of(FLOAT32, FLOAT64)) {
            GraphBuilder g = Graph.builder("zero");
            Expr x = g.input("x", dtype, Shape.of(AT.length));
            Expr derivative = f.apply(x).sum().gradient(x);
            // Added so that a derivative that is constant has one too.
            Expr sum = derivative.plus(x.times(0)).sum();
            g.function("f").returns("first", derivative).returns("second", sum.gradient(x));
            Graph graph = g.build();
            Map<String, Tensor> at = Map.of("x", dtype == FLOAT64 ? Tensor.of(AT, AT.length)
                    : Tensor.of(new float[]{0, -0f, 2}, AT.length));
            Map<String, Tensor> compiled =
                    new CompiledExecution(CompiledExecution.flavourOfTheBuild(), Workers.shared()).run(graph,
                            "f", at, Map.of(), 0, 1);
            var interpreted =
                    Interpreter.run(Differentiate.differentiate(graph), "f", at, Map.of(), 0, 0);
            for (String order : List.of("first", "second")) {
                double[] expected = order.equals("first") ? first : second;
                check(expected, interpreted.result(order).toTensor(), dtype + " " + order + ", interpreted");
                check(expected, Objects.requireNonNull(compiled.get(order)),
                        dtype + " " + order + ", compiled");
            }
        }
    }

    /** Exact at 0, where 0 and -0 are equal; rounded elsewhere. */
    private static void check(double[] expected, Tensor actual, String what) {
        double[] got = actual.toDoubles();
        double bound = 16 * (actual.dtype() == FLOAT32 ? Math.ulp(1f) : Math.ulp(1.0));
        assertArrayEquals(expected, got,
                bound * Arrays.stream(expected).map(Math::abs).max().orElse(0) + 1e-300,
                what);
        for (int i = 0; i < 2; i++) {
            assertEquals(expected[i], got[i] + 0.0, what + " at " + AT[i]);
        }
    }
}
