package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is written without care for overflow, compiled, against the same written with care: values and gradients, where
 * the inputs are as large as ±10⁴.
 */
final class StabilityTest {
    private static final double[] ROWS = {
        1e4, -1e4, 0,
        -1e4, -1e4, -9999,
        1e4, 1e4, 1e4,
        0, 1, -2,
        -1e4, 0, -100,
        88.75, 89.5, 103,
        -0.0, 1e-6, -1e-6,
        -745, -104, -88};

    /** @param careful the value that {@code naive} stands for */
    record Form(String name, UnaryOperator<Expr> naive, UnaryOperator<Expr> careful) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Expr naiveSoftmax(Expr x) {
        Expr e = x.exp();
        return e.div(e.sumKeepDims(-1));
    }

    private static Expr naiveSigmoid(Expr x) {
        return one(x).div(x.unaryMinus().exp().plus(1));
    }

    private static Expr one(Expr x) {
        return x.builder().constant(x.dtype(), 1.0);
    }

    private static Expr logSigmoid(Expr x) {
        return x.unaryMinus().softplus().unaryMinus();
    }

    /** 0, 1, 0, 1, … */
    private static Expr labels(Expr x) {
        GraphBuilder g = x.builder();
        return g.iota(x.dtype(), x.shape(), 0).rem(2);
    }

    private static Expr crossEntropy(Expr logarithms) {
        Expr target = logarithms.builder().iota(INT32, Shape.of(8), 0).rem(3).oneHot(3, logarithms.dtype());
        return target.times(logarithms).sum(-1).unaryMinus();
    }

    private static Expr picked(Expr values) {
        Expr place = values.builder().iota(INT32, Shape.of(8), 0).times(3);
        return values.reshape(-1).gather(place.plus(place.rem(2)), 0);
    }

    static Stream<Form> forms() {
        return Stream.of(
                new Form("softmax", StabilityTest::naiveSoftmax, x -> x.softmax(-1)),
                new Form("softmax of columns", x -> {
                    Expr e = x.transpose().exp();
                    return e.div(e.sumKeepDims(0));
                }, x -> x.softmax(-1).transpose()),
                new Form("softmax by an inverse", x -> {
                    Expr e = x.exp();
                    return e.times(e.sumKeepDims(-1).reciprocal());
                }, x -> x.softmax(-1)),
                new Form("log(softmax) by hand", x -> naiveSoftmax(x).log(), x -> x.logSoftmax(-1)),
                new Form("log(softmax)", x -> x.softmax(-1).log(), x -> x.logSoftmax(-1)),
                new Form("log(softmax) transposed", x -> naiveSoftmax(x).transpose().log(),
                        x -> x.logSoftmax(-1).transpose()),
                new Form("log(softmax) reshaped", x -> naiveSoftmax(x).reshape(4, 6).log(),
                        x -> x.logSoftmax(-1).reshape(4, 6)),
                new Form("log(softmax) sliced", x -> naiveSoftmax(x).slice(0, 1, 7).slice(1, 0, 3, 2).log(),
                        x -> x.logSoftmax(-1).slice(0, 1, 7).slice(1, 0, 3, 2)),
                new Form("log(softmax) of a slice",
                        x -> naiveSoftmax(x.slice(0, 2, 6).transpose().flip(0).transpose()).log(),
                        x -> x.slice(0, 2, 6).flip(1).logSoftmax(-1)),
                new Form("log(softmax) moved much",
                        x -> naiveSoftmax(x).transpose().reshape(2, 12).slice(1, 0, 12, 3).flip(0).log(),
                        x -> x.logSoftmax(-1).transpose().reshape(2, 12).slice(1, 0, 12, 3).flip(0)),
                new Form("log(sum(exp))", x -> x.exp().sum(-1).log(), x -> {
                    Expr max = x.maxKeepDims(-1).stopGradient();
                    return x.minus(max).exp().sum(-1).log().plus(max.squeeze(-1));
                }),
                new Form("log(sum(exp)) of all", x -> x.exp().sum().log(), x -> {
                    Expr max = x.max().stopGradient();
                    return x.minus(max).exp().sum().log().plus(max);
                }),
                new Form("log(mean(exp))", x -> x.exp().mean(-1).log(), x -> {
                    Expr max = x.maxKeepDims(-1).stopGradient();
                    return x.minus(max).exp().sum(-1).log().plus(max.squeeze(-1)).minus(Math.log(3));
                }),
                new Form("log(sum(exp)) of a transposed slice",
                        x -> x.exp().transpose().slice(1, 1, 8, 2).sum(0).log(), x -> {
                            Expr y = x.slice(0, 1, 8, 2);
                            Expr max = y.maxKeepDims(-1).stopGradient();
                            return y.minus(max).exp().sum(-1).log().plus(max.squeeze(-1));
                        }),
                new Form("log(exp(x) + exp(3 - x))", x -> x.exp().plus(x.unaryMinus().plus(3).exp()).log(),
                        x -> x.times(2).minus(3).softplus().plus(3).minus(x)),
                new Form("log(1 + exp(x))", x -> x.exp().plus(1).log(), Expr::softplus),
                new Form("log(1 + exp(x)) reshaped", x -> x.exp().reshape(-1).plus(1).transpose().log(),
                        x -> x.softplus().reshape(-1)),
                new Form("log1p(exp(x))", x -> x.exp().log1p(), Expr::softplus),
                new Form("exp(x) - 1", x -> x.minimum(80).exp().minus(1), x -> x.minimum(80).expm1()),
                new Form("exp(x) - 1 of a slice", x -> x.minimum(80).exp().slice(0, 6, 8).minus(1),
                        x -> x.minimum(80).expm1().slice(0, 6, 8)),
                new Form("1 - exp(x)", x -> one(x).minus(x.minimum(80).exp()),
                        x -> x.minimum(80).expm1().unaryMinus()),
                new Form("log(1 + x)", x -> x.abs().plus(1).log(), x -> x.abs().log1p()),
                new Form("log(1 - x)", x -> one(x).minus(x.abs().unaryMinus()).log(), x -> x.abs().log1p()),
                new Form("sigmoid by hand", StabilityTest::naiveSigmoid, Expr::sigmoid),
                new Form("exp(x) / (1 + exp(x))", x -> x.exp().div(x.exp().plus(1)), Expr::sigmoid),
                new Form("the inverse of 1 + exp(x)", x -> x.exp().plus(1).reciprocal(),
                        x -> x.unaryMinus().sigmoid()),
                new Form("exp(x) / (exp(x) + exp(1))",
                        x -> x.exp().div(x.exp().plus(x.times(0).plus(1).exp())), x -> x.minus(1).sigmoid()),
                new Form("log(sigmoid)", x -> x.sigmoid().log(), StabilityTest::logSigmoid),
                new Form("log(sigmoid) by hand", x -> naiveSigmoid(x).log(), StabilityTest::logSigmoid),
                new Form("log(sigmoid) moved", x -> x.sigmoid().transpose().slice(1, 2, 8, 2).log(),
                        x -> logSigmoid(x).transpose().slice(1, 2, 8, 2)),
                new Form("log(1 - sigmoid)", x -> one(x).minus(x.sigmoid()).log(),
                        x -> x.softplus().unaryMinus()),
                new Form("log(1 - sigmoid) by hand", x -> one(x).minus(naiveSigmoid(x)).log(),
                        x -> x.softplus().unaryMinus()),
                new Form("log(1 - sigmoid) moved", x -> one(x).minus(x.sigmoid().reshape(-1).flip(0)).log(),
                        x -> x.softplus().unaryMinus().reshape(-1).flip(0)),
                new Form("log1p(-sigmoid)", x -> x.sigmoid().unaryMinus().log1p(),
                        x -> x.softplus().unaryMinus()),
                new Form("binary cross-entropy", x -> {
                    Expr p = x.sigmoid();
                    Expr y = labels(x);
                    return y.times(p.log()).plus(one(x).minus(y).times(one(x).minus(p).log())).unaryMinus();
                }, x -> {
                    Expr y = labels(x);
                    return x.softplus().minus(y.times(x));
                }),
                new Form("cross-entropy by one-hot", x -> crossEntropy(naiveSoftmax(x).log()),
                        x -> crossEntropy(x.logSoftmax(-1))),
                new Form("cross-entropy by index", x -> picked(naiveSoftmax(x)).log().unaryMinus(),
                        x -> picked(x.logSoftmax(-1)).unaryMinus()));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void isFiniteAndRight(Form form) {
        for (DType dtype : List.of(FLOAT32, FLOAT64)) {
            GraphBuilder g = Graph.builder("g");
            Expr x = g.input("x", dtype, Shape.of(8, 3));
            g.function("naive").returns("value", form.naive.apply(x)).returns("gradient",
                    weighted(form.naive.apply(x)).gradient(x));
            g.function("careful").returns("value", form.careful.apply(x)).returns("gradient",
                    weighted(form.careful.apply(x)).gradient(x));
            Graph graph = g.build();
            Tensor data = dtype == FLOAT64 ? Tensor.of(ROWS, 8, 3) : Tensor.of(floats(), 8, 3);
            Map<String, Tensor> got = run(graph, "naive", data);
            Map<String, Tensor> wanted = run(graph, "careful", data);
            double tolerance = dtype == FLOAT64 ? 1e-12 : 4e-6;
            for (String result : List.of("value", "gradient")) {
                double[] is = Objects.requireNonNull(got.get(result)).toDoubles();
                double[] be = Objects.requireNonNull(wanted.get(result)).toDoubles();
                assertEquals(be.length, is.length);
                for (int i = 0; i < is.length; i++) {
                    String where = dtype + " " + result + "[" + i + "] is " + is[i] + ", should be " + be[i];
                    assertTrue(Double.isFinite(is[i]), where);
                    assertTrue(Math.abs(is[i] - be[i]) <= tolerance * Math.max(1, Math.abs(be[i])), where);
                }
            }
        }
    }

    /** A sum in which no two elements count the same. */
    private static Expr weighted(Expr value) {
        Expr weights = value.builder().iota(value.dtype(), Shape.of(value.shape().size()), 0).times(0.125);
        return value.reshape(-1).times(weights.plus(1)).sum();
    }

    private static float[] floats() {
        float[] floats = new float[ROWS.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) ROWS[i];
        }
        return floats;
    }

    private static Map<String, Tensor> run(Graph graph, String function, Tensor x) {
        return new CompiledExecution(CompiledExecution.flavourOfTheBuild(), Workers.shared()).run(graph,
                function, Map.of("x", x), Map.of(), 1, 0);
    }

    /** The careful forms are not their own proof. */
    @Test
    void hasTheNumbersOfTheTextbook() {
        GraphBuilder g = Graph.builder("g");
        Expr x = g.input("x", FLOAT64, Shape.of(3));
        Expr e = x.exp();
        Expr loss = e.div(e.sum()).log();
        g.function("f").returns("value", loss).returns("gradient", loss.sum().gradient(x));
        Map<String, Tensor> got =
                run(g.build(), "f", Tensor.of(new double[]{1e4, 1e4, -1e4}, 3));
        double ln2 = Math.log(2);
        assertEquals(Arrays.toString(new double[]{-ln2, -ln2, -2e4 - ln2}),
                Arrays.toString(Objects.requireNonNull(got.get("value")).toDoubles()));
        assertEquals("[-0.5, -0.5, 1.0]",
                Arrays.toString(Objects.requireNonNull(got.get("gradient")).toDoubles()));
    }

    /** Rows that a mask switches off altogether. */
    @Test
    void infinitiesStayWhatTheyAre() {
        GraphBuilder g = Graph.builder("g");
        Expr x = g.input("x", FLOAT32, Shape.of(4, 2));
        g.function("f").returns("value", x.exp().sum(-1).log());
        float inf = Float.POSITIVE_INFINITY;
        Map<String, Tensor> got = run(g.build(), "f",
                Tensor.of(new float[]{-inf, -inf, inf, 0, -inf, 1e4f, Float.NaN, 0}, 4, 2));
        assertEquals("[-Infinity, Infinity, 10000.0, NaN]",
                Arrays.toString(Objects.requireNonNull(got.get("value")).toDoubles()));
    }
}
