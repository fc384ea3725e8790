package dev.covector.compiler.loop;

import dev.covector.compiler.loop.Stmt.Let;
import dev.covector.compiler.loop.Value.BinaryOp;
import dev.covector.compiler.loop.Value.UnaryOp;
import dev.covector.graph.ir.CompareKind;
import dev.covector.runtime.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes arithmetic on one floating type down, step by step: what the functions of this package are made of.
 *
 * <p>Of float32 it has two forms, which give the same bits. The usual one works on the bits of numbers, and selects. The
 * <i>plain</i> one is for loops that HotSpot's C2 is to vectorise: until JDK 26 it has no vector form for the moves
 * between a float and its bits, none for shifts by a variable, and none for selecting, unless by flags. So powers of 2
 * are multiplied together, a sign is a factor, and bounds are {@link Math#min} and {@link Math#max}, all of which it
 * has. In vectors it takes a third longer than the usual form, and one by one about as long.
 */
class Arithmetic {
    /** Close to 2^(h/64) for |h| ≤ 75: within one 512th, so that its 64th power is within an eighth. */
    private static final double[] ROOT_OF_POWER = {0.9990044236183167, 0.010893472470343113,
        6.096547076595016e-05, 1.9390934369312163e-07};

    /** Whether the type is float64. */
    final boolean wide;
    /** Bits of a number's mantissa that are stored. */
    final int mantissa;
    /** What is added to an exponent of 2 where it is stored. */
    final int bias;
    /** Whether no step looks at bits or selects. */
    final boolean plain;

    private final DType real;
    private final DType integer;
    private final List<Let> steps;

    /** With {@code plain}, in the plain form if the type has one and the functions used do. */
    Arithmetic(DType real, boolean plain) {
        this(real, plain && real == DType.FLOAT32, new ArrayList<>());
    }

    /** Writes after what {@code other} has written, and before what it will write. */
    Arithmetic(Arithmetic other) {
        this(other.real, other.plain, other.steps);
    }

    private Arithmetic(DType real, boolean plain, List<Let> steps) {
        this.real = real;
        this.plain = plain;
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

    /** For a bound that is not 0. NaN stays NaN. Java's minimum also orders zeros, which takes longer than selecting. */
    final Value atMost(Value x, double bound) {
        return plain ? min(x, real(bound)) : select(lessThan(real(bound), x), real(bound), x);
    }

    /** The same from below. */
    final Value atLeast(Value x, double bound) {
        return plain ? max(x, real(bound)) : select(lessThan(x, real(bound)), real(bound), x);
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

    /** A number that is not negative, with the sign of {@code x}; it is 0 where {@code x} is. */
    final Value withSign(Value magnitude, Value x) {
        return plain ? mul(magnitude, unary(UnaryOp.SIGN, x))
                : number(binary(BinaryOp.OR, bits(magnitude), sign(x)));
    }

    /** {@code -|x|} */
    final Value negativeMagnitude(Value x) {
        return plain ? neg(abs(x))
                : number(binary(BinaryOp.OR, bits(x), integer(either(-0x1p31, -0x1p63))));
    }

    /** 2^(e - bias) of the last bits of an integer, for 0 < e < 2 bias + 2; 0 for e = 0. */
    final Value power(Value e) {
        return number(binary(BinaryOp.SHL, e, integer(mantissa)));
    }

    /** {@code a < b ? x : y} for finite x and y, neither of which is -0; NaN may also become NaN. */
    final Value selectLess(Value a, Value b, Value x, Value y) {
        if (!plain) {
            return select(lessThan(a, b), x, y);
        }
        Value less = max(unary(UnaryOp.SIGN, sub(b, a)), real(0));
        return fma(less, x, mul(sub(real(1), less), y));
    }

    /**
     * 2^h for a whole h with |h| ≤ 75, as a real; NaN for NaN. Something close to it is rounded to one bit (Dekker's way to
     * halve a number, which takes the power nearest to three quarters to one and a half of it).
     */
    final Value plainPower(Value h) {
        Value close = polynomial(ROOT_OF_POWER, h);
        for (int doublings = 0; doublings < 6; doublings++) {
            close = mul(close, close);
        }
        Value large = mul(close, real((1 << mantissa) + 1));
        return sub(large, sub(large, close));
    }

    /** By Horner's scheme, from the coefficient of x⁰ on. */
    final Value polynomial(double[] coefficients, Value x) {
        Value sum = real(coefficients[coefficients.length - 1]);
        for (int i = coefficients.length - 2; i >= 0; i--) {
            sum = fma(sum, x, real(coefficients[i]));
        }
        return sum;
    }

    /**
     * The same as the sum of its even and its odd powers, each by Horner's scheme for x²: as many operations, in a chain half as
     * long. For a small x, since the two may cancel where it is great.
     */
    final Value polynomial(double[] coefficients, Value x, Value square) {
        int last = coefficients.length - 1;
        Value[] sums = new Value[2];
        for (int i = last; i >= 0; i--) {
            Value coefficient = real(coefficients[i]);
            sums[i % 2] = i >= last - 1 ? coefficient : fma(sums[i % 2], square, coefficient);
        }
        return fma(sums[1], x, sums[0]);
    }

    private Value step(Value value) {
        steps.add(new Let(value));
        return value;
    }
}
