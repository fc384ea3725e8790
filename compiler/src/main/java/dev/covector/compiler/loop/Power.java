package dev.covector.compiler.loop;

import dev.covector.compiler.loop.Value.BinaryOp;
import dev.covector.graph.ir.CompareKind;

/**
 * |x|^y = 2^(y log₂|x|). The exponent's error is that of the result, and the exponent may be 1000, so the logarithm is
 * the sum of two numbers, the second one what doesn't fit into the first.
 */
final class Power extends Arithmetic {
    /** 2 atanh(s) / ln 2 = C0 s + C1 s³ + s⁵ Q(s²), with two parts of C0 and C1; for |s| ≤ 3 - √8. */
    private static final double[] C0_32 = {2.885390043258667, 3.851926067000022e-08};
    private static final double[] C0_64 = {2.8853900817779268, 4.0710547481862066e-17};
    private static final double[] C1_32 = {0.9617967009544373, -7.028461812552678e-09};
    private static final double[] C1_64 = {0.9617966939259756, 5.0577616648125907e-17};
    private static final double[] Q32 = {0.577080249786377, 0.41184478998184204, 0.3379276990890503};
    private static final double[] Q64 = {0.577078016355585, 0.41219858311140256, 0.32059889790130447,
        0.26230819986321957, 0.2219521984414786, 0.1924037828838192, 0.16840650380932903,
        0.17315871294333726};

    Power(Arithmetic arithmetic) {
        super(arithmetic);
    }

    /** The sum of two numbers, of which the second one is little beside the first. */
    private record Pair(Value high, Value low) {}

    /** {@code a + b} for |a| ≥ |b| or a = 0, and what is lost in it. */
    private Pair sum(Value a, Value b) {
        Value high = add(a, b);
        return new Pair(high, sub(b, sub(high, a)));
    }

    private Pair product(Pair a, Pair b) {
        Value high = mul(a.high(), b.high());
        Value crosswise = fma(a.low(), b.high(), mul(a.high(), b.low()));
        return new Pair(high, add(fma(a.high(), b.high(), neg(high)), crosswise));
    }

    private Pair constant(double[] float32, double[] float64) {
        double[] parts = either(float32, float64);
        return new Pair(real(parts[0]), real(parts[1]));
    }

    /** {@code a + b} for |a| ≥ |b|. */
    private Pair sum(Pair a, Pair b) {
        Pair high = sum(a.high(), b.high());
        return new Pair(high.high(), add(high.low(), add(a.low(), b.low())));
    }

    /** f / (f + 2). */
    private Pair share(Value f) {
        Pair divisor = sum(real(2), f);
        Value high = div(f, divisor.high());
        Value negated = neg(high);
        Value rest = fma(negated, divisor.low(), fma(negated, divisor.high(), f));
        return new Pair(high, div(rest, divisor.high()));
    }

    /** Of a positive, finite number 2^k (1 + f), where log₂(1 + f) = 2 atanh(f / (f + 2)) / ln 2. */
    private Pair log2(Value x) {
        Logarithms.Parts parts = new Logarithms(this).parts(x);
        Pair s = share(parts.f());
        Pair z = product(s, s);
        Value q = mul(z.high(), polynomial(either(Q32, Q64), z.high()));
        Pair c1 = constant(C1_32, C1_64);
        Pair tail = product(z, sum(c1.high(), add(q, c1.low())));
        Pair ofFraction = product(s, sum(constant(C0_32, C0_64), tail));
        Pair whole = sum(parts.k(), ofFraction.high());
        return new Pair(whole.high(), add(whole.low(), ofFraction.low()));
    }

    /** For positive, finite x; a bounded y is enough for each result but 1 to be ∞ or 0. */
    private Value ofPositive(Value x, Value y) {
        double enough = either(0x1p33, 0x1p64);
        Value bounded = bounded(y, -enough, enough);
        Pair log2 = log2(x);
        Value product = mul(bounded, log2.high());
        Value lost = fma(bounded, log2.low(), fma(bounded, log2.high(), neg(product)));
        Value exponent = bounded(product, either(-155, -1080), either(130, 1026));
        Value magic = real(magic() + 2 * bias);
        Value shifted = add(exponent, magic);
        Value fraction = add(sub(exponent, sub(shifted, magic)), bounded(lost, -1, 1));
        Exponentials exponentials = new Exponentials(this);
        Value power = exponentials.reducedExp(mul(fraction, real(0.6931471805599453)));
        return exponentials.scale(power, bits(shifted));
    }

    /** As {@link StrictMath#pow}. */
    Value pow(Value x, Value y) {
        Value base = abs(x);
        Value infinite = equal(base, infinity());
        Value magnitude = ofPositive(base, y);
        Value extreme = or(equal(base, real(0)), infinite);
        Value grows = equal(lessThan(base, real(1)), lessThan(y, real(0)));
        Value absolute = select(extreme, select(grows, infinity(), real(0)), magnitude);

        Value exponent = abs(y);
        Value half = mul(exponent, real(0.5));
        Value broken = isBroken(exponent);
        Value odd = binary(BinaryOp.AND, isBroken(half), not(broken));
        Value signed = withSign(absolute, select(odd, x, real(1)));

        Value complex = binary(BinaryOp.AND, broken,
                binary(BinaryOp.AND, lessThan(x, real(0)), lessThan(base, infinity())));
        Value undecided = binary(BinaryOp.AND, equal(base, real(1)), equal(exponent, infinity()));
        Value unknown = or(compare(CompareKind.NE, x, x), compare(CompareKind.NE, y, y));
        Value undefined = or(or(complex, undecided), unknown);
        Value result = select(undefined, real(Double.NaN), signed);
        return select(equal(y, real(0)), real(1), result);
    }

    /** Whether a number that is not negative is no whole number. */
    private Value isBroken(Value x) {
        Value limit = real(Math.scalb(1.0, mantissa));
        Value whole = sub(add(x, limit), limit);
        return binary(BinaryOp.AND, lessThan(x, limit), compare(CompareKind.NE, whole, x));
    }

    private Value or(Value a, Value b) {
        return binary(BinaryOp.OR, a, b);
    }
}
