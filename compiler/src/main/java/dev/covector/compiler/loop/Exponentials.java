package dev.covector.compiler.loop;

import dev.covector.compiler.loop.Value.BinaryOp;

/** Functions made of e^x = 2^n e^r for a whole n and a small r. */
final class Exponentials extends Arithmetic {
    /** (e^r - 1 - r) / r² for |r| ≤ ln 2 / 2. */
    private static final double[] EXP32 = {0.5, 0.1666666716337204, 0.041666463017463684, 0.00833331048488617,
        0.0013933731243014336, 0.000198910798644647};
    private static final double[] EXP64 = {0.5, 0.1666666666666667, 0.04166666666666667, 0.008333333333326084,
        0.0013888888888883711, 0.0001984126987500228, 2.480158732567746e-05, 2.755725517000089e-06,
        2.755727347871858e-07, 2.5105312729622103e-08, 2.09147553258932e-09};
    /** (sinh(r) - r) / r³ by r² for the same r. */
    private static final double[] SINH32 = {0.1666666716337204, 0.008333192206919193, 0.00019958426128141582};
    private static final double[] SINH64 = {0.16666666666666666, 0.008333333333334211, 0.00019841269838353196,
        2.7557323636635964e-06, 2.5048989972389768e-08, 1.690452644769521e-10};
    /** (cosh(r) - 1) / r² by r² for the same r. */
    private static final double[] COSH32 = {0.5, 0.04166645184159279, 0.0013936130562797189};
    private static final double[] COSH64 = {0.5, 0.041666666666666685, 0.0013888888888873273,
        2.4801587349243794e-05, 2.755725176880631e-07, 2.0921789833823334e-09};

    /** What lifts the exponents of all numbers down to 0 into those of numbers that are not subnormal, and 1 to no infinity. */
    private static final int AWAY = 64;

    private static final double LOG2_E = 1.4426950408889634;

    Exponentials(Arithmetic arithmetic) {
        super(arithmetic);
    }

    /**
     * x = n ln 2 + r, with n as a real, and as an exponent: the last bits of an integer that is n and more. Plain arithmetic
     * has no exponents, and uses n itself.
     */
    private record Reduced(Value n, Value exponent, Value r) {}

    /**
     * For |x| up to 2000; of ln 2, a first part that is so short that its multiples are exact, and the rest.
     *
     * @param more what the exponent is more than n. It shows in n itself where x is halfway only, which no x is but 0: the
     *             logarithm that x is multiplied by has too many digits
     */
    private Reduced reduce(Value x, int more) {
        Value magic = real(magic() + more);
        Value shifted = fma(x, real(LOG2_E), magic);
        Value whole = sub(shifted, magic);
        Value exponent = plain ? whole : bits(shifted);
        Value r = fma(whole, real(-either(0.693145751953125, 0.6931471805598903)), x);
        return new Reduced(whole, exponent,
                fma(whole, real(-either(1.428606765330187e-06, 5.497923018708371e-14)), r));
    }

    /** e^r - 1 for a reduced r. */
    private Value reducedExpm1(Value r) {
        Value z = mul(r, r);
        return fma(z, polynomial(either(EXP32, EXP64), r, z), r);
    }

    Value exp(Value x) {
        Reduced e = reduce(bounded(x, either(-104, -746), either(89, 710)), 2 * bias);
        return scale(reducedExp(e.r()), e.exponent());
    }

    /** e^r for a reduced r. */
    Value reducedExp(Value r) {
        return add(reducedExpm1(r), real(1));
    }

    /**
     * x 2^n for an x near 1; in two steps, so that overflow gives ∞, and a subnormal result is rounded once.
     *
     * @param exponent ends in n + 2 bias
     */
    Value scale(Value x, Value exponent) {
        if (plain) {
            return plainScale(x, exponent);
        }
        Value first = binary(BinaryOp.USHR, exponent, integer(1));
        Value second = sub(exponent, first);
        return mul(mul(x, power(first)), power(second));
    }

    private Value plainScale(Value x, Value n) {
        // 2^n = 2^h 2^h 2^d, of which d is -1, 0 or 1.
        Value half = sub(fma(n, real(0.5), real(magic())), real(magic()));
        Value d = sub(sub(n, half), half);
        Value power = plainPower(half);
        Value odd = fma(fma(d, real(0.25), real(0.75)), d, real(1));
        return mul(mul(mul(x, power), odd), power);
    }

    /** 2^n (e^r - 1) + (2^n - 1), by halves of the powers, since the greatest n is too great. */
    Value expm1(Value x) {
        Reduced e = reduce(bounded(x, either(-20, -40), either(89, 710)), bias - 1);
        Value expm1 = reducedExpm1(e.r());
        Value half = power(e.exponent());
        Value scaled = fma(half, expm1, sub(half, real(0.5)));
        // The plain polynomial keeps subnormal numbers whole, but not the sign of a zero.
        Value result = select(equal(e.n(), real(0)), expm1, add(scaled, scaled));
        return select(equal(x, real(0)), x, result);
    }

    /**
     * Of x = n ln 2 + r ≥ 0, with the halves of sinh(n ln 2) and cosh(n ln 2), since those themselves may be too great;
     * and what was lost in the latter, which counts where the result is below a power of 2.
     */
    private record Hyperbolic(Value r, Value sinh, Value cosh, Value lost) {}

    private Hyperbolic hyperbolic(Value magnitude) {
        Reduced e = reduce(atMost(magnitude, either(89.5, 710.5)), 0);
        Value n = sub(e.exponent(), magicBits());
        Value up = power(add(n, integer(bias - 2)));
        Value down = power(max(sub(integer(bias - 2), n), integer(0)));
        Value cosh = add(up, down);
        return new Hyperbolic(e.r(), sub(up, down), cosh, sub(down, sub(cosh, up)));
    }

    /**
     * By the sums of arguments, a cosh(r) + b sinh(r), for the hyperbolic functions a and b of n ln 2. The large part of
     * it, a + b r, is rounded once, however much of it cancels.
     */
    private Value ofSum(Value a, Value b, Value r, Value lost) {
        Value z = mul(r, r);
        Value cosh = mul(z, polynomial(either(COSH32, COSH64), z));
        Value sinh = mul(mul(z, r), polynomial(either(SINH32, SINH64), z));
        Value half = add(fma(b, r, a), fma(a, cosh, fma(b, sinh, lost)));
        return add(half, half);
    }

    Value sinh(Value x) {
        Value magnitude = abs(x);
        Hyperbolic h = hyperbolic(magnitude);
        Value result = withSign(ofSum(h.sinh(), h.cosh(), h.r(), real(0)), x);
        return select(lessThan(magnitude, real(either(0x1p-13, 0x1p-28))), x, result);
    }

    Value cosh(Value x) {
        Hyperbolic h = hyperbolic(abs(x));
        return ofSum(h.cosh(), h.sinh(), h.r(), h.lost());
    }

    /** (e^2x - 1) / (e^2x + 1), by e^2x - 1 without cancellation; of |x|, with the sign of x. */
    Value tanh(Value x) {
        Value bounded = atMost(abs(x), either(9.2, 20));
        Reduced e = reduce(add(bounded, bounded), bias);
        Value scale = plain ? plainPower(e.n()) : power(e.exponent());
        Value expm1 = fma(scale, reducedExpm1(e.r()), sub(scale, real(1)));
        return withSign(div(expm1, add(expm1, real(2))), x);
    }

    /**
     * 1 / (1 + e^-x), of which e^-|x| keeps the relative error small where the result is. What the sum and the quotient lose
     * is not mended, here and in tanh: that took a fifth of their time, and the worst error is 2.4 units of the last place.
     */
    Value sigmoid(Value x) {
        Reduced reduced = reduce(atLeast(negativeMagnitude(x), either(-104, -746)), bias + AWAY);
        Value exp = reducedExp(reduced.r());
        // 2^n is too small for a number, and 2^AWAY of them are not: a subnormal result is rounded once.
        Value e = plain ? plainScale(exp, reduced.n())
                : mul(mul(exp, power(reduced.exponent())), real(Math.scalb(1.0, -AWAY)));
        Value numerator = selectLess(x, real(0), e, real(1));
        return div(numerator, add(e, real(1)));
    }

    /** ln(1 + e^x) = max(x, 0) + ln(1 + e^-|x|). */
    Value softplus(Value x) {
        Value e = exp(neg(abs(x)));
        return add(max(x, real(0)), new Logarithms(this).log1pOfShare(e));
    }
}
