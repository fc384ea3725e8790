package dev.covector.runtime;

/**
 * A dimension, laid out so that a call can evaluate it without allocating: the names are indices of values.
 */
final class Formula {
    /** What is multiplied. */
    sealed interface Factor {
        long value(long[] values);
    }

    record Name(int index) implements Factor {
        @Override
        public long value(long[] values) {
            return values[index];
        }
    }

    record FloorDiv(Formula dividend, int divisor) implements Factor {
        @Override
        public long value(long[] values) {
            return Math.floorDiv(dividend.evaluate(values), divisor);
        }
    }

    private final Dim dim;
    private final long[] coefficients;
    private final Factor[][] products;

    /** The sum of {@code coefficients[i]} times all {@code products[i]}. */
    Formula(Dim dim, long[] coefficients, Factor[][] products) {
        this.dim = dim;
        this.coefficients = coefficients;
        this.products = products;
    }

    /** What this was made of. */
    Dim dim() {
        return dim;
    }

    /**
     * The dimension's value.
     *
     * @throws ArithmeticException if it, or a part of it, does not fit a {@code long}
     */
    long evaluate(long[] values) {
        long sum = 0;
        for (int i = 0; i < coefficients.length; i++) {
            long product = coefficients[i];
            for (Factor factor : products[i]) {
                product = Math.multiplyExact(product, factor.value(values));
            }
            sum = Math.addExact(sum, product);
        }
        return sum;
    }
}
