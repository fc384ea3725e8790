package dev.covector.graph.nn;

import dev.covector.graph.Initializer;

/** The usual ways to start a parameter. */
public final class Initializers {
    private Initializers() {}

    /** All zeros. */
    public static Initializer zeros() {
        return constant(0);
    }

    /** All {@code value}. */
    public static Initializer constant(double value) {
        return (g, dtype, shape) -> g.full(dtype, shape, value);
    }

    /** Normal with mean 0. */
    public static Initializer normal(double standardDeviation) {
        return (g, dtype, shape) -> g.randomNormal(dtype, shape).times(standardDeviation);
    }

    /** Uniform in [{@code from}, {@code to}). */
    public static Initializer uniform(double from, double to) {
        return (g, dtype, shape) -> g.randomUniform(dtype, shape).times(to - from).plus(from);
    }
}
