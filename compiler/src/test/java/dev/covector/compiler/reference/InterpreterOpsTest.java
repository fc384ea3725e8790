package dev.covector.compiler.reference;

import static dev.covector.runtime.DType.BOOL;
import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;
import static dev.covector.runtime.DType.INT64;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Slice;
import dev.covector.graph.ir.Literal;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each op gives, worked out by hand. */
final class InterpreterOpsTest {
    private static final double NAN = Double.NaN;
    private static final double INF = Double.POSITIVE_INFINITY;
    private static final int MIN32 = Integer.MIN_VALUE;
    private static final long MIN64 = Long.MIN_VALUE;

    /** The data of a row: made in a builder of its own. */
    record Case(GraphBuilder g) {
        Expr f64(double... values) {
            return g.constant(Tensor.of(values, values.length));
        }

        Expr f32(float... values) {
            return g.constant(Tensor.of(values, values.length));
        }

        Expr i32(int... values) {
            return g.constant(Tensor.of(values, values.length));
        }

        Expr i64(long... values) {
            return g.constant(Tensor.of(values, values.length));
        }

        Expr bool(boolean... values) {
            return g.constant(Tensor.of(values, values.length));
        }

        /** 0, 1, 2, … as f64. */
        Expr count(int... shape) {
            return g.constant(counted(shape));
        }
    }

    private static Tensor counted(int... shape) {
        return Tensor.of(IntStream.range(0, Offsets.size(shape)).asDoubleStream().toArray(), shape);
    }

    private static Arguments row(String name, Function<Case, Expr> value, String expected) {
        return Arguments.of(name, value, expected);
    }

    static Stream<Arguments> leaves() {
        return Stream.of(
                row("constant", c -> c.f32(1, -0f, Float.NaN), "f32[3] {1.0, -0.0, NaN}"),
                row("constant of rank 0", c -> c.g.constant(INT64, 1L << 60), "i64[] {1152921504606846976}"),
                row("iota", c -> c.g.iota(INT32, Shape.of(2, 3), 1), "i32[2,3] {0, 1, 2, 0, 1, 2}"),
                row("iota, axis 0", c -> c.g.iota(FLOAT32, Shape.of(2, 2), 0),
                        "f32[2,2] {0.0, 0.0, 1.0, 1.0}"),
                row("iota, empty", c -> c.g.iota(FLOAT64, Shape.of(0, 3), 1), "f64[0,3] {}"));
    }

    static Stream<Arguments> elementwise() {
        return Stream.of(
                row("neg", c -> c.f64(0, -0.0, NAN, INF, 2).unaryMinus(),
                        "f64[5] {-0.0, 0.0, NaN, -Infinity, -2.0}"),
                row("neg, i32 wraps", c -> c.i32(3, MIN32).unaryMinus(), "i32[2] {-3, -2147483648}"),
                row("abs", c -> c.f64(-0.0, -1.5, NAN, -INF).abs(), "f64[4] {0.0, 1.5, NaN, Infinity}"),
                row("abs, i32 wraps", c -> c.i32(-3, MIN32).abs(), "i32[2] {3, -2147483648}"),
                row("sign", c -> c.f64(-0.0, 0, -1.5, 7, NAN, INF).sign(),
                        "f64[6] {-0.0, 0.0, -1.0, 1.0, NaN, 1.0}"),
                row("sign, i64", c -> c.i64(-9, 0, 9).sign(), "i64[3] {-1, 0, 1}"),
                row("exp", c -> c.f64(0, -INF, INF, NAN, -0.0).exp(),
                        "f64[5] {1.0, 0.0, Infinity, NaN, 1.0}"),
                row("log", c -> c.f64(1, 0, -0.0, INF, -1).log(),
                        "f64[5] {0.0, -Infinity, -Infinity, Infinity, NaN}"),
                row("sqrt", c -> c.f64(4, 0, -0.0, INF, -1).sqrt(), "f64[5] {2.0, 0.0, -0.0, Infinity, NaN}"),
                row("expm1", c -> c.f64(0, -0.0, 1e-20, -INF, INF, NAN).expm1(),
                        "f64[6] {0.0, -0.0, 1.0E-20, -1.0, Infinity, NaN}"),
                row("log1p", c -> c.f64(0, -0.0, 1e-20, -1, INF, -2).log1p(),
                        "f64[6] {0.0, -0.0, 1.0E-20, -Infinity, Infinity, NaN}"),
                row("rsqrt", c -> c.f64(4, 0, -0.0, INF, -1, NAN).rsqrt(),
                        "f64[6] {0.5, Infinity, -Infinity, 0.0, NaN, NaN}"),
                row("sin", c -> c.f64(0, -0.0, INF, NAN, 1e300).sin(),
                        "f64[5] {0.0, -0.0, NaN, NaN, -0.8178819121159085}"),
                row("cos", c -> c.f64(0, -INF, NAN, 1e300).cos(),
                        "f64[4] {1.0, NaN, NaN, -0.5753861119575491}"),
                row("tan", c -> c.f64(0, -0.0, INF, NAN, Math.PI / 2).tan(),
                        "f64[5] {0.0, -0.0, NaN, NaN, 1.633123935319537E16}"),
                row("asin", c -> c.f64(0, -0.0, 1, -1, 1.1, NAN).asin(),
                        "f64[6] {0.0, -0.0, 1.5707963267948966, -1.5707963267948966, NaN, NaN}"),
                row("acos", c -> c.f64(1, -1, 0, -1.1, NAN).acos(),
                        "f64[5] {0.0, 3.141592653589793, 1.5707963267948966, NaN, NaN}"),
                row("atan", c -> c.f64(0, -0.0, INF, -INF, NAN).atan(),
                        "f64[5] {0.0, -0.0, 1.5707963267948966, -1.5707963267948966, NaN}"),
                row("pow",
                        c -> c.f64(2, 0, 0, -8, -2, -2, 4, NAN, NAN)
                                .pow(c.f64(10, 0, -1, 1 / 3.0, 3, -1, -0.5,
                                        0, 1)),
                        "f64[9] {1024.0, 1.0, Infinity, NaN, -8.0, -0.5, 0.5, 1.0, NaN}"),
                row("pow at infinities",
                        c -> c.f64(INF, -INF, -INF, 1, 0.5, 0.5, -0.0, -0.0).pow(c.f64(-1, 3, 2,
                                INF, INF, -INF, -1, -2)),
                        "f64[8] {0.0, -Infinity, Infinity, NaN, 0.0, Infinity, -Infinity, Infinity}"),
                row("atan2", c -> c.f64(0, -0.0, 0, -0.0, 1, INF, NAN).atan2(c.f64(1, 1, -1, -1, 0, INF, 1)),
                        "f64[7] {0.0, -0.0, 3.141592653589793, -3.141592653589793, 1.5707963267948966, "
                                + "0.7853981633974483, NaN}"),
                row("sinh", c -> c.f64(0, -0.0, -INF, 1000, NAN).sinh(),
                        "f64[5] {0.0, -0.0, -Infinity, Infinity, NaN}"),
                row("cosh", c -> c.f64(0, -0.0, -INF, 1000, NAN).cosh(),
                        "f64[5] {1.0, 1.0, Infinity, Infinity, NaN}"),
                row("softplus", c -> c.f64(0, 1000, -1000, -INF, INF, NAN, -40).softplus(),
                        "f64[7] {0.6931471805599453, 1000.0, 0.0, 0.0, Infinity, NaN, 4.248354255291589E-18}"),
                row("erf", c -> c.f64(0, -0.0, INF, -INF, NAN, 7, -7, Double.MIN_VALUE).erf(),
                        "f64[8] {0.0, -0.0, 1.0, -1.0, NaN, 1.0, -1.0, 4.9E-324}"),
                row("erf, Abramowitz and Stegun's table", c -> c.f64(0.5, 1, -2).erf().times(1e9).round(),
                        "f64[3] {5.20499878E8, 8.42700793E8, -9.95322265E8}"),
                row("floor", c -> c.f64(1.5, -1.5, -0.0, 0.5, -0.5, INF, NAN, 1e300).floor(),
                        "f64[8] {1.0, -2.0, -0.0, 0.0, -1.0, Infinity, NaN, 1.0E300}"),
                row("ceil", c -> c.f64(1.5, -1.5, -0.0, 0.5, -0.5, -INF, NAN, 1e300).ceil(),
                        "f64[8] {2.0, -1.0, -0.0, 1.0, -0.0, -Infinity, NaN, 1.0E300}"),
                row("round", c -> c.f64(0.5, 1.5, 2.5, -0.5, -1.7, INF, NAN, 4503599627370497.0).round(),
                        "f64[8] {0.0, 2.0, 2.0, -0.0, -2.0, Infinity, NaN, 4.503599627370497E15}"),
                row("is_nan", c -> c.f64(0, NAN, INF).isNaN(), "bool[3] {false, true, false}"),
                row("is_finite", c -> c.f32(0, Float.NaN, Float.NEGATIVE_INFINITY, 3e38f).isFinite(),
                        "bool[4] {true, false, false, true}"),
                row("square", c -> c.f64(-3, -0.0, 1e200, INF, NAN, 1e-200).square(),
                        "f64[6] {9.0, 0.0, Infinity, Infinity, NaN, 0.0}"),
                row("square, i32 wraps", c -> c.i32(-3, 1 << 16).square(), "i32[2] {9, 0}"),
                row("reciprocal", c -> c.f64(4, 0, -0.0, -INF, NAN, Double.MIN_VALUE).reciprocal(),
                        "f64[6] {0.25, Infinity, -Infinity, -0.0, NaN, Infinity}"),
                row("tanh", c -> c.f64(0, -0.0, INF, -INF, NAN).tanh(), "f64[5] {0.0, -0.0, 1.0, -1.0, NaN}"),
                row("sigmoid", c -> c.f64(0, INF, -INF, NAN, -1000).sigmoid(),
                        "f64[5] {0.5, 1.0, 0.0, NaN, 0.0}"),
                row("relu", c -> c.f64(-1, -0.0, 2, NAN, -INF).relu(), "f64[5] {0.0, 0.0, 2.0, NaN, 0.0}"),
                row("relu, i32", c -> c.i32(-1, 2).relu(), "i32[2] {0, 2}"),
                row("not", c -> c.bool(true, false).not(), "bool[2] {false, true}"),
                row("add", c -> c.f64(1, INF, -0.0).plus(c.f64(2, -INF, -0.0)), "f64[3] {3.0, NaN, -0.0}"),
                row("add, i32 wraps", c -> c.i32(Integer.MAX_VALUE).plus(1), "i32[1] {-2147483648}"),
                row("sub", c -> c.f64(1, 0).minus(c.f64(2, 0)), "f64[2] {-1.0, 0.0}"),
                row("sub, i64 wraps", c -> c.i64(MIN64).minus(1), "i64[1] {9223372036854775807}"),
                row("mul", c -> c.f64(0, -2, 0).times(c.f64(INF, 3, -1)), "f64[3] {NaN, -6.0, -0.0}"),
                row("mul, i32 wraps", c -> c.i32(1 << 20).times(1 << 12), "i32[1] {0}"),
                row("div", c -> c.f64(1, -1, 0, 7).div(c.f64(0, 0, 0, 2)),
                        "f64[4] {Infinity, -Infinity, NaN, 3.5}"),
                row("div, i32 truncates", c -> c.i32(7, -7, MIN32).div(c.i32(2, 2, -1)),
                        "i32[3] {3, -3, -2147483648}"),
                row("rem", c -> c.f64(7, -7, 1, INF).rem(c.f64(2, 2, INF, 2)),
                        "f64[4] {1.0, -1.0, 1.0, NaN}"),
                row("rem, i32", c -> c.i32(7, -7, 7).rem(c.i32(3, 3, -3)), "i32[3] {1, -1, 1}"),
                row("max", c -> c.f64(1, NAN, -0.0).maximum(c.f64(2, 1, 0)), "f64[3] {2.0, NaN, 0.0}"),
                row("max, i64", c -> c.i64(MIN64, 3).maximum(0), "i64[2] {0, 3}"),
                row("min", c -> c.f64(1, 1, -0.0).minimum(c.f64(2, NAN, 0)), "f64[3] {1.0, NaN, -0.0}"),
                row("and", c -> c.bool(true, true, false).and(c.bool(true, false, false)),
                        "bool[3] {true, false, false}"),
                row("or", c -> c.bool(true, true, false).or(c.bool(true, false, false)),
                        "bool[3] {true, true, false}"),
                row("xor", c -> c.bool(true, true, false).xor(c.bool(true, false, false)),
                        "bool[3] {false, true, false}"),
                row("not, i32", c -> c.i32(0, 5, MIN32).not(), "i32[3] {-1, -6, 2147483647}"),
                row("and, i32", c -> c.i32(12, -1).and(10), "i32[2] {8, 10}"),
                row("or, i64", c -> c.i64(12, MIN64).or(10), "i64[2] {14, -9223372036854775798}"),
                row("xor, i32", c -> c.i32(12, -1).xor(c.i32(10, MIN32)), "i32[2] {6, 2147483647}"),
                row("shl", c -> c.i32(1, 1, 3, -1, 1, 1, 1).shl(c.i32(0, 31, 31, 4, 32, 33, -1)),
                        "i32[7] {1, -2147483648, -2147483648, -16, 0, 0, 0}"),
                row("shl, i64", c -> c.i64(1, 1, 1, 1).shl(c.i64(32, 63, 64, MIN64)),
                        "i64[4] {4294967296, -9223372036854775808, 0, 0}"),
                row("shr", c -> c.i32(-9, -9, 9, MIN32, -9, 9, -9).shr(c.i32(0, 1, 1, 31, 32, 100, -1)),
                        "i32[7] {-9, -5, 4, -1, -1, 0, -1}"),
                row("shr, i64", c -> c.i64(MIN64, MIN64, 7).shr(c.i64(63, 64, -64)), "i64[3] {-1, -1, 0}"),
                row("ushr", c -> c.i32(-9, -1, -1, 9, -1, -1).ushr(c.i32(0, 1, 31, 1, 32, -1)),
                        "i32[6] {-9, 2147483647, 1, 4, 0, 0}"),
                row("ushr, i64", c -> c.i64(-1, -1, -1).ushr(c.i64(1, 63, 64)),
                        "i64[3] {9223372036854775807, 1, 0}"),
                row("shl by a number", c -> c.i64(3).shl(40), "i64[1] {3298534883328}"),
                row("eq", c -> c.f64(0, NAN, 1).eq(c.f64(-0.0, NAN, 2)), "bool[3] {true, false, false}"),
                row("ne", c -> c.f64(0, NAN, 1).ne(c.f64(-0.0, NAN, 2)), "bool[3] {false, true, true}"),
                row("lt", c -> c.f64(1, 2, NAN).lt(c.f64(2, 2, 2)), "bool[3] {true, false, false}"),
                row("le", c -> c.f64(1, 2, NAN).le(c.f64(2, 2, 2)), "bool[3] {true, true, false}"),
                row("gt", c -> c.f64(3, 2, NAN).gt(c.f64(2, 2, 2)), "bool[3] {true, false, false}"),
                row("ge", c -> c.f64(3, 2, NAN).ge(c.f64(2, 2, 2)), "bool[3] {true, true, false}"),
                row("lt, i64 beyond 2^53", c -> c.i64(1L << 60).lt(c.i64((1L << 60) + 1)), "bool[1] {true}"),
                row("eq of bools", c -> c.bool(true, false).eq(c.bool(true, true)), "bool[2] {true, false}"),
                row("select", c -> c.bool(true, false).where(c.f64(1, 2), c.f64(NAN, 4)),
                        "f64[2] {1.0, 4.0}"),
                row("select of bools",
                        c -> c.bool(true, false).where(c.bool(true, true), c.bool(false, false)),
                        "bool[2] {true, false}"),
                row("cast to i32", c -> c.f64(-1.9, 1e10, -INF, NAN).cast(INT32),
                        "i32[4] {-1, 2147483647, -2147483648, 0}"),
                row("cast to i64", c -> c.f32(2.7f, Float.NaN).cast(INT64), "i64[2] {2, 0}"),
                row("cast i64 to i32 wraps", c -> c.i64((1L << 32) + 5).cast(INT32), "i32[1] {5}"),
                row("cast f64 to f32", c -> c.f64(0.1, 1e300).cast(FLOAT32).cast(FLOAT64),
                        "f64[2] {0.10000000149011612, Infinity}"),
                row("cast i64 to f32 rounds once", c -> c.i64((1L << 60) + (1L << 36) + 1).cast(FLOAT32),
                        "f32[1] {1.1529216E18}"),
                row("cast to bool", c -> c.f64(0, -0.0, NAN, 0.5).cast(BOOL),
                        "bool[4] {false, false, true, true}"),
                row("cast of bool", c -> c.bool(true, false).cast(FLOAT32), "f32[2] {1.0, 0.0}"),
                row("empty", c -> c.f64().plus(c.f64()).exp(), "f64[0] {}"),
                row("rank 0", c -> c.g.constant(FLOAT64, 2).times(3), "f64[] {6.0}"),
                row("stop-gradient", c -> c.f64(1, NAN).stopGradient(), "f64[2] {1.0, NaN}"));
    }

    static Stream<Arguments> movement() {
        return Stream.of(
                row("reshape", c -> c.count(2, 3).reshape(3, 2), "f64[3,2] {0.0, 1.0, 2.0, 3.0, 4.0, 5.0}"),
                row("reshape to rank 0", c -> c.f64(7).reshape(), "f64[] {7.0}"),
                row("reshape, empty", c -> c.count(0, 3).reshape(7, 0), "f64[7,0] {}"),
                row("broadcast in front", c -> c.count(2).broadcastTo(Shape.of(2, 2)),
                        "f64[2,2] {0.0, 1.0, 0.0, 1.0}"),
                row("broadcast behind", c -> c.count(2, 1).broadcastTo(Shape.of(2, 2)),
                        "f64[2,2] {0.0, 0.0, 1.0, 1.0}"),
                row("broadcast to nothing", c -> c.count(1).broadcastTo(Shape.of(2, 0)), "f64[2,0] {}"),
                row("broadcast of both", c -> c.count(2, 1).plus(c.count(1, 3)),
                        "f64[2,3] {0.0, 1.0, 2.0, 1.0, 2.0, 3.0}"),
                row("transpose", c -> c.count(2, 3).transpose(), "f64[3,2] {0.0, 3.0, 1.0, 4.0, 2.0, 5.0}"),
                row("transpose of three", c -> c.count(2, 1, 3).transpose(2, 0, 1),
                        "f64[3,2,1] {0.0, 3.0, 1.0, 4.0, 2.0, 5.0}"),
                row("transpose of bools", c -> c.bool(true, false).reshape(2, 1).transpose(),
                        "bool[1,2] {true, false}"));
    }

    static Stream<Arguments> parts() {
        return Stream.of(
                row("slice", c -> c.count(3, 3).get(Slice.from(1), Slice.to(-1)),
                        "f64[2,2] {3.0, 4.0, 6.0, 7.0}"),
                row("slice with a step", c -> c.count(6).slice(0, 1, 6, 2), "f64[3] {1.0, 3.0, 5.0}"),
                row("slice beyond the ends", c -> c.count(3).slice(0, -9, 9), "f64[3] {0.0, 1.0, 2.0}"),
                row("slice of nothing", c -> c.count(3).slice(0, 2, 1), "f64[0] {}"),
                row("slice backwards", c -> c.count(6).slice(0, 4, 0, -2), "f64[2] {4.0, 2.0}"),
                row("slice backwards to the first", c -> c.count(6).get(Slice.to(-9).step(-2)),
                        "f64[3] {5.0, 3.0, 1.0}"),
                row("slice backwards from far", c -> c.count(3).get(Slice.from(9).step(-1)),
                        "f64[3] {2.0, 1.0, 0.0}"),
                row("one index", c -> c.count(2, 3).get(1, -1), "f64[] {5.0}"),
                row("one index of bools", c -> c.bool(true, false).get(1), "bool[] {false}"),
                row("a new axis and an ellipsis",
                        c -> c.count(2, 2, 2).get(Slice.newAxis(), Slice.ellipsis(), Slice.at(0)),
                        "f64[1,2,2] {0.0, 2.0, 4.0, 6.0}"),
                row("reverse", c -> c.count(2, 2).flip(), "f64[2,2] {3.0, 2.0, 1.0, 0.0}"),
                row("reverse one axis", c -> c.count(2, 2).flip(-1), "f64[2,2] {1.0, 0.0, 3.0, 2.0}"),
                row("reverse nothing", c -> c.count(0).flip(), "f64[0] {}"),
                row("pad", c -> c.count(2).pad(0, 1, 2, 7), "f64[5] {7.0, 0.0, 1.0, 7.0, 7.0}"),
                row("pad rows", c -> c.i32(1, 2).reshape(1, 2).pad(0, 1, 0, -1), "i32[2,2] {-1, -1, 1, 2}"),
                row("pad by less than nothing", c -> c.count(4).pad(0, -1, 1, 7),
                        "f64[4] {1.0, 2.0, 3.0, 7.0}"),
                row("pad all away", c -> c.count(3).pad(0, 2, -5, 7), "f64[0] {}"),
                row("pad with what is away", c -> c.count(2).pad(0, -3, 3, 7), "f64[2] {7.0, 7.0}"),
                row("pad bools", c -> c.bool(false).pad(0, 1, 0, 1), "bool[2] {true, false}"),
                row("concat", c -> Expr.concat(0, c.i64(1, 2), c.i64(), c.i64(3)), "i64[3] {1, 2, 3}"),
                row("concat of columns", c -> Expr.concat(-1, c.count(2, 1), c.count(2, 2)),
                        "f64[2,3] {0.0, 0.0, 1.0, 1.0, 2.0, 3.0}"),
                row("concat of rows of nothing", c -> Expr.concat(0, c.count(1, 0), c.count(2, 0)),
                        "f64[3,0] {}"),
                row("stack", c -> Expr.stack(-1, c.count(2), c.count(2)), "f64[2,2] {0.0, 0.0, 1.0, 1.0}"),
                row("split", c -> c.count(4).split(0, 2).get(1), "f64[2] {2.0, 3.0}"),
                row("split by sizes", c -> c.count(4).split(0, new int[]{1, -1}).get(1),
                        "f64[3] {1.0, 2.0, 3.0}"),
                row("roll", c -> c.count(4).roll(0, 1), "f64[4] {3.0, 0.0, 1.0, 2.0}"),
                row("roll backwards, around", c -> c.count(4).roll(0, -5), "f64[4] {1.0, 2.0, 3.0, 0.0}"),
                row("repeat", c -> c.count(2).repeat(0, 2), "f64[4] {0.0, 0.0, 1.0, 1.0}"),
                row("tile", c -> c.count(2).tile(0, 2), "f64[4] {0.0, 1.0, 0.0, 1.0}"));
    }

    static Stream<Arguments> reductions() {
        return Stream.of(
                row("sum of all", c -> c.count(2, 3).sum(), "f64[] {15.0}"),
                row("sum, axis 0", c -> c.count(2, 3).sum(0), "f64[3] {3.0, 5.0, 7.0}"),
                row("sum, axes 0 and 2", c -> c.count(2, 3, 2).sum(0, 2), "f64[3] {14.0, 22.0, 30.0}"),
                row("sum starts at +0", c -> c.f64(-0.0, -0.0).sum(), "f64[] {0.0}"),
                row("sum over nothing", c -> c.count(2, 0).sum(1), "f64[2] {0.0, 0.0}"),
                row("sum of nothing over nothing", c -> c.count(0, 0).sum(1), "f64[0] {}"),
                row("sum over no axes", c -> c.g.constant(FLOAT64, 3).sum(), "f64[] {3.0}"),
                row("sum, i32 wraps", c -> c.i32(Integer.MAX_VALUE, 1).sum(), "i32[] {-2147483648}"),
                row("max", c -> c.f64(1, 5, -2, -7, -5, -6).reshape(2, 3).max(1), "f64[2] {5.0, -5.0}"),
                row("max with NaN", c -> c.f64(1, NAN, 3, 4).reshape(2, 2).max(0), "f64[2] {3.0, NaN}"),
                row("max over nothing", c -> c.count(2, 0).max(1), "f64[2] {-Infinity, -Infinity}"),
                row("max over nothing, i32", c -> c.i32().max(), "i32[] {-2147483648}"),
                row("max over nothing, i64", c -> c.i64().max(), "i64[] {-9223372036854775808}"),
                row("min", c -> c.f64(1, 5, -2, -7, -5, -6).reshape(2, 3).min(1), "f64[2] {-2.0, -7.0}"),
                row("min with NaN", c -> c.f64(1, NAN, 3, 4).reshape(2, 2).min(0), "f64[2] {1.0, NaN}"),
                row("min of zeros", c -> c.f64(0, -0.0, 0).min(), "f64[] {-0.0}"),
                row("min over nothing", c -> c.count(2, 0).min(1), "f64[2] {Infinity, Infinity}"),
                row("min over nothing, i32", c -> c.i32().min(), "i32[] {2147483647}"),
                row("min over nothing, i64", c -> c.i64().min(), "i64[] {9223372036854775807}"),
                row("prod", c -> c.f64(1, 5, -2, -7, -5, -6).reshape(2, 3).prod(1), "f64[2] {-10.0, -210.0}"),
                row("prod with zeros", c -> c.f64(-0.0, 2, INF, 0).reshape(2, 2).prod(1),
                        "f64[2] {-0.0, NaN}"),
                row("prod over nothing", c -> c.count(2, 0).prod(1), "f64[2] {1.0, 1.0}"),
                row("prod, i32 wraps", c -> c.i32(1 << 20, 1 << 12, 5).prod(), "i32[] {0}"),
                row("prod, i64", c -> c.i64(3, -5).prod(0), "i64[] {-15}"),
                row("any", c -> c.bool(false, true, false, false).reshape(2, 2).any(1),
                        "bool[2] {true, false}"),
                row("any over nothing", c -> c.bool().any(), "bool[] {false}"),
                row("all", c -> c.bool(false, true, true, true).reshape(2, 2).all(1),
                        "bool[2] {false, true}"),
                row("all over nothing", c -> c.bool().all(), "bool[] {true}"),
                row("cumsum", c -> c.count(2, 3).cumsum(1), "f64[2,3] {0.0, 1.0, 3.0, 3.0, 7.0, 12.0}"),
                row("cumsum, axis 0", c -> c.count(2, 3).cumsum(0),
                        "f64[2,3] {0.0, 1.0, 2.0, 3.0, 5.0, 7.0}"),
                row("cumsum, exclusive", c -> c.f64(1, 2, 3).cumsum(0, true, false),
                        "f64[3] {0.0, 1.0, 3.0}"),
                row("cumsum, reverse", c -> c.f64(1, 2, 3).cumsum(0, false, true), "f64[3] {6.0, 5.0, 3.0}"),
                row("cumsum, exclusive and reverse", c -> c.f64(1, 2, 3).cumsum(0, true, true),
                        "f64[3] {5.0, 3.0, 0.0}"),
                row("cumsum starts at +0", c -> c.f64(-0.0, -0.0).cumsum(0), "f64[2] {0.0, 0.0}"),
                row("cumsum of nothing", c -> c.count(2, 0).cumsum(1), "f64[2,0] {}"),
                row("cumsum, i32 wraps", c -> c.i32(Integer.MAX_VALUE, 1, 1).cumsum(0),
                        "i32[3] {2147483647, -2147483648, -2147483647}"),
                row("argsort", c -> c.f64(3, 1, 2, 0, 9, -5).reshape(2, 3).argSort(1),
                        "i32[2,3] {1, 2, 0, 2, 0, 1}"),
                row("argsort, axis 0", c -> c.f64(3, 1, 2, 0, 9, 1).reshape(3, 2).argSort(0),
                        "i32[3,2] {1, 1, 0, 0, 2, 2}"),
                row("argsort, descending", c -> c.i32(3, 1, 2, 3).argSort(0, true), "i32[4] {0, 3, 2, 1}"),
                row("argsort keeps the order of equals", c -> c.i64(1, 0, 1, 0, 1).argSort(0),
                        "i32[5] {1, 3, 0, 2, 4}"),
                row("argsort of zeros", c -> c.f64(0, -0.0, 0, -1).argSort(0), "i32[4] {3, 0, 1, 2}"),
                row("argsort with NaN", c -> c.f64(NAN, INF, -INF, NAN, 0).argSort(0),
                        "i32[5] {2, 4, 1, 0, 3}"),
                row("argsort with NaN, descending", c -> c.f64(1, NAN, INF, -INF, NAN).argSort(0, true),
                        "i32[5] {1, 4, 2, 0, 3}"),
                row("argsort of bools", c -> c.bool(true, false, true, false).argSort(0),
                        "i32[4] {1, 3, 0, 2}"),
                row("argsort, i64", c -> c.i64(1L << 60, MIN64, (1L << 60) - 1).argSort(0),
                        "i32[3] {1, 2, 0}"),
                row("argsort of nothing", c -> c.count(2, 0).argSort(1), "i32[2,0] {}"),
                row("argsort of one", c -> c.count(2, 1).argSort(1), "i32[2,1] {0, 0}"),
                row("sort", c -> c.f64(NAN, 2, -0.0, 0, -INF).sort(0),
                        "f64[5] {-Infinity, -0.0, 0.0, 2.0, NaN}"),
                row("sort, descending", c -> c.i32(3, 1, 4, 1, 5, 9).reshape(2, 3).sort(-1, true),
                        "i32[2,3] {4, 3, 1, 9, 5, 1}"),
                row("sort, axis 0", c -> c.i32(3, 1, 4, 1, 5, 0).reshape(2, 3).sort(0),
                        "i32[2,3] {1, 1, 0, 3, 5, 4}"),
                row("sort of bools", c -> c.bool(true, false, true).sort(0), "bool[3] {false, true, true}"),
                row("topK", c -> c.f64(3, 7, 7, NAN, 1, 2).reshape(2, 3).topK(2, 1).values(),
                        "f64[2,2] {7.0, 7.0, NaN, 2.0}"),
                row("topK's indices", c -> c.f64(3, 7, 7, NAN, 1, 2).reshape(2, 3).topK(2, 1).indices(),
                        "i32[2,2] {1, 2, 0, 2}"),
                row("topK, axis 0", c -> c.i32(3, 7, 5, 1).reshape(2, 2).topK(1, 0).values(),
                        "i32[1,2] {5, 7}"),
                row("topK of none", c -> c.count(2, 3).topK(0, 1).values(), "f64[2,0] {}"),
                row("takeAlongAxis", c -> c.count(2, 3).takeAlongAxis(c.i32(2, 0, 0, 1).reshape(2, 2), 1),
                        "f64[2,2] {2.0, 0.0, 3.0, 4.0}"),
                row("takeAlongAxis, axis 0",
                        c -> c.count(2, 3).takeAlongAxis(c.i64(1, 0, 1).reshape(1, 3), 0),
                        "f64[1,3] {3.0, 1.0, 5.0}"),
                row("takeAlongAxis broadcasts the indices",
                        c -> c.count(2, 3).takeAlongAxis(c.i32(2).reshape(1, 1), 1), "f64[2,1] {2.0, 5.0}"),
                row("takeAlongAxis broadcasts the elements",
                        c -> c.count(1, 3).takeAlongAxis(c.i32(2, 1).reshape(2, 1), -1),
                        "f64[2,1] {2.0, 1.0}"),
                row("takeAlongAxis of a matrix of one",
                        c -> c.count(1, 1).takeAlongAxis(c.i32(0, 0).reshape(1, 2), 1),
                        "f64[1,2] {0.0, 0.0}"),
                row("takeAlongAxis of a vector", c -> c.f64(7, 8).takeAlongAxis(c.i32(1, 1, 0), 0),
                        "f64[3] {8.0, 8.0, 7.0}"),
                row("argmin", c -> c.f64(5, 1, 1, -7, -8, -6).reshape(2, 3).argmin(1), "i32[2] {1, 1}"),
                row("argmin with NaN", c -> c.f64(-INF, NAN, NAN).argmin(0), "i32[] {1}"),
                row("argmin over nothing", c -> c.count(2, 0).argmin(1), "i32[2] {0, 0}"),
                row("argmin of zeros", c -> c.f64(0, -0.0).argmin(0), "i32[] {0}"),
                row("argmin, i64", c -> c.i64(Long.MAX_VALUE, 1L << 60, (1L << 60) - 1).argmin(0),
                        "i32[] {2}"),
                row("argmax", c -> c.f64(1, 5, 5, -7, -8, -6).reshape(2, 3).argmax(1), "i32[2] {1, 2}"),
                row("argmax, axis 0", c -> c.f64(1, 5, 2, 4).reshape(2, 2).argmax(0), "i32[2] {1, 0}"),
                row("argmax with NaN", c -> c.f64(INF, NAN, NAN).argmax(0), "i32[] {1}"),
                row("argmax over nothing", c -> c.count(2, 0).argmax(1), "i32[2] {0, 0}"),
                row("argmax of zeros", c -> c.f64(-0.0, 0).argmax(0), "i32[] {0}"),
                row("argmax, i64", c -> c.i64(MIN64, 1L << 60, (1L << 60) + 1).argmax(0), "i32[] {2}"));
    }

    static Stream<Arguments> contractions() {
        return Stream.of(
                row("matmul", c -> c.count(2, 3).matmul(c.count(3, 2)), "f64[2,2] {10.0, 13.0, 28.0, 40.0}"),
                row("vector times vector", c -> c.f64(1, 2).matmul(c.f64(3, 4)), "f64[] {11.0}"),
                row("batches", c -> c.count(2, 1, 2).matmul(c.count(2, 2, 1)), "f64[2,1,1] {1.0, 13.0}"),
                row("nothing to contract: outer product",
                        c -> c.f64(1, 2).dot(c.f64(3, 4), List.of(), List.of(), List.of(), List.of()),
                        "f64[2,2] {3.0, 4.0, 6.0, 8.0}"),
                row("over an empty axis", c -> c.count(2, 0).matmul(c.count(0, 2)),
                        "f64[2,2] {0.0, 0.0, 0.0, 0.0}"),
                row("two contracting axes, crossed",
                        c -> c.count(2, 2).dot(c.count(2, 2), List.of(), List.of(), List.of(0, 1),
                                List.of(1, 0)),
                        "f64[] {13.0}"),
                row("batch axis behind",
                        c -> c.count(2, 2).dot(c.count(2, 2), List.of(1), List.of(1), List.of(0), List.of(0)),
                        "f64[2] {4.0, 10.0}"),
                row("free axes of both",
                        c -> c.count(2, 1, 2).dot(c.f64(1, 10).reshape(2, 1), List.of(), List.of(),
                                List.of(0), List.of(0)),
                        "f64[1,2,1] {20.0, 31.0}"),
                row("i32 wraps", c -> c.i32(1 << 16, 1).matmul(c.i32(1 << 16, 5)), "i32[] {5}"));
    }

    static Stream<Arguments> indexed() {
        return Stream.of(
                row("gather", c -> c.count(3, 2).gather(c.i32(2, 0, 2), 0),
                        "f64[3,2] {4.0, 5.0, 0.0, 1.0, 4.0, 5.0}"),
                row("gather, axis 1", c -> c.count(2, 3).gather(c.i64(2, 1), 1),
                        "f64[2,2] {2.0, 1.0, 5.0, 4.0}"),
                row("gather by a scalar", c -> c.count(3, 2).gather(c.g.constant(INT32, 1), 0),
                        "f64[2] {2.0, 3.0}"),
                row("gather by a matrix", c -> c.f64(7, 8).gather(c.i32(1, 0, 0, 1).reshape(2, 2), 0),
                        "f64[2,2] {8.0, 7.0, 7.0, 8.0}"),
                row("gather of nothing", c -> c.count(0, 2).gather(c.i32(), 0), "f64[0,2] {}"),
                row("gather of bools", c -> c.bool(true, false).gather(c.i32(1, 0), 0),
                        "bool[2] {false, true}"),
                row("scatter-add", c -> c.f64(1, 1, 1).scatterAdd(c.i32(2, 0, 2), c.f64(5, 6, 7), 0),
                        "f64[3] {7.0, 1.0, 13.0}"),
                row("scatter-add, axis 1",
                        c -> c.count(2, 2).scatterAdd(c.i64(1), c.f64(10, 20).reshape(2, 1), 1),
                        "f64[2,2] {0.0, 11.0, 2.0, 23.0}"),
                row("scatter-add of ints", c -> c.i32(1, 2).scatterAdd(c.i32(1, 1), c.i32(3, 4), 0),
                        "i32[2] {1, 9}"),
                row("scatter-add of nothing", c -> c.f64(1).scatterAdd(c.i32(), c.f64(), 0), "f64[1] {1.0}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"leaves", "elementwise", "movement", "parts", "reductions", "contractions", "indexed"})
    void gives(String name, Function<Case, Expr> value, String expected) {
        GraphBuilder g = Graph.builder("g");
        g.function("f").returns("value", value.apply(new Case(g)));
        RefTensor result = Interpreter.run(g.build(), "f", Map.of(), Map.of(), 0, 0).result("value");
        assertEquals(expected, result.toTensor().toString());
    }

    /** Made by the compiler only, so that the language has no word for it. */
    @Test
    void partialSumAddsBlocksOfNeighbours() {
        assertEquals("f64[3,2] {2.0, 4.0, 10.0, 12.0, 8.0, 9.0}", partialSum(0, 5, 2),
                "last block is shorter");
        assertEquals("f64[2,1] {10.0, 35.0}", partialSum(1, 2, 5), "one block");
        assertEquals("f64[0,2] {}", partialSum(0, 0, 2), "no block");
    }

    private static String partialSum(int axis, int rows, int columns) {
        Tensor count = counted(rows, columns);
        NodeFactory nodes = NodeFactory.plain();
        Node x = nodes.make(new Op.Constant(Literal.of(count)), List.of(), null, null);
        Node sum = nodes.make(new Op.PartialSum(axis, axis == 0 ? 2 : 5), List.of(x), null, null);
        return Interpreter.evaluate(sum.op(), sum.type(), List.of(count)).toString();
    }
}
