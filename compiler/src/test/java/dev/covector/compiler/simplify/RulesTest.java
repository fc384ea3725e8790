package dev.covector.compiler.simplify;

import static dev.covector.runtime.DType.BOOL;
import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;
import static dev.covector.runtime.DType.INT64;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.Interpreter;
import dev.covector.compiler.reference.RefTensor;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Slice;
import dev.covector.graph.Window;
import dev.covector.graph.ir.Node;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each rule: what it makes of a value, that both compute the same, and a look-alike that it must leave alone. The values
 * that are computed with hold NaN, infinities and both zeros.
 */
class RulesTest {

    /** What the rows are made of; n is a named dimension. */
    record Given(GraphBuilder g, Expr x, Expr y, Expr v, Expr s, Expr column, Expr square, Expr i, Expr j,
            Expr p,
            Expr q, Expr d) {
        static Given in(GraphBuilder g) {
            Dim n = Dim.of("n");
            Shape matrix = Shape.of(n, 3);
            return new Given(g, g.input("x", FLOAT32, matrix), g.input("y", FLOAT32, matrix),
                    g.input("v", FLOAT32, Shape.of(3)), g.input("s", FLOAT32, Shape.scalar()),
                    g.input("column", FLOAT32, Shape.of(n, 1)), g.input("square", FLOAT32, Shape.of(3, 3)),
                    g.input("i", INT32, matrix), g.input("j", INT32, matrix), g.input("p", BOOL, matrix),
                    g.input("q", BOOL, matrix), g.input("d", FLOAT64, matrix));
        }

        Expr full(DType dtype, double value) {
            return g.full(dtype, x.shape(), value);
        }
    }

    /**
     * @param rule   the name of a rule that is applied on the way
     * @param before what it is applied to
     * @param after  the simplest form of that
     * @param kept   a value that the rule is not applied to
     */
    record Row(String rule, Function<Given, Expr> before, String after, Function<Given, Expr> kept) {
        @Override
        public String toString() {
            return rule;
        }
    }

    private static Row row(String rule, Function<Given, Expr> before, String after,
            Function<Given, Expr> kept) {
        return new Row(rule, before, after, kept);
    }

    static Stream<Row> rows() {
        return Stream.of(
                row("add-zero", a -> a.x().plus(-0.0), "x", a -> a.x().plus(0)),
                row("add-zero", a -> a.i().plus(0), "i", a -> a.i().plus(1)),
                row("add-zero", a -> a.x().exp().plus(0), "exp(x)", a -> a.x().relu().plus(0)),
                row("add-zero", a -> a.x().softplus().plus(0), "softplus(x)", a -> a.x().expm1().plus(0)),
                row("add-zero", a -> a.v().cumsum(0).plus(0), "cumsum(v)", a -> a.v().prod(0).plus(0)),
                row("add-zero", a -> a.g().iota(FLOAT32, Shape.of(1, 4, 1), 1).sumPool(Window.of(2)).plus(0),
                        "window_sum[1, 2, 1](iota)",
                        a -> a.x().expandDims(0).maxPool(Window.of(1)).plus(0)),
                row("sub-zero", a -> a.x().minus(0), "x", a -> a.x().minus(-0.0)),
                row("mul-one", a -> a.x().times(1), "x", a -> a.x().times(a.y())),
                row("div-one", a -> a.x().div(1), "x", a -> a.g().constant(FLOAT32, 1.0).div(a.x())),
                row("mul-zero", a -> a.i().times(0), "to[n,3](0)", a -> a.x().times(0)),
                row("and-constant", a -> a.p().and(a.full(BOOL, 1)), "p", a -> a.p().and(a.q())),
                row("or-constant", a -> a.p().or(a.full(BOOL, 1)), "to[n,3](true)", a -> a.p().or(a.q())),
                row("xor-constant", a -> a.p().xor(a.full(BOOL, 1)), "not(p)", a -> a.p().xor(a.q())),

                row("and-constant", a -> a.i().and(-1), "i", a -> a.i().and(1)),
                row("or-constant", a -> a.i().or(-1), "to[n,3](-1)", a -> a.i().or(1)),
                row("xor-constant", a -> a.i().xor(-1), "not(i)", a -> a.i().xor(1)),
                row("shift-zero", a -> a.i().shl(0).shr(0).ushr(0), "i", a -> a.i().shl(1).shr(32).ushr(-1)),

                row("sub-self", a -> a.i().minus(a.i()), "to[n,3](0)", a -> a.x().minus(a.x())),
                row("max-self", a -> a.x().exp().maximum(a.x().exp()), "exp(x)", a -> a.x().maximum(a.y())),
                row("min-self", a -> a.x().minimum(a.x()), "x", a -> a.x().minimum(a.y())),
                row("and-self", a -> a.p().and(a.p()), "p", a -> a.p().and(a.q())),
                row("or-self", a -> a.p().or(a.p()), "p", a -> a.p().or(a.q())),
                row("xor-self", a -> a.p().xor(a.p()), "to[n,3](false)", a -> a.p().xor(a.q())),
                row("relu-relu", a -> a.x().relu().relu(), "relu(x)", a -> a.x().tanh().relu()),
                row("abs-sign", a -> a.x().unaryMinus().abs(), "abs(x)", a -> a.x().relu().abs()),

                row("mul-self", a -> a.x().times(a.x()), "square(x)", a -> a.x().times(a.y())),
                row("mul-self", a -> a.i().times(a.i()), "square(i)", a -> a.i().times(a.j())),
                row("one-div", a -> a.g().constant(FLOAT32, 1.0).div(a.y()), "reciprocal(y)",
                        a -> a.g().constant(INT32, 1.0).div(a.j())),

                row("reciprocal-sqrt", a -> a.x().sqrt().reciprocal(), "rsqrt(x)",
                        a -> a.x().reciprocal().sqrt()),
                row("pow-whole", a -> a.x().pow(0), "to[n,3](1)", a -> a.x().pow(0.5)),
                row("pow-whole", a -> a.x().pow(-0.0), "to[n,3](1)", a -> a.x().pow(a.y())),
                row("pow-whole", a -> a.x().pow(1), "x", a -> a.x().pow(3)),
                row("pow-whole", a -> a.x().pow(-1), "reciprocal(x)", a -> a.x().pow(-2)),
                row("pow-whole", a -> a.x().pow(2), "square(x)", a -> a.g().constant(FLOAT32, 2).pow(a.x())),
                row("round-whole", a -> a.x().floor().round().ceil(), "floor(x)", a -> a.x().tanh().ceil()),

                row("neg-neg", a -> a.x().unaryMinus().unaryMinus(), "x", a -> a.x().unaryMinus()),
                row("mul-minus-one", a -> a.x().times(-1), "neg(x)", a -> a.x().times(-2)),
                row("div-minus-one", a -> a.x().div(-1), "neg(x)", a -> a.x().div(-3)),
                row("add-neg", a -> a.x().unaryMinus().plus(a.y()), "sub(y, x)", a -> a.x().plus(a.y())),
                row("sub-neg", a -> a.x().minus(a.y().unaryMinus()), "add(x, y)",
                        a -> a.x().unaryMinus().minus(a.y())),
                row("neg-mul-neg", a -> a.x().unaryMinus().times(a.y().unaryMinus()), "mul(x, y)",
                        a -> a.x().unaryMinus().times(a.y())),
                row("square-sign", a -> a.x().unaryMinus().square(), "square(x)", a -> a.x().relu().square()),
                row("square-sign", a -> a.i().abs().square(), "square(i)", a -> a.i().sign().square()),
                row("neg-sub", a -> a.i().minus(a.j()).unaryMinus(), "sub(j, i)",
                        a -> a.x().minus(a.y()).unaryMinus()),

                row("not-not", a -> a.p().not().not(), "p", a -> a.p().not()),
                row("not-compare", a -> a.x().eq(a.y()).not(), "ne(x, y)", a -> a.x().lt(a.y()).not()),
                row("not-compare", a -> a.i().lt(a.j()).not(), "ge(i, j)", a -> a.x().gt(a.y()).not()),
                row("compare-order", a -> a.g().constant(FLOAT32, 2.0).lt(a.x()), "gt(x, to[n,3](2))",
                        a -> a.x().lt(2)),
                row("compare-bool", a -> a.p().eq(a.full(BOOL, 0)), "not(p)", a -> a.p().eq(a.q())),

                row("select-constant", a -> a.full(BOOL, 0).where(a.x(), a.y()), "y",
                        a -> a.p().where(a.x(), a.y())),
                row("select-equal", a -> a.p().where(a.x(), a.x()), "x", a -> a.p().where(a.x(), a.y())),
                row("select-not", a -> a.p().not().where(a.x(), a.y()), "select(p, y, x)",
                        a -> a.p().where(a.x(), a.y())),
                row("select-select", a -> a.p().where(a.p().where(a.x(), a.y()), a.y().exp()),
                        "select(p, x, exp(y))",
                        a -> a.p().where(a.q().where(a.x(), a.y()), a.y().exp())),
                row("select-bool", a -> a.p().where(a.full(BOOL, 0), a.full(BOOL, 1)), "not(p)",
                        a -> a.p().where(a.full(BOOL, 0), a.q())),

                row("cast-same", a -> a.i().cast(INT64).cast(INT32), "i",
                        a -> a.i().cast(FLOAT32).cast(INT32)),
                row("cast-cast", a -> a.x().cast(FLOAT64).cast(INT32), "i32(x)",
                        a -> a.x().cast(INT32).cast(FLOAT64)),
                row("stop-stop", a -> a.x().stopGradient().stopGradient(), "stop(x)",
                        a -> a.x().stopGradient()),

                row("mul-mul", a -> a.x().times(3).times(5), "mul(x, to[n,3](15))",
                        a -> a.x().times(1e30).times(1e30)),
                row("mul-mul", a -> a.x().times(a.s()).times(3), "mul(x, to[n,3](mul(s, 3)))",
                        a -> a.x().times(a.v()).times(3)),
                row("div-mul", a -> a.x().div(a.s()).times(3), "mul(x, to[n,3](div(3, s)))",
                        a -> a.i().div(7).times(3)),
                row("mul-div", a -> a.x().times(6).div(3), "mul(x, to[n,3](2))", a -> a.i().times(6).div(4)),
                row("div-div", a -> a.x().div(5).div(3), "div(x, to[n,3](15))", a -> a.i().div(5).div(3)),
                row("div-power-of-two", a -> a.x().div(-4), "mul(x, to[n,3](-0.25))", a -> a.x().div(3)),
                row("neg-mul", a -> a.x().times(3).unaryMinus(), "mul(x, to[n,3](-3))",
                        a -> a.x().times(a.y()).unaryMinus()),
                row("neg-div", a -> a.x().div(3).unaryMinus(), "div(x, to[n,3](-3))",
                        a -> a.i().div(3).unaryMinus()),
                row("mul-neg", a -> a.x().unaryMinus().times(3), "mul(x, to[n,3](-3))",
                        a -> a.x().unaryMinus().times(a.y())),
                row("div-neg", a -> a.x().unaryMinus().div(3), "div(x, to[n,3](-3))",
                        a -> a.i().unaryMinus().div(3)),
                row("neg-minus", a -> a.x().unaryMinus().minus(3), "sub(to[n,3](-3), x)",
                        a -> a.x().plus(3).unaryMinus()),
                row("add-negative", a -> a.x().times(-3).plus(a.y()), "sub(y, mul(x, to[n,3](3)))",
                        a -> a.x().times(3).plus(a.y())),
                row("add-negative", a -> a.x().times(a.s().exp().unaryMinus()).plus(a.y()),
                        "sub(y, mul(x, to[n,3](exp(s))))", a -> a.i().times(-3).plus(a.j())),
                row("sub-negative", a -> a.y().minus(a.x().times(-3)), "add(y, mul(x, to[n,3](3)))",
                        a -> a.x().times(-3).minus(a.y())),
                row("sub-constant", a -> a.i().minus(3), "add(i, to[n,3](-3))", a -> a.x().minus(3)),
                row("add-add", a -> a.i().plus(3).plus(5), "add(i, to[n,3](8))", a -> a.x().plus(3).plus(5)),

                row("reshape-same", a -> a.v().reshape(3, 1).reshape(3), "v", a -> a.v().reshape(3, 1)),
                row("reshape-reshape", a -> a.square().reshape(9).reshape(1, 9), "view[1,9](square)",
                        a -> a.square().reshape(9).exp().reshape(1, 9)),
                row("reshape-broadcast", a -> a.v().broadcastTo(a.x().shape()).expandDims(1), "to[n,1,3](v)",
                        a -> a.v().broadcastTo(Shape.of(2, 3)).reshape(6)),
                row("broadcast-same", a -> a.v().broadcastTo(a.x().shape()).times(a.s()),
                        "to[n,3](mul(v, to[3](s)))", a -> a.x().plus(a.v())),
                row("broadcast-broadcast",
                        a -> a.v().broadcastTo(Shape.of(2, 3)).broadcastTo(Shape.of(5, 2, 3)),
                        "to[5,2,3](v)", a -> a.v().broadcastTo(Shape.of(2, 3))),
                row("broadcast-unit-axes", a -> a.column().broadcastTo(a.x().shape()),
                        "to[n,3]@[0](view[n](column))", a -> a.v().broadcastTo(a.x().shape())),
                row("broadcast-nothing", a -> a.v().broadcastTo(Shape.of(1, 3)), "view[1,3](v)",
                        a -> a.v().broadcastTo(Shape.of(2, 3))),
                row("transpose-same", a -> a.x().transpose().transpose(), "x", a -> a.square().transpose()),
                row("transpose-transpose",
                        a -> a.g().iota(FLOAT32, Shape.of(2, 3, 4), 0).transpose(1, 2, 0).transpose(1, 0, 2),
                        "transpose[2, 1, 0](iota)", a -> a.x().transpose().exp().transpose()),
                row("transpose-unit-axes", a -> a.column().transpose(), "view[1,n](column)",
                        a -> a.x().transpose()),
                row("transpose-broadcast", a -> a.v().broadcastTo(a.x().shape()).transpose(),
                        "to[3,n]@[0](v)",
                        a -> a.x().transpose()),
                row("slice-all", a -> a.x().pad(0, 0, 0, 5), "x", a -> a.square().get(Slice.from(1))),
                row("slice-slice", a -> a.square().get(Slice.from(1)).get(Slice.all(), Slice.all().step(2)),
                        "slice[1:3, 0:3:2](square)",
                        a -> a.square().get(Slice.from(1)).exp().get(Slice.to(1))),
                row("slice-slice", a -> a.square().get(Slice.all(), Slice.all().step(2)).slice(1, 1, 2),
                        "slice[0:3, 2:3:2](square)", a -> a.x().get(Slice.all().step(2))),
                row("slice-broadcast", a -> a.v().broadcastTo(a.x().shape()).get(Slice.to(-1), Slice.from(1)),
                        "to[n-1,2](slice[1:3](v))", a -> a.x().get(Slice.from(1))),
                row("reverse-nothing", a -> a.column().flip(1), "column", a -> a.x().flip(1)),
                row("reverse-nothing", a -> a.column().flip(), "reverse[0](column)", a -> a.x().flip()),
                row("reverse-reverse", a -> a.x().flip().flip(0), "reverse[1](x)",
                        a -> a.x().flip(0).exp().flip(0)),
                row("slice-concat", a -> Expr.concat(1, a.x(), a.y()).slice(1, 4, 6), "slice[0:n, 1:3](y)",
                        a -> Expr.concat(1, a.x(), a.y()).slice(1, 2, 6)),
                row("slice-concat", a -> Expr.concat(0, a.square(), a.x()).get(Slice.from(4)),
                        "slice[1:n, 0:3](x)", a -> Expr.concat(0, a.x(), a.square()).get(Slice.from(-4))),
                row("slice-pad", a -> a.x().pad(1, 2, 1, 7).get(Slice.all(), Slice.range(2, 5).step(2)),
                        "slice[0:n, 0:3:2](x)", a -> a.x().pad(1, 2, 1, 7).slice(1, 1, 5)),
                row("slice-pad", a -> a.x().pad(1, -1, 1, 7).slice(1, 0, 2), "slice[0:n, 1:3](x)",
                        a -> a.x().pad(1, -1, 1, 7).slice(1, 1, 3)),
                row("pad-away", a -> a.x().pad(1, -1, 0, 7), "slice[0:n, 1:3](x)",
                        a -> a.x().pad(1, -1, 1, 7)),
                row("pad-pad", a -> a.x().pad(0, 1, 0, 7).pad(1, -1, 2, 7), "pad[1, -1][0, 2](x, 7)",
                        a -> a.x().pad(0, 1, 0, 7).pad(1, 0, 2, 8)),
                row("pad-pad", a -> a.x().pad(1, 1, 1, 7).pad(1, -2, 1, 7), "pad[0, -1][0, 2](x, 7)",
                        a -> a.x().pad(1, -1, 1, 7).pad(1, 1, 0, 7)),
                row("concat-one", a -> Expr.concat(0, a.x()), "x", a -> Expr.concat(0, a.x(), a.y())),
                row("concat-nothing", a -> Expr.concat(1, a.x(), a.x().slice(1, 0, 0)), "x",
                        a -> Expr.concat(0, a.x(), a.y())),
                row("concat-concat", a -> Expr.concat(0, Expr.concat(0, a.x(), a.y()), a.x()),
                        "concat[0](x, y, x)",
                        a -> Expr.concat(1, Expr.concat(0, a.x(), a.y()), Expr.concat(0, a.y(), a.x()))),
                row("concat-slices", a -> Expr.concat(1, a.x().slice(1, 0, 1), a.x().slice(1, 1, 3)), "x",
                        a -> Expr.concat(1, a.x().slice(1, 1, 3), a.x().slice(1, 1, 3))),
                row("unary-broadcast", a -> a.v().broadcastTo(a.x().shape()).exp(), "to[n,3](exp(v))",
                        a -> a.x().exp()),
                row("binary-broadcast", a -> a.v().broadcastTo(a.x().shape()).times(a.s()),
                        "to[n,3](mul(v, to[3](s)))", a -> a.column().plus(a.v())),
                row("binary-broadcast", a -> a.x().sumKeepDims(1).plus(1),
                        "view[n,1](add(sum[1](x), to[n](1)))",
                        a -> a.column().plus(1)),
                row("compare-broadcast", a -> a.v().broadcastTo(a.x().shape()).lt(2),
                        "to[n,3](lt(v, to[3](2)))",
                        a -> a.x().lt(a.v())),
                row("select-broadcast",
                        a -> a.v().lt(2).broadcastTo(a.x().shape()).where(a.v(), a.s()),
                        "to[n,3](select(lt(v, to[3](2)), v, to[3](s)))", a -> a.p().where(a.v(), a.s())),
                row("cast-broadcast", a -> a.v().broadcastTo(a.x().shape()).cast(INT32), "to[n,3](i32(v))",
                        a -> a.x().cast(INT32)),
                row("stop-broadcast", a -> a.v().broadcastTo(a.x().shape()).stopGradient(),
                        "to[n,3](stop(v))",
                        a -> a.x().stopGradient()),

                row("reduce-no-axes", a -> a.s().exp().sum(), "exp(s)", a -> a.v().sum()),
                row("reduce-no-axes", a -> a.s().sum(), "add(s, 0)", a -> a.v().sum()),
                row("reduce-no-axes", a -> a.s().prod(), "s", a -> a.v().prod()),
                row("reduce-no-axes", a -> a.s().gt(0).any(), "gt(s, 0)", a -> a.v().gt(0).any()),
                row("reduce-unit-axes", a -> a.column().prod(1), "view[n](column)", a -> a.x().prod(1)),
                row("reduce-unit-axes", a -> a.column().max(1), "view[n](column)", a -> a.x().max(1)),
                row("reduce-reduce", a -> a.x().sum(1).sum(), "sum[0,1](x)", a -> a.x().sum(1).max()),
                row("reduce-reduce", a -> a.x().min(1).min(), "min[0,1](x)", a -> a.x().min(1).prod()),
                row("reduce-reduce", a -> a.p().all(1).all(), "all[0,1](p)", a -> a.p().all(1).any()),
                row("sum-neg", a -> a.x().unaryMinus().sum(1), "sub(to[n](0), sum[1](x))",
                        a -> a.x().unaryMinus().max(1)),
                row("extent-fixed", a -> a.s().broadcastTo(Shape.of(5)).sum(), "mul(add(s, 0), 5)",
                        a -> a.g().extent(FLOAT32, Dim.of("n"))),
                row("sum-scaled", a -> a.x().times(3).sum(1), "mul(sum[1](x), to[n](3))",
                        a -> a.x().times(-3).sum(1)),
                row("reduce-broadcast", a -> a.v().abs().broadcastTo(a.x().shape()).sum(0),
                        "mul(abs(v), to[3](extent(n)))",
                        a -> a.v().broadcastTo(a.x().shape()).max(0)),
                row("reduce-broadcast", a -> a.v().broadcastTo(Shape.of(2, 3)).max(0), "v",
                        a -> a.v().broadcastTo(Shape.of(0, 3)).max(0)),
                row("reduce-broadcast", a -> a.v().broadcastTo(Shape.of(2, 3)).min(0), "v",
                        a -> a.v().broadcastTo(Shape.of(0, 3)).min(0)),
                row("reduce-broadcast", a -> a.v().gt(0).broadcastTo(Shape.of(2, 3)).any(),
                        "any[0](gt(v, to[3](0)))", a -> a.v().broadcastTo(Shape.of(2, 3)).prod(0)),
                row("reduce-reshape", a -> a.i().reshape(-1).prod(), "prod[0,1](i)",
                        a -> a.square().reshape(9, 1).prod(1)),
                row("reduce-reshape", a -> a.square().reshape(9).sum(), "sum[0,1](square)",
                        a -> a.square().reshape(9, 1).sum(1)),
                row("reduce-reshape", a -> a.x().expandDims(1).max(2), "view[n,1](max[1](x))",
                        a -> a.square().reshape(1, 9).max(1)),
                row("reduce-transpose", a -> a.x().transpose().max(0), "max[1](x)", a -> a.x().max(0)),
                row("reduce-transpose", a -> a.p().transpose().all(0), "all[1](p)", a -> a.p().all(0)),

                row("softmax-gradient", a -> softmaxGradient(a.x().exp(), a.y(), 1),
                        "mul(div(exp(x), to[n,3]@[0](sum[1](exp(x)))), sub(y, to[n,3]@[0](sum[1]("
                                + "mul(y, div(exp(x), to[n,3]@[0](sum[1](exp(x)))))))))",
                        a -> softmaxGradient(a.x().cosh(), a.y(), 1)),
                row("softmax-gradient", a -> softmaxGradient(a.square().exp(), a.square(), 0),
                        "mul(div(exp(square), to[3,3](sum[0](exp(square)))), sub(square, to[3,3](sum[0]("
                                + "mul(square, div(exp(square), to[3,3](sum[0](exp(square)))))))))",
                        a -> softmaxGradient(a.x().exp(), a.x().exp().sumKeepDims(0), a.y(), 1)),

                row("dot-transpose-first", a -> a.x().transpose().matmul(a.y()), "dot[0][0](x, y)",
                        a -> a.x().matmul(a.square())),
                row("dot-transpose-second", a -> a.x().matmul(a.square().transpose()), "dot[1][1](x, square)",
                        a -> a.x().matmul(a.square())),
                row("transpose-dot", a -> a.x().matmul(a.square()).transpose(), "dot[0][1](square, x)",
                        a -> a.x().matmul(a.square()).exp().transpose()),
                row("dot-unit-axes-first", a -> a.v().expandDims(0).matmul(a.square()),
                        "view[1,3](dot[0][0](v, square))", a -> a.v().matmul(a.square())),
                row("dot-unit-axes-second", a -> a.square().matmul(a.v().expandDims(1)),
                        "view[3,1](dot[1][0](square, v))", a -> a.square().matmul(a.v())),
                row("dot-scaled-first", a -> a.x().times(3).matmul(a.square()),
                        "dot[1][0](x, mul(square, to[3,3](3)))", a -> a.x().times(a.s()).matmul(a.square())),
                row("dot-scaled-second", a -> a.x().transpose().matmul(a.y().times(3)),
                        "mul(dot[0][0](x, y), to[3,3](3))", a -> a.x().transpose().matmul(a.y().times(-3))),
                row("dot-scaled-second", a -> a.v().matmul(a.x().transpose().times(3)),
                        "dot[0][1](mul(v, to[3](3)), x)", a -> a.x().matmul(a.square().times(3))));
    }

    /** What differentiation makes of {@code d · (e / sum(e))}, before it is simple. */
    private static Expr softmaxGradient(Expr e, Expr d, int axis) {
        return softmaxGradient(e, e.sumKeepDims(axis), d, axis);
    }

    private static Expr softmaxGradient(Expr e, Expr divisor, Expr d, int axis) {
        Expr quotient = d.div(divisor);
        return e.times(quotient.plus(e.div(divisor).times(quotient).unaryMinus().sumKeepDims(axis)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void rewrites(Row row) {
        Graph before = graph(row.before());
        Graph after = Simplify.simplify(before);
        assertEquals(row.after(), Terms.of(result(after)), () -> "from " + Terms.of(result(before)));
        assertTrue(rulesApplied(before).contains(row.rule()),
                () -> row.rule() + " is not among the rules applied: " + rulesApplied(before));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void computesTheSame(Row row) {
        Graph before = graph(row.before());
        assertSame(computed(before), computed(Simplify.simplify(before)), row.after());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void leavesAlone(Row row) {
        Graph kept = graph(row.kept());
        assertFalse(rulesApplied(kept).contains(row.rule()), () -> row.rule() + " was applied to "
                + Terms.of(result(kept)) + " and made " + Terms.of(result(Simplify.simplify(kept))));
    }

    @Test
    void everyRuleHasARow() {
        Set<String> rules = new TreeSet<>(Simplify.RULES.stream().map(Rule::name).toList());
        assertEquals(rules, new TreeSet<>(rows().map(Row::rule).toList()));
    }

    private static Graph graph(Function<Given, Expr> value) {
        GraphBuilder g = Graph.builder("g");
        Given given = Given.in(g);
        // The first input is always there, so that n is known.
        g.function("f").returns("value", value.apply(given)).returns("x", given.x());
        return g.build();
    }

    private static Node result(Graph graph) {
        return Objects.requireNonNull(graph.function("f").results().get("value"));
    }

    private static List<String> rulesApplied(Graph graph) {
        List<String> applied = new ArrayList<>();
        Sweep sweep = new Sweep(graph, List.of());
        while (sweep.changed()) {
            sweep = new Sweep(sweep.result(), Simplify.RULES);
            assertFalse(sweep.rewriter().exhausted(), "rules undo each other");
            applied.addAll(sweep.rewriter().applied().keySet());
        }
        return applied;
    }

    private static RefTensor computed(Graph graph) {
        float inf = Float.POSITIVE_INFINITY;
        Map<String, Tensor> inputs = Map.ofEntries(
                Map.entry("x", Tensor.of(new float[]{1.5f, -2, 0, -0f, inf, Float.NaN}, 2, 3)),
                Map.entry("y", Tensor.of(new float[]{-3, -2, -0f, -0f, 5, 0.5f}, 2, 3)),
                Map.entry("v", Tensor.of(new float[]{-0f, 2, -1}, 3)),
                Map.entry("s", Tensor.scalar(-0f)),
                Map.entry("column", Tensor.of(new float[]{-0f, -1}, 2, 1)),
                Map.entry("square", Tensor.of(new float[]{1, 2, -3, 4, 5, 6, -7, 8, 9}, 3, 3)),
                Map.entry("i", Tensor.of(new int[]{1, -2, 0, Integer.MIN_VALUE, 7, 9}, 2, 3)),
                Map.entry("j", Tensor.of(new int[]{1, 2, 3, 4, -7, 9}, 2, 3)),
                Map.entry("p", Tensor.of(new boolean[]{true, true, false, false, true, false}, 2, 3)),
                Map.entry("q", Tensor.of(new boolean[]{true, false, true, false, true, true}, 2, 3)),
                Map.entry("d", Tensor.of(new double[]{1, 2, 3, -0.0, 5, 6}, 2, 3)));
        return Objects.requireNonNull(
                Interpreter.run(graph, "f", inputs, Map.of(), 0, 0).results().get("value"));
    }

    private static void assertSame(RefTensor expected, RefTensor actual, String term) {
        assertEquals(expected.dtype(), actual.dtype(), term);
        for (int i = 0; i < expected.size(); i++) {
            if (!expected.dtype().isFloating()) {
                assertEquals(expected.integer(i), actual.integer(i), term);
                continue;
            }
            double want = expected.real(i);
            double got = actual.real(i);
            boolean same = Double.compare(want, got) == 0
                    || want != 0 && Math.abs(want - got) <= 1e-6 * Math.abs(want);
            assertTrue(same, () -> term + ": wanted " + expected + ", got " + actual);
        }
    }
}
