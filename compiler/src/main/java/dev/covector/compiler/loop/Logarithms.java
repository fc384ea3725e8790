package dev.covector.compiler.loop;

import dev.covector.compiler.loop.Value.BinaryOp;
import dev.covector.graph.ir.CompareKind;

/** Functions made of ln(2^k (1 + f)) = k ln 2 + ln(1 + f) for a whole k and a small f. */
final class Logarithms extends Arithmetic {
    /** (ln(1 + f) - f + f² / 2) / f³ for 1 + f between √½ and √2. */
    private static final double[] LOG32 = {0.3333333134651184, -0.2499999701976776, 0.20000715553760529,
        -0.1666780263185501, 0.14249058067798615, -0.12425687164068222, 0.11685419827699661,
        -0.11479733884334564, 0.06971611827611923};
    /** (2 atanh(s) - 2 s) / s³ by s², for s = f / (2 + f) and f as above. */
    private static final double[] LOG64 = {0.6666666666666666, 0.40000000000000885, 0.28571428570799784,
        0.22222222392581045, 0.18181795547521137, 0.15386244737621665, 0.13268638369266825,
        0.13088034850927555};

    Logarithms(Arithmetic arithmetic) {
        super(arithmetic);
    }

    /** x = 2^k (1 + f). */
    record Parts(Value k, Value f) {}

    /** Of a positive, finite number. */
    Parts parts(Value x) {
        int up = mantissa + 2;
        Value subnormal = lessThan(x, real(either(0x1p-126, 0x1p-1022)));
        Value normal = select(subnormal, mul(x, real(Math.scalb(1.0, up))), x);
        return normalParts(normal, select(subnormal, real(magic() + up), real(magic())));
    }

    /** Of a number that is not subnormal; k is less by what {@code magic} is greater. */
    private Parts normalParts(Value x, Value magic) {
        Value sqrtHalf = integer(either(0x3f3504f3, 0x3fe6a09e * 0x1p32));
        Value fromSqrtHalf = sub(bits(x), sqrtHalf);
        Value exponent = binary(BinaryOp.SHR, fromSqrtHalf, integer(mantissa));
        Value fraction = binary(BinaryOp.AND, fromSqrtHalf, integer((double) ((1L << mantissa) - 1)));
        Value f = sub(number(add(fraction, sqrtHalf)), real(1));
        return new Parts(sub(number(add(exponent, magicBits())), magic), f);
    }

    /** The natural logarithm, for which {@code correction} is little. */
    private Value log(Parts x, Value correction) {
        Value rest = fma(x.k(), real(either(1.428606765330187e-06, 5.497923018708371e-14)), correction);
        Value ofFraction = wide ? log1p64(x.f(), rest) : log1p32(x.f(), rest);
        return fma(x.k(), real(either(0.693145751953125, 0.6931471805598903)), ofFraction);
    }

    Value log(Value x) {
        return ofPositive(x, log(parts(x), real(0)));
    }

    private Value ofPositive(Value x, Value finite) {
        Value positive = select(lessThan(x, infinity()), finite, x);
        Value zeroOrLess = select(equal(x, real(0)), real(Double.NEGATIVE_INFINITY), real(Double.NaN));
        return select(compare(CompareKind.GT, x, real(0)), positive, zeroOrLess);
    }

    /** The logarithm of the rounded sum u, and what was lost in it, c: ln(u + c) = ln(u) + c / u but for c². */
    private Value logOfSum(Value x, Value u) {
        Value lost = lostIn(u, x, real(1));
        return log(normalParts(u, real(magic())), div(lost, u));
    }

    Value log1p(Value x) {
        Value u = add(x, real(1));
        Value result = ofPositive(u, logOfSum(x, u));
        return select(equal(x, real(0)), x, result);
    }

    /** ln(1 + x) for x in [0, 1], and NaN. */
    Value log1pOfShare(Value x) {
        return logOfSum(x, add(x, real(1)));
    }

    /** ln(1 + f) and {@code rest}, which is little. */
    private Value log1p32(Value f, Value rest) {
        Value square = mul(f, f);
        Value tail = fma(mul(square, f), polynomial(LOG32, f), rest);
        return add(f, fma(square, real(-0.5), tail));
    }

    /** As {@link #log1p32}, by way of f - (f²/2 - s (f²/2 + R(s²))), whose large part is exact. */
    private Value log1p64(Value f, Value rest) {
        Value s = div(f, add(f, real(2)));
        Value z = mul(s, s);
        Value half = mul(mul(f, f), real(0.5));
        Value inner = fma(s, fma(z, polynomial(LOG64, z), half), rest);
        return sub(f, sub(half, inner));
    }
}
