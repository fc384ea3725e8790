package dev.covector.compiler.loop;

import dev.covector.compiler.loop.Stmt.Let;
import dev.covector.compiler.loop.Value.BinaryOp;
import dev.covector.compiler.loop.Value.UnaryOp;
import dev.covector.graph.ir.CompareKind;
import dev.covector.runtime.DType;
import java.util.ArrayList;
import java.util.List;

/** Writes arithmetic on one floating type down, step by step: what the functions of this package are made of. */
class Arithmetic {
    /** Whether the type is float64. */
    final boolean wide;
    /** Bits of a number's mantissa that are stored. */
    final int mantissa;
    /** What is added to an exponent of 2 where it is stored. */
    final int bias;

    private final DType real;
    private final DType integer;
    private final List<Let> steps;

    Arithmetic(DType real) {
        this(real, new ArrayList<>());
    }

    /** Writes after what {@code other} has written, and before what it will write. */
    Arithmetic(Arithmetic other) {
        this(other.real, other.steps);
    }

    private Arithmetic(DType real, List<Let> steps) {
        this.real = real;
        this.steps = steps;
        wide = real == DType.FLOAT64;
        integer = wide ? DType.INT64 : DType.INT32;
        mantissa = wide ? 52 : 23;
        bias = wide ? 1023 : 127;
    }

    /** What has been written down. */
    final List<Let> steps() {
        return List.copyOf(steps);
    }

    final double either(double float32, double float64) {
        return wide ? float64 : float32;
    }

    final double[] either(double[] float32, double[] float64) {
        return wide ? float64 : float32;
    }

    /** Adding it rounds to an integer, half to even, which then is in the last bits. */
    final double magic() {
        return 1.5 * (1L << mantissa);
    }

    final Value magicBits() {
        return integer(wide ? (double) Double.doubleToRawLongBits(magic())
                : Float.floatToRawIntBits((float) magic()));
    }

    final Value real(double value) {
        return new Value.Constant(real, value);
    }

    /** Of the bits needed here, all are exact in a double. */
    final Value integer(double value) {
        return new Value.Constant(integer, value);
    }

    final Value infinity() {
        return real(Double.POSITIVE_INFINITY);
    }

    final Value add(Value a, Value b) {
        return binary(BinaryOp.ADD, a, b);
    }

    final Value sub(Value a, Value b) {
        return binary(BinaryOp.SUB, a, b);
    }

    final Value mul(Value a, Value b) {
        return binary(BinaryOp.MUL, a, b);
    }

    final Value div(Value a, Value b) {
        return binary(BinaryOp.DIV, a, b);
    }

    /** NaN stays NaN. Java's minimum also orders zeros, which takes the hardware three times as long. */
    final Value atMost(Value x, double bound) {
        return select(lessThan(real(bound), x), real(bound), x);
    }

    /** The same from below. */
    final Value atLeast(Value x, double bound) {
        return select(lessThan(x, real(bound)), real(bound), x);
    }

    final Value bounded(Value x, double min, double max) {
        return atLeast(atMost(x, max), min);
    }

    /** What is lost in a rounded sum a + b, exactly (Knuth, "The Art of Computer Programming", volume 2, 4.2.2). */
    final Value lostIn(Value sum, Value a, Value b) {
        Value part = sub(sum, a);
        return add(sub(a, sub(sum, part)), sub(b, part));
    }

    final Value min(Value a, Value b) {
        return binary(BinaryOp.MIN, a, b);
    }

    final Value max(Value a, Value b) {
        return binary(BinaryOp.MAX, a, b);
    }

    final Value binary(BinaryOp op, Value a, Value b) {
        return step(new Value.Binary(a.dtype(), op, a, b));
    }

    final Value fma(Value a, Value b, Value c) {
        return step(new Value.Fma(real, a, b, c));
    }

    final Value abs(Value x) {
        return unary(UnaryOp.ABS, x);
    }

    final Value neg(Value x) {
        return unary(UnaryOp.NEG, x);
    }

    final Value sqrt(Value x) {
        return unary(UnaryOp.SQRT, x);
    }

    private Value unary(UnaryOp op, Value x) {
        return step(new Value.Unary(x.dtype(), op, x));
    }

    final Value bits(Value number) {
        return step(new Value.Unary(integer, UnaryOp.TO_BITS, number));
    }

    final Value number(Value bits) {
        return step(new Value.Unary(real, UnaryOp.FROM_BITS, bits));
    }

    final Value lessThan(Value a, Value b) {
        return compare(CompareKind.LT, a, b);
    }

    final Value equal(Value a, Value b) {
        return compare(CompareKind.EQ, a, b);
    }

    final Value compare(CompareKind kind, Value a, Value b) {
        return step(new Value.Compare(kind, a, b));
    }

    final Value select(Value condition, Value a, Value b) {
        return step(new Value.Select(a.dtype(), condition, a, b));
    }

    final Value not(Value bool) {
        return unary(UnaryOp.NOT, bool);
    }

    /** {@code usual}, but {@link StrictMath}'s {@code function} of x where |x| is above {@code limit}. */
    final Value fallback(Value usual, UnaryOp function, Value x, double limit) {
        return step(new Value.Fallback(usual, function, x, limit));
    }

    /** The sign bit of a number. */
    final Value sign(Value x) {
        return binary(BinaryOp.AND, bits(x), integer(either(-0x1p31, -0x1p63)));
    }

    /** A number that is not negative, with the sign of {@code x}. */
    final Value withSign(Value magnitude, Value x) {
        return number(binary(BinaryOp.OR, bits(magnitude), sign(x)));
    }

    /** 2^(e - bias) for 0 < e < 2 bias + 2; 0 for e = 0. */
    final Value power(Value e) {
        return number(binary(BinaryOp.SHL, e, integer(mantissa)));
    }

    /** By Horner's scheme, from the coefficient of x⁰ on. */
    final Value polynomial(double[] coefficients, Value x) {
        Value sum = real(coefficients[coefficients.length - 1]);
        for (int i = coefficients.length - 2; i >= 0; i--) {
            sum = fma(sum, x, real(coefficients[i]));
        }
        return sum;
    }

    private Value step(Value value) {
        steps.add(new Let(value));
        return value;
    }
}
