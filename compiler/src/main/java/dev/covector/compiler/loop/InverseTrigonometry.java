package dev.covector.compiler.loop;

/** The inverse functions of sine, cosine and tangent. */
final class InverseTrigonometry extends Arithmetic {
    /** (asin(s) - s) / s³ by s² for |s| ≤ 0.55. */
    private static final double[] ASIN32 = {0.1666664034128189, 0.07501610368490219, 0.044315047562122345,
        0.0334089994430542, 0.008698963560163975, 0.04514174535870552};
    private static final double[] ASIN64 = {0.16666666666666508, 0.07500000000046715, 0.04464285709467677,
        0.030381946956128215, 0.022372081572195383, 0.017354308801568033, 0.013943937861829183,
        0.011749933028711999, 0.008427839187178945, 0.01477151230198373, -0.014059825492733956,
        0.05468306012124817, -0.061782049488226395, 0.052649259159439105};
    /** (atan(t) - t) / t³ by t² for |t| ≤ 1. */
    private static final double[] ATAN32 = {-0.33333295583724976, 0.19998453557491302, -0.1426330804824829,
        0.10947579145431519, -0.08390610665082932, 0.05774618685245514, -0.030974017456173897,
        0.01080822478979826, -0.0017704167403280735};
    private static final double[] ATAN64 = {-0.3333333333333305, 0.19999999999948692, -0.14285714282430603,
        0.11111111003070195, -0.09090906936789253, 0.07692279100140803, -0.06666398235336478,
        0.05880494215121533, -0.05253372740204917, 0.047218377827638054, -0.042179326019381215,
        0.036616927426597876, -0.029864802868332926, 0.02193745271999353, -0.013856385748353765,
        0.007165514589975707, -0.0028690958167492484, 0.00082577409857579, -0.0001509669088532969,
        1.3106194468563715e-05};

    InverseTrigonometry(Arithmetic arithmetic) {
        super(arithmetic);
    }

    /** k π - x, for a whole or half k, by two parts of π. */
    private Value fromPi(double k, Value x) {
        double high = k * either((float) Math.PI, Math.PI);
        double low = k * either(-8.742277657347586e-08, 1.2246467991473532e-16);
        return sub(real(high), sub(x, real(low)));
    }

    /**
     * Of |x|, whether it is above 0.55; and asin |x| if not, or else asin √((1 - |x|) / 2), which is acos |x| / 2. There
     * acos |x| is less than 1, so that its last place is not above that of the arc sine made of it.
     */
    private record Halves(Value above, Value asin) {}

    private Halves halves(Value x) {
        Value magnitude = abs(x);
        Value above = lessThan(real(0.55), magnitude);
        Value complement = mul(sub(real(1), magnitude), real(0.5));
        Value z = select(above, complement, mul(magnitude, magnitude));
        Value s = select(above, sqrt(complement), magnitude);
        return new Halves(above, fma(mul(s, z), polynomial(either(ASIN32, ASIN64), z), s));
    }

    Value asin(Value x) {
        Halves h = halves(x);
        Value far = fromPi(0.5, add(h.asin(), h.asin()));
        return withSign(select(h.above(), far, h.asin()), x);
    }

    Value acos(Value x) {
        Halves h = halves(x);
        Value twice = add(h.asin(), h.asin());
        Value far = select(lessThan(x, real(0)), fromPi(1, twice), twice);
        return select(h.above(), far, fromPi(0.5, withSign(h.asin(), x)));
    }

    Value atan(Value x) {
        Value magnitude = abs(x);
        Value t = div(min(magnitude, real(1)), max(magnitude, real(1)));
        return withSign(angle(lessThan(real(1), magnitude), t), x);
    }

    /** Of the point (x, y), by the tangent of the angle to the nearer one of the axes. */
    Value atan2(Value y, Value x) {
        Value up = abs(y);
        Value along = abs(x);
        Value nearer = min(up, along);
        Value farther = max(up, along);
        Value t = select(equal(nearer, farther), real(1), div(nearer, farther));
        Value known = select(equal(farther, real(0)), real(0), t);
        Value angle = angle(lessThan(along, up), known);
        Value isLeft = lessThan(bits(x), integer(0));
        return withSign(select(isLeft, fromPi(1, angle), angle), y);
    }

    /** The arc tangent of t in [0, 1], or π/2 less that. */
    private Value angle(Value complement, Value t) {
        Value z = mul(t, t);
        Value angle = fma(mul(t, z), polynomial(either(ATAN32, ATAN64), z), t);
        return select(complement, fromPi(0.5, angle), angle);
    }
}
