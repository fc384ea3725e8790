package dev.covector.compiler.loop;

import dev.covector.compiler.loop.Stmt.Let;
import dev.covector.compiler.loop.Value.BinaryOp;
import dev.covector.compiler.loop.Value.UnaryOp;
import dev.covector.graph.ir.CompareKind;
import dev.covector.runtime.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * Exponential, logarithm, hyperbolic tangent and sigmoid as arithmetic without branches, so that scalar and
 * vector code of any width compute the same bits. The errors are at most, in units of the last place:
 *
 * <table>
 * <caption>Errors</caption>
 * <tr><th>function</th><th>float32</th><th>float64</th></tr>
 * <tr><td>exp</td><td>1</td><td>2</td></tr>
 * <tr><td>log</td><td>1</td><td>2</td></tr>
 * <tr><td>tanh</td><td>2</td><td>3</td></tr>
 * <tr><td>sigmoid</td><td>2</td><td>3</td></tr>
 * </table>
 *
 * <p>Subnormal numbers, zeros, infinities and NaN are treated as {@link StrictMath} does. The polynomials
 * interpolate in the Chebyshev nodes of their intervals, which is close to the best of their degree.
 */
public final class MathFunctions {
    /** (e^r - 1 - r) / r² for |r| ≤ ln 2 / 2. */
    private static final double[] EXP32 = {0.5, 0.1666666716337204, 0.041666463017463684, 0.00833331048488617,
        0.0013933731243014336, 0.000198910798644647};
    private static final double[] EXP64 = {0.5, 0.1666666666666667, 0.04166666666666667, 0.008333333333326084,
        0.0013888888888883711, 0.0001984126987500228, 2.480158732567746e-05, 2.755725517000089e-06,
        2.755727347871858e-07, 2.5105312729622103e-08, 2.09147553258932e-09};
    /** (ln(1 + f) - f + f² / 2) / f³ for 1 + f between √½ and √2. */
    private static final double[] LOG32 = {0.3333333134651184, -0.2499999701976776, 0.20000715553760529,
        -0.1666780263185501, 0.14249058067798615, -0.12425687164068222, 0.11685419827699661,
        -0.11479733884334564, 0.06971611827611923};
    /** (2 atanh(s) - 2 s) / s³ by s², for s = f / (2 + f) and f as above. */
    private static final double[] LOG64 = {0.6666666666666666, 0.40000000000000885, 0.28571428570799784,
        0.22222222392581045, 0.18181795547521137, 0.15386244737621665, 0.13268638369266825,
        0.13088034850927555};

    private static final double LOG2_E = 1.4426950408889634;

    /**
     * What differs between the two types; ln 2 has a first part short enough that its multiples are exact.
     */
    private record Format(DType real, DType integer, int mantissa, int bias, double[] exp, double ln2High,
            double ln2Low, double expMin, double expMax, double tanhMax, double minNormal, double sqrtHalf) {
        static final Format F32 = new Format(DType.FLOAT32, DType.INT32, 23, 127, EXP32, 0.693145751953125,
                1.428606765330187e-06, -104, 89, 9.2, 0x1p-126, 0x3f3504f3);
        static final Format F64 = new Format(DType.FLOAT64, DType.INT64, 52, 1023, EXP64, 0.6931471805598903,
                5.497923018708371e-14, -746, 710, 20, 0x1p-1022, 0x3fe6a09eL << 32);

        /** Adding it rounds to an integer, which then is in the last bits. */
        double magic() {
            return 1.5 * (1L << mantissa);
        }

        double magicBits() {
            return mantissa == 23 ? Float.floatToRawIntBits((float) magic())
                    : Double.doubleToRawLongBits(magic());
        }

        double signBit() {
            return mantissa == 23 ? Integer.MIN_VALUE : Long.MIN_VALUE;
        }
    }

    private final Format format;
    private final List<Let> steps = new ArrayList<>();

    private MathFunctions(Format format) {
        this.format = format;
    }

    /**
     * The definitions that {@code function} stands for, the last one its result; none if it is an operation.
     */
    public static List<Let> expand(Value.Unary function) {
        UnaryOp op = function.op();
        if (op != UnaryOp.EXP && op != UnaryOp.LOG && op != UnaryOp.TANH && op != UnaryOp.SIGMOID) {
            return List.of();
        }
        boolean wide = function.dtype() == DType.FLOAT64;
        MathFunctions f = new MathFunctions(wide ? Format.F64 : Format.F32);
        Value x = function.x();
        switch (op) {
            case EXP -> f.exp(x);
            case LOG -> f.log(x);
            case TANH -> f.tanh(x);
            default -> f.sigmoid(x);
        }
        return List.copyOf(f.steps);
    }

    /** x = n ln 2 + r: 2^n, and e^r - 1. */
    private record Reduced(Value n, Value expm1) {}

    private Reduced reduce(Value x) {
        Value shifted = fma(x, real(LOG2_E), real(format.magic()));
        Value whole = op(BinaryOp.SUB, shifted, real(format.magic()));
        Value n = op(BinaryOp.SUB, bits(shifted), integer(format.magicBits()));
        Value r = fma(whole, real(-format.ln2High()), x);
        r = fma(whole, real(-format.ln2Low()), r);
        Value q = polynomial(format.exp(), r);
        return new Reduced(n, fma(op(BinaryOp.MUL, r, r), q, r));
    }

    /** The scale goes in two steps: so that overflow gives ∞, and a subnormal result is rounded once. */
    private Value exp(Value x) {
        Value bounded = op(BinaryOp.MAX, op(BinaryOp.MIN, x, real(format.expMax())), real(format.expMin()));
        Reduced e = reduce(bounded);
        Value exponents = op(BinaryOp.ADD, e.n(), integer(2 * format.bias()));
        Value first = op(BinaryOp.USHR, exponents, integer(1));
        Value second = op(BinaryOp.SUB, exponents, first);
        Value mantissa = op(BinaryOp.ADD, e.expm1(), real(1));
        return op(BinaryOp.MUL, op(BinaryOp.MUL, mantissa, power(first)), power(second));
    }

    /** 2^(e - bias). */
    private Value power(Value biased) {
        return number(op(BinaryOp.SHL, biased, integer(format.mantissa())));
    }

    /** (e^2x - 1) / (e^2x + 1), by e^2x - 1 without cancellation; of |x|, with the sign of x. */
    private Value tanh(Value x) {
        Value bounded = op(BinaryOp.MIN, unary(UnaryOp.ABS, x), real(format.tanhMax()));
        Reduced e = reduce(op(BinaryOp.ADD, bounded, bounded));
        Value scale = power(op(BinaryOp.ADD, e.n(), integer(format.bias())));
        Value expm1 = fma(scale, e.expm1(), op(BinaryOp.SUB, scale, real(1)));
        Value magnitude = shareOf(expm1, expm1, real(2));
        Value sign = op(BinaryOp.AND, bits(x), integer(format.signBit()));
        return number(op(BinaryOp.OR, bits(magnitude), sign));
    }

    /** 1 / (1 + e^-x), of which e^-|x| keeps the relative error small where the result is. */
    private Value sigmoid(Value x) {
        Value e = exp(unary(UnaryOp.NEG, unary(UnaryOp.ABS, x)));
        Value numerator = select(compare(CompareKind.LT, x, real(0)), e, real(1));
        return shareOf(numerator, e, real(1));
    }

    /**
     * a / (b + c) for positive b and c, rounded about once: what is lost in the sum and in the quotient is known
     * exactly, and mends the quotient (Dekker, "A Floating-Point Technique for Extending the Available Precision", 1971).
     */
    private Value shareOf(Value a, Value b, Value c) {
        Value sum = op(BinaryOp.ADD, b, c);
        Value larger = op(BinaryOp.MAX, b, c);
        Value lost = op(BinaryOp.SUB, op(BinaryOp.MIN, b, c), op(BinaryOp.SUB, sum, larger));
        Value inverse = op(BinaryOp.DIV, real(1), sum);
        Value quotient = op(BinaryOp.MUL, a, inverse);
        Value negated = unary(UnaryOp.NEG, quotient);
        Value rest = fma(negated, lost, fma(negated, sum, a));
        return fma(rest, inverse, quotient);
    }

    /** x = 2^k (1 + f). */
    private Value log(Value x) {
        int up = format.mantissa() + 2;
        Value subnormal = compare(CompareKind.LT, x, real(format.minNormal()));
        Value normal = select(subnormal, op(BinaryOp.MUL, x, real(Math.scalb(1.0, up))), x);
        Value fromSqrtHalf = op(BinaryOp.SUB, bits(normal), integer(format.sqrtHalf()));
        Value exponent = op(BinaryOp.SHR, fromSqrtHalf, integer(format.mantissa()));
        Value fraction = op(BinaryOp.AND, fromSqrtHalf, integer((double) ((1L << format.mantissa()) - 1)));
        Value f = op(BinaryOp.SUB, number(op(BinaryOp.ADD, fraction, integer(format.sqrtHalf()))), real(1));
        Value k = op(BinaryOp.SUB, number(op(BinaryOp.ADD, exponent, integer(format.magicBits()))),
                select(subnormal, real(format.magic() + up), real(format.magic())));
        Value finite =
                fma(k, real(format.ln2High()), format.mantissa() == 23 ? log1p32(f, k) : log1p64(f, k));
        Value positive = select(compare(CompareKind.LT, x, real(Double.POSITIVE_INFINITY)), finite, x);
        Value zeroOrLess = select(compare(CompareKind.EQ, x, real(0)), real(Double.NEGATIVE_INFINITY),
                real(Double.NaN));
        return select(compare(CompareKind.GT, x, real(0)), positive, zeroOrLess);
    }

    /** ln(1 + f), and k times the second part of ln 2. */
    private Value log1p32(Value f, Value k) {
        Value square = op(BinaryOp.MUL, f, f);
        Value rest = fma(op(BinaryOp.MUL, square, f), polynomial(LOG32, f),
                op(BinaryOp.MUL, k, real(format.ln2Low())));
        return op(BinaryOp.ADD, f, fma(square, real(-0.5), rest));
    }

    /** As {@link #log1p32}, by way of f - (f²/2 - s (f²/2 + R(s²))), whose large part is exact. */
    private Value log1p64(Value f, Value k) {
        Value s = op(BinaryOp.DIV, f, op(BinaryOp.ADD, f, real(2)));
        Value z = op(BinaryOp.MUL, s, s);
        Value half = op(BinaryOp.MUL, op(BinaryOp.MUL, f, f), real(0.5));
        Value inner = fma(s, fma(z, polynomial(LOG64, z), half), op(BinaryOp.MUL, k, real(format.ln2Low())));
        return op(BinaryOp.SUB, f, op(BinaryOp.SUB, half, inner));
    }

    /** By Horner's scheme, from the coefficient of x⁰ on. */
    private Value polynomial(double[] coefficients, Value x) {
        Value sum = real(coefficients[coefficients.length - 1]);
        for (int i = coefficients.length - 2; i >= 0; i--) {
            sum = fma(sum, x, real(coefficients[i]));
        }
        return sum;
    }

    private Value real(double value) {
        return new Value.Constant(format.real(), value);
    }

    /** Of the bits needed here, all are exact in a double. */
    private Value integer(double value) {
        return new Value.Constant(format.integer(), value);
    }

    private Value bits(Value real) {
        return step(new Value.Unary(format.integer(), UnaryOp.TO_BITS, real));
    }

    private Value number(Value bits) {
        return step(new Value.Unary(format.real(), UnaryOp.FROM_BITS, bits));
    }

    private Value unary(UnaryOp op, Value x) {
        return step(new Value.Unary(x.dtype(), op, x));
    }

    private Value op(BinaryOp op, Value a, Value b) {
        return step(new Value.Binary(a.dtype(), op, a, b));
    }

    private Value fma(Value a, Value b, Value c) {
        return step(new Value.Fma(format.real(), a, b, c));
    }

    private Value compare(CompareKind kind, Value a, Value b) {
        return step(new Value.Compare(kind, a, b));
    }

    private Value select(Value condition, Value a, Value b) {
        return step(new Value.Select(format.real(), condition, a, b));
    }

    private Value step(Value value) {
        steps.add(new Let(value));
        return value;
    }
}
