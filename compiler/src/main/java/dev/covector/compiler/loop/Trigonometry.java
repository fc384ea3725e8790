package dev.covector.compiler.loop;

import dev.covector.compiler.loop.Value.BinaryOp;
import dev.covector.compiler.loop.Value.UnaryOp;

/**
 * Sine, cosine and tangent of x = n π/2 + r for a whole n and |r| ≤ π/4. The reduction takes n times three parts of π/2
 * from x (Cody and Waite, "Software Manual for the Elementary Functions", 1980). The first difference is exact by fma, and
 * what is lost in the second one is kept, so that r is right to the last place whatever cancels.
 *
 * <p>That is right as long as n is small beside what the three parts hold. The rare greater x are left to {@link
 * StrictMath}, which has hundreds of digits of π: in arithmetic without branches they would cost more than all the rest.
 */
final class Trigonometry extends Arithmetic {
    /** (sin(r) - r) / r³ by r². */
    private static final double[] SIN32 =
            {-0.16666653752326965, 0.008332119323313236, -0.00019510544370859861};
    private static final double[] SIN64 = {-0.1666666666666663, 0.00833333333332188, -0.0001984126982940168,
        2.7557313554567605e-06, -2.5050736875202225e-08, 1.589557030938139e-10};
    /** (cos(r) - 1 + r² / 2) / r⁴ by r². */
    private static final double[] COS32 =
            {0.04166664555668831, -0.0013887310633435845, 2.443248376948759e-05};
    private static final double[] COS64 =
            {0.041666666666666595, -0.0013888888888873377, 2.480158728902731e-05,
                -2.7557314222805186e-07, 2.087570579559317e-09, -1.1358745330788374e-11};
    /** (tan(r) - r) / r³ by r². */
    private static final double[] TAN32 = {0.3333335220813751, 0.13332588970661163, 0.05406771972775459,
        0.021243905648589134, 0.010931529104709625, -2.865768692572601e-05, 0.004433449823409319};
    private static final double[] TAN64 = {0.3333333333333267, 0.13333333333428024, 0.05396825392064232,
        0.02186948974701201, 0.008863217289464613, 0.0035923054891183006, 0.001454660813516166,
        0.0005954645013554101, 0.0002212236445568123, 0.00013886745069347547, -2.96385555468282e-05,
        9.240201123631587e-05, -4.644988576662073e-05, 2.1237513546991184e-05};

    private static final double TWO_BY_PI = 0.6366197723675814;
    /** π/2 is the sum of these. */
    private static final double[] PARTS32 =
            {1.5707963705062866, -4.371138828673793e-08, -1.7151245100058819e-15};
    private static final double[] PARTS64 =
            {1.5707963267948966, 6.123233995736766e-17, -1.4973849048591691e-33};

    Trigonometry(Arithmetic arithmetic) {
        super(arithmetic);
    }

    /** The last bits of {@code n} are those of the whole number; r is the rounded sum of the other two. */
    private record Reduced(Value n, Value high, Value low, Value r) {}

    private Reduced reduce(Value x) {
        double[] parts = either(PARTS32, PARTS64);
        Value shifted = fma(x, real(TWO_BY_PI), real(magic()));
        Value whole = sub(shifted, real(magic()));
        Value first = fma(whole, real(-parts[0]), x);
        Value second = mul(whole, real(parts[1]));
        Value high = sub(first, second);
        // The first is a multiple of the second's last place, so what is lost in their difference can be told exactly.
        Value ofDifference = sub(sub(first, high), second);
        Value ofProduct = fma(whole, real(parts[1]), neg(second));
        Value low = fma(whole, real(-parts[2]), sub(ofDifference, ofProduct));
        return new Reduced(bits(shifted), high, low, add(high, low));
    }

    private Value orStrict(UnaryOp function, Value x, Value usual) {
        return fallback(usual, function, x, either(1e5, 1e9));
    }

    private Value isOdd(Value n) {
        return equal(binary(BinaryOp.AND, n, integer(1)), integer(1));
    }

    /** sin(n π/2 + r). */
    private Value sin(Value n, Value r) {
        Value z = mul(r, r);
        Value sin = fma(mul(z, r), polynomial(either(SIN32, SIN64), z), r);
        Value cos = fma(mul(z, z), polynomial(either(COS32, COS64), z), fma(z, real(-0.5), real(1)));
        Value sign = binary(BinaryOp.SHL, binary(BinaryOp.AND, n, integer(2)), integer(either(30, 62)));
        return number(binary(BinaryOp.XOR, bits(select(isOdd(n), cos, sin)), sign));
    }

    Value sin(Value x) {
        Reduced reduced = reduce(x);
        Value sin = sin(reduced.n(), reduced.r());
        return orStrict(UnaryOp.SIN, x, select(equal(x, real(0)), x, sin));
    }

    Value cos(Value x) {
        Reduced reduced = reduce(x);
        return orStrict(UnaryOp.COS, x, sin(add(reduced.n(), integer(1)), reduced.r()));
    }

    /** For odd n it is -1 / tan(r), mended by what was lost in the tangent and in the quotient. */
    Value tan(Value x) {
        Reduced reduced = reduce(x);
        Value r = reduced.r();
        Value z = mul(r, r);
        Value cubic = mul(mul(z, r), polynomial(either(TAN32, TAN64), z));
        // What is missing in r, times the slope of the tangent: nearly enough that is a parabola, and 2 at the ends.
        Value missing = sub(reduced.low(), sub(r, reduced.high()));
        Value rest = fma(missing, fma(z, real(1.6), real(1)), cubic);
        Value tan = add(r, rest);
        Value lost = sub(rest, sub(tan, r));
        Value inverse = div(real(-1), tan);
        Value error = fma(inverse, lost, fma(inverse, tan, real(1)));
        Value result = select(isOdd(reduced.n()), fma(inverse, error, inverse), tan);
        return orStrict(UnaryOp.TAN, x, select(equal(x, real(0)), x, result));
    }
}
