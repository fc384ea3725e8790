package dev.covector.compiler.loop;

import dev.covector.graph.ir.CompareKind;

/** Numbers to whole numbers of the same type, and functions that are hardly more than an operation. All exact but rsqrt. */
final class Rounding extends Arithmetic {
    Rounding(Arithmetic arithmetic) {
        super(arithmetic);
    }

    /** To the nearest whole number, half to even; zeros keep their signs. */
    Value round(Value x) {
        Value magnitude = abs(x);
        Value limit = real(Math.scalb(1.0, mantissa));
        Value whole = withSign(sub(add(magnitude, limit), limit), x);
        return select(lessThan(magnitude, limit), whole, x);
    }

    Value floor(Value x) {
        Value nearest = round(x);
        return select(lessThan(x, nearest), sub(nearest, real(1)), nearest);
    }

    /** By the floor of -x, whose zeros have the right sign. */
    Value ceil(Value x) {
        return neg(floor(neg(x)));
    }

    Value isNan(Value x) {
        return compare(CompareKind.NE, x, x);
    }

    Value isFinite(Value x) {
        return lessThan(abs(x), infinity());
    }

    Value rsqrt(Value x) {
        return div(real(1), sqrt(x));
    }
}
