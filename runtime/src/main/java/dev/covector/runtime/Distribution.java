package dev.covector.runtime;

import java.util.Locale;

/** The distributions that random numbers are drawn from. */
public enum Distribution {
    /** Uniform in [0, 1). */
    UNIFORM,
    /** Normal with mean 0 and standard deviation 1. */
    NORMAL;

    /** The name in text form. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
