package dev.covector.compiler;

import dev.covector.compiler.reference.FiniteDifferences;
import dev.covector.graph.Expr;
import dev.covector.graph.Slice;
import dev.covector.graph.nn.Losses;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** First and second derivatives of every primitive and composite against finite differences. */
final class GradientRulesTest {
    interface Inputs {
        Expr get(String name);
    }

    record Case(String name, Map<String, Shape> shapes, Map<String, Tensor> inputs,
            Function<Inputs, Expr> model) {
        FiniteDifferences.Model asModel() {
            return (g, in) -> model.apply(input -> Objects.requireNonNull(in.get(input), input));
        }

        @Override
        public String toString() {
            return name + " " + inputs.values().stream().map(Tensor::describe).toList();
        }
    }

    private static final List<Case> CASES = new ArrayList<>();

    static {
        unary("neg", Expr::unaryMinus);
        unary("abs", Expr::abs);
        unary("sign", x -> x.times(x.sign()));
        unary("exp", Expr::exp);
        unary("log", x -> positive(x).log());
        unary("sqrt", x -> positive(x).sqrt());
        unary("tanh", Expr::tanh);
        unary("sigmoid", Expr::sigmoid);
        unary("relu", Expr::relu);
        unary("expm1", Expr::expm1);
        unary("log1p", x -> positive(x).minus(1).log1p());
        unary("rsqrt", x -> positive(x).rsqrt());
        unary("sin", Expr::sin);
        unary("cos", Expr::cos);
        unary("tan", x -> x.times(0.7).tan());
        unary("asin", x -> x.times(0.6).asin());
        unary("acos", x -> x.times(0.6).acos());
        unary("atan", Expr::atan);
        unary("power of a number",
                x -> x.pow(3).plus(x.pow(2)).plus(x.pow(1)).plus(x.pow(0)).plus(x.pow(-2)));
        unary("power to a number", x -> x.builder().constant(x.dtype(), 1.7).pow(x));
        unary("sinh", Expr::sinh);
        unary("cosh", Expr::cosh);
        unary("softplus", x -> x.times(4).softplus());
        unary("erf", Expr::erf);
        unary("the rounded", x -> x.times(x.times(3).floor().plus(x.ceil()).minus(x.round())));
        unary("square", Expr::square);
        unary("reciprocal", x -> positive(x).reciprocal());
        unary("of a number", x -> x.plus(2).times(3).minus(1).div(2).maximum(0.1).minimum(1.7).rem(0.7));

        binary("plus", Expr::plus);
        binary("minus", Expr::minus);
        binary("times", Expr::times);
        binary("div", (a, b) -> a.div(positive(b)));
        binary("rem", (a, b) -> a.times(10).rem(b.plus(4)));
        binary("pow", (a, b) -> positive(a).pow(b));
        binary("atan2", Expr::atan2);
        binary("maximum", (a, b) -> a.times(1.1).maximum(b));
        binary("minimum", (a, b) -> a.times(1.1).minimum(b));
        binary("where", (a, b) -> a.gt(b.times(1.1)).where(a.exp(), b.square()));
        binary("where of logs", (a, b) -> a.gt(0.0).where(a.abs().log(), b.abs().sqrt()).square());
        binary("a where inside a where",
                (a, b) -> a.gt(0).where(b.gt(0).where(a.times(b), a.exp()), b.sigmoid()));

        binary("cast", (a, b) -> a.gt(b).cast(a.dtype()).plus(2).times(a.cast(DType.FLOAT64).cast(a.dtype()))
                .times(b));
        unary("a custom gradient", x -> x.customGradient(v -> v.times(0.5).exp(),
                (cotangent, v, result) -> cotangent.times(result).times(0.5)).square());
        unary("a name", x -> x.square().named("squares").exp());
        unary("gradients",
                x -> x.exp().gradient(x, x.sin()).plus(x.plus(1).square().sum().gradients(x).get(0).tanh()));
        unary("a gradient of a gradient", x -> x.sin().sum().gradient(x).square().sum().gradient(x));

        unary("reshape", x -> x.square().reshape(-1).exp(), shape(2, 3), shape(), shape(1), shape(2, 0, 1));
        unary("broadcast", x -> x.square().broadcastTo(Shape.of(2, 3, 4)).tanh(),
                shape(), shape(1), shape(4), shape(3, 1), shape(1, 1, 4), shape(2, 1, 1), shape(2, 3, 4));
        unary("broadcast to nothing", x -> x.square().broadcastTo(Shape.of(0, 3)).tanh(), shape(3),
                shape(1, 3));
        unary("transpose", x -> x.square().transpose(2, 0, 1).exp(), shape(2, 3, 4), shape(1, 0, 2));
        unary("reverse the axes", x -> x.square().transpose().exp(), shape(2, 3), shape(3), shape());
        unary("slice", x -> x.square().get(Slice.from(1), Slice.to(-1)).exp(), shape(3, 4), shape(1, 2));
        unary("slice with steps", x -> x.square().get(Slice.from(1).step(2), Slice.all().step(-2)).exp(),
                shape(4, 5), shape(3, 1));
        unary("slice of nothing", x -> x.square().slice(0, 1, 1).exp(), shape(3, 2));
        unary("every other index", x -> x.square().slice(1, 0, 4, 2).exp(), shape(3, 5));
        unary("one index", x -> x.square().get(1, -1).exp(), shape(2, 3));
        unary("reverse", x -> x.square().flip(0).exp(), shape(3, 2), shape(0, 2));
        unary("pad", x -> x.square().pad(0, 1, 2, 0.5).pad(1, -1, 1, 0.25).exp(), shape(2, 3), shape(0, 3));
        unary("pad by itself", x -> x.square().pad(0, -1, -1, 0).exp(), shape(4));
        unary("concat", x -> Expr.concat(1, x.square(), x.exp(), x).tanh(), shape(2, 3), shape(2, 0));
        unary("join lists", x -> Expr.concat(0, x.split(0, new int[]{1, -1})).plus(
                Expr.stack(1, List.of(x.exp(), x)).sum(1)).square(), shape(3, 2));
        unary("stack", x -> Expr.stack(-1, x.square(), x.exp(), x).tanh(), shape(2, 3), shape());
        unary("reshape to a shape", x -> x.square().reshape(Shape.of(3, 2)).exp(), shape(2, 3));
        unary("stack and split", x -> Expr.stack(0, x.split(0, 2)).square().sum(0).exp(), shape(4, 2));
        unary("roll, repeat, tile", x -> x.square().roll(0, 1).repeat(1, 2).tile(0, 2).exp(), shape(3, 2));
        unary("expand and squeeze", x -> x.square().expandDims(1).exp().squeeze(1), shape(2, 3));

        for (int[] axes : new int[][]{{}, {0}, {1}, {-1}, {0, 2}}) {
            unary("sum" + Arrays.toString(axes), x -> x.square().sum(axes).exp(), shape(2, 3, 1),
                    shape(2, 0, 3));
            unary("mean" + Arrays.toString(axes), x -> x.square().mean(axes).exp(), shape(2, 3, 2));
            unary("max" + Arrays.toString(axes), x -> x.square().max(axes).exp(), shape(2, 3, 2),
                    shape(1, 1, 1));
        }
        for (int[] axes : new int[][]{{}, {0}, {-1}, {0, 2}}) {
            unary("min" + Arrays.toString(axes), x -> x.square().min(axes).exp(), shape(2, 3, 2),
                    shape(1, 1, 1));
            unary("prod" + Arrays.toString(axes), x -> x.plus(0.3).prod(axes).tanh(), shape(2, 3, 2),
                    shape(1, 1, 1), shape(2, 0, 1));
            for (int zeros = 1; zeros <= 4; zeros++) {
                CASES.add(fixed("prod" + Arrays.toString(axes) + " with " + zeros + " zeros",
                        Map.of("x", withZeros(zeros, 2, 3, 2)),
                        in -> in.get("x").prod(axes).plus(0.5).tanh()));
            }
        }
        for (int axis : new int[]{0, 1, -1}) {
            unary("cumsum " + axis, x -> x.square().cumsum(axis).tanh(), shape(2, 3, 2), shape(2, 0, 3));
            unary("exclusive cumsum " + axis, x -> x.square().cumsum(axis, true, false).tanh(),
                    shape(2, 3, 2));
            unary("reverse cumsum " + axis, x -> x.square().cumsum(axis, false, true).tanh(), shape(2, 3, 2));
            unary("exclusive reverse cumsum " + axis, x -> x.square().cumsum(axis, true, true).tanh(),
                    shape(2, 3, 2));
        }
        for (int axis : new int[]{0, 1, -1}) {
            unary("sort " + axis, x -> weighted(x.square().sort(axis)), shape(2, 3, 2), shape(2, 0, 3));
            unary("sort down " + axis, x -> weighted(x.square().sort(axis, true)), shape(2, 3, 2),
                    shape(1, 1, 1));
            unary("topK " + axis, x -> weighted(x.square().topK(2, axis).values()), shape(2, 3, 2));
        }
        unary("sort a vector", x -> weighted(x.exp().sort(0)), shape(5), shape(1), shape(0));
        unary("top of a vector", x -> weighted(x.exp().topK(3, 0).values()), shape(5));
        unary("median", x -> x.square().sort(-1).get(Slice.all(), Slice.at(1)).exp(), shape(3, 3));
        unary("max over nothing", x -> x.square().max(1).exp(), shape(2, 0));
        unary("sum of a number", x -> x.square().sum().exp(), shape());
        unary("max of a number", x -> x.square().max().exp(), shape());
        unary("keeping axes",
                x -> x.minus(x.meanKeepDims(-1)).times(x.maxKeepDims(0)).times(x.sumKeepDims(0, 1)),
                shape(2, 3));
        unary("keeping more axes", x -> x.times(x.minKeepDims(0)).times(x.prodKeepDims(-1)), shape(2, 3));
        unary("shifted by a constant", x -> x.minus(x.maxKeepDims(0).stopGradient()).softmax(0), shape(2, 3));
        unary("softmax", x -> x.softmax(-1), shape(2, 3), shape(3), shape(2, 1), shape(0, 3));
        unary("softmax of columns", x -> x.softmax(0), shape(2, 3));
        unary("log-softmax", x -> x.logSoftmax(-1), shape(2, 3), shape(3), shape(2, 1));
        for (int[] axes : new int[][]{{}, {0}, {0, 2}}) {
            unary("logSumExp" + Arrays.toString(axes), x -> x.square().logSumExp(axes).exp(), shape(2, 3, 2));
            unary("variance" + Arrays.toString(axes), x -> x.exp().variance(axes).square(), shape(2, 3, 2));
            unary("std" + Arrays.toString(axes), x -> x.exp().std(axes, 1).times(x.exp().std(axes)),
                    shape(2, 3, 2));
            unary("variance by one less" + Arrays.toString(axes), x -> x.exp().variance(axes, 1),
                    shape(2, 3, 2));
            unary("norm" + Arrays.toString(axes), x -> x.exp().norm(axes).square(), shape(2, 3, 2));
            unary("normL1" + Arrays.toString(axes), x -> x.normL1(axes).exp(), shape(2, 3, 2));
        }
        unary("clip", x -> x.square().clip(0.3, 1.9).exp());
        unary("silu", Expr::silu);
        unary("gelu", Expr::gelu);
        unary("gelu by tanh", Expr::geluTanh);
        unary("elu", x -> x.elu(0.7));
        unary("leakyRelu", x -> x.leakyRelu(0.1).exp());
        unary("hardSigmoid", x -> x.times(3).hardSigmoid().exp());
        unary("tril", x -> x.tril(1).exp(), shape(3, 4), shape(2, 2, 3));
        unary("triu", x -> x.triu(-1).exp(), shape(4, 3));
        unary("einsum of one", x -> Expr.einsum("iji->j", x.exp()), shape(3, 2, 3));
        binary("einsum of two", (a, b) -> Expr.einsum("bqhd,bkhd->bhqk", a, b).exp(), shape(2, 3, 2, 2),
                shape(2, 2, 2, 2));
        binary("einsum of three", (a, b) -> Expr.einsum("ij,jk,ii->k", a, b, a.matmul(a.transpose())).exp(),
                shape(2, 3), shape(3, 2));
        binary("outer", (a, b) -> a.outer(b).exp(), shape(2), shape(2, 3));
        unary("layer norm", x -> {
            Expr centred = x.minus(x.meanKeepDims(-1));
            return centred.div(centred.square().meanKeepDims(-1).plus(1e-3).sqrt());
        }, shape(2, 3));

        binary("dot of vectors", Expr::matmul, shape(3), shape(3), shape(0), shape(0));
        binary("matrix · vector", Expr::matmul, shape(2, 3), shape(3));
        binary("vector · matrix", Expr::matmul, shape(3), shape(3, 2));
        binary("matrix · matrix", Expr::matmul, shape(2, 3), shape(3, 4), shape(1, 1), shape(1, 1),
                shape(0, 3),
                shape(3, 2), shape(2, 0), shape(0, 3));
        binary("batches · matrix", Expr::matmul, shape(2, 4, 3), shape(3, 2));
        binary("batches · batches", Expr::matmul, shape(2, 4, 3), shape(2, 3, 2), shape(1, 4, 3),
                shape(5, 3, 2),
                shape(2, 1, 4, 3), shape(3, 3, 2), shape(4, 3), shape(2, 3, 2), shape(3), shape(2, 3, 2));
        binary("transposed · transposed", (a, b) -> a.transpose().matmul(b.transpose()), shape(3, 2),
                shape(4, 3));
        binary("general dot", (a, b) -> a.dot(b, List.of(2, 0), List.of(1, 3), List.of(3, 1), List.of(4, 0)),
                shape(2, 3, 4, 2, 2), shape(3, 4, 2, 2, 2));
        binary("dot with nothing summed", (a, b) -> a.dot(b, List.of(1), List.of(0), List.of(), List.of()),
                shape(2, 3), shape(3, 4));
        binary("outer product", (a, b) -> a.dot(b, List.of(), List.of(), List.of(), List.of()),
                shape(2), shape(3), shape(), shape(3), shape(), shape());
        binary("dot with all summed", (a, b) -> a.dot(b, List.of(), List.of(), List.of(1, 0), List.of(0, 1)),
                shape(2, 3), shape(3, 2));
        unary("x · x", x -> x.matmul(x), shape(3, 3), shape(3), shape(2, 2, 2));
        unary("x · xᵀ", x -> x.matmul(x.transpose()), shape(2, 3));

        indexed("gather rows", shape(3, 2), ints(2, 0, 2, 2), (x, i) -> x.square().gather(i, 0).exp());
        indexed("take columns", shape(2, 3), ints(2, 0, 2, 2), (x, i) -> x.square().take(i, -1).exp());
        indexed("gather columns", shape(2, 3), ints(2, 0, 2, 2), (x, i) -> x.square().gather(i, 1).exp());
        indexed("take along columns", shape(2, 3), ints(2, 0, 2, 2, 1, 1).reshape(2, 3),
                (x, i) -> x.square().takeAlongAxis(i, 1).exp());
        indexed("take along rows", shape(3, 2), ints(2, 0, 2, 2).reshape(2, 2),
                (x, i) -> x.square().takeAlongAxis(i, 0).exp());
        indexed("take along an axis with one index", shape(2, 3, 2), ints(2, 1).reshape(1, 2, 1),
                (x, i) -> x.square().takeAlongAxis(i, 1).exp());
        indexed("take along an axis of what is broadcast", shape(1, 3), ints(2, 1, 1, 1).reshape(2, 2),
                (x, i) -> x.square().takeAlongAxis(i, 1).exp());
        indexed("gather one", shape(3, 2), ints(1).reshape(), (x, i) -> x.square().gather(i, 0).exp());
        indexed("gather a matrix", shape(2, 3, 2), ints(2, 0, 2, 1).reshape(2, 2),
                (x, i) -> x.square().gather(i, 1).exp());
        indexed("gather nothing", shape(3, 2), ints(), (x, i) -> x.square().gather(i, 0).exp());
        indexed("cross-entropy", shape(2, 3), ints(2, 0), Losses::softmaxCrossEntropy);
        indexed("one-hot", shape(2, 3), ints(2, 0), (x, i) -> x.exp().times(i.oneHot(3, x.dtype())));
        CASES.add(fixed("scatter-add",
                Map.of("base", values(3, 2), "i", ints(2, 0, 2, 2), "more", values(4, 2)),
                in -> in.get("base").square().scatterAdd(in.get("i"), in.get("more").exp(), 0).tanh()));
        CASES.add(fixed("scatter-add in the middle",
                Map.of("base", values(2, 3, 2), "i", ints(2, 0, 0, 2).reshape(2, 2), "more",
                        values(2, 2, 2, 2)),
                in -> in.get("base").square().scatterAdd(in.get("i"), in.get("more").exp(), 1).tanh()));

        Dim n = Dim.of("n");
        CASES.add(new Case("a named dimension",
                Map.of("x", Shape.of(n, 3), "w", Shape.of(3, 2), "b", Shape.of(2)),
                Map.of("x", values(4, 3), "w", values(3, 2), "b", values(2)),
                in -> in.get("x").matmul(in.get("w")).plus(in.get("b")).tanh().softmax(-1).mean(0).log()));
        CASES.add(
                new Case("parts of a named dimension", Map.of("x", Shape.of(n, 3)), Map.of("x", values(4, 3)),
                        in -> Expr
                                .concat(0, in.get("x").get(Slice.from(1)),
                                        in.get("x").get(Slice.all().step(-3)).exp())
                                .roll(0, 2).tanh()));
        CASES.add(new Case("padding that is differentiated", Map.of("x", Shape.of(n, 2), "v", Shape.scalar()),
                Map.of("x", values(3, 2), "v", values()), in -> {
                    Expr x = in.get("x");
                    return Expr.concat(0, in.get("v").square().broadcastTo(Shape.of(2, 2)), x.square(), x)
                            .exp();
                }));
        CASES.add(fixed("an MLP",
                Map.of("x", values(4, 3), "w", values(3, 5), "v", values(5, 2), "y", ints(0, 1, 1, 0)),
                in -> Losses.softmaxCrossEntropy(in.get("x").matmul(in.get("w")).plus(0.05).relu()
                        .matmul(in.get("v")), in.get("y")).mean()));
        CASES.add(fixed("half squares", Map.of("a", values(2, 3), "b", values(2, 3)),
                in -> Losses.squared(in.get("a"), in.get("b"))));
    }

    static Stream<Case> cases() {
        return CASES.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithFiniteDifferences(Case c) {
        FiniteDifferences.check(Differentiate::differentiate, c.shapes(), c.inputs(), c.asModel());
    }

    // ---- how a line of the table becomes cases

    private static void unary(String name, UnaryOperator<Expr> f, int[]... shapes) {
        int[][] all = shapes.length > 0 ? shapes : new int[][]{{2, 3}, {}, {1}, {0, 3}};
        for (int[] shape : all) {
            CASES.add(fixed(name, Map.of("x", values(shape)), in -> f.apply(in.get("x"))));
        }
    }

    /** Elementwise functions also run broadcast on either side, and with one operand twice. */
    private static void binary(String name, BinaryOperator<Expr> f, int[]... pairs) {
        int[][] all = pairs.length > 0 ? pairs
                : new int[][]{{2, 3}, {2, 3}, {3}, {2, 3}, {2, 3}, {3}, {2, 1}, {1, 3}, {}, {2}, {2}, {}, {},
                    {},
                    {1}, {1}, {0, 3}, {3}, {1, 1}, {0}};
        for (int i = 0; i < all.length; i += 2) {
            CASES.add(fixed(name, Map.of("a", values(all[i]), "b", shifted(all[i + 1])),
                    in -> f.apply(in.get("a"), in.get("b"))));
        }
        if (pairs.length == 0) {
            unary(name + " of the same", x -> f.apply(x, x), shape(2, 3), shape(), shape(1), shape(0, 3));
        }
    }

    private static void indexed(String name, int[] shape, Tensor indices, BinaryOperator<Expr> f) {
        CASES.add(fixed(name, Map.of("x", values(shape), "i", indices),
                in -> f.apply(in.get("x"), in.get("i"))));
    }

    static Case fixed(String name, Map<String, Tensor> inputs, Function<Inputs, Expr> model) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        inputs.forEach((input, tensor) -> shapes.put(input, Shape.of(tensor.shape())));
        return new Case(name, shapes, inputs, model);
    }

    // ---- data

    /** x² + 1/2: a way to keep away from poles that is itself smooth. */
    private static Expr positive(Expr x) {
        return x.square().plus(0.5);
    }

    /** Each element to another power, so that their order counts. */
    private static Expr weighted(Expr x) {
        Expr place = x.builder().iota(x.dtype(), Shape.of(x.shape().size()), 0).plus(1);
        return x.reshape(-1).times(place.times(0.1)).tanh();
    }

    private static int[] shape(int... extents) {
        return extents;
    }

    private static Tensor ints(int... values) {
        return Tensor.of(values, values.length);
    }

    /** Well-spaced values in (-1.5, 1.5), none of them near another or near 0. */
    static Tensor values(int... shape) {
        return spaced(0, shape);
    }

    /** The first elements of each row are 0; of the last row, one less. */
    private static Tensor withZeros(int zeros, int... shape) {
        Tensor values = values(shape);
        double[] elements = values.toDoubles();
        int row = elements.length / shape[0];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = i % row < zeros - i / row / (shape[0] - 1) ? 0 : elements[i];
        }
        return Tensor.of(elements, shape);
    }

    static Tensor shifted(int... shape) {
        return spaced(500, shape);
    }

    private static Tensor spaced(int from, int... shape) {
        int size = IntStream.of(shape).reduce(1, (a, b) -> a * b);
        double golden = (Math.sqrt(5) - 1) / 2;
        return Tensor.of(IntStream.range(from, from + size).mapToDouble(i -> 3 * ((i + 1) * golden % 1) - 1.5)
                .toArray(), shape);
    }
}
