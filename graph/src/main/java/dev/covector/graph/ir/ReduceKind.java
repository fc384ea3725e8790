package dev.covector.graph.ir;

import java.util.Locale;

/**
 * The reductions: sum, product, max and min of numbers, any and all of bools. Each starts from what changes nothing,
 * which is its value over nothing: a max starts from -∞ (or the least integer), a min from ∞ (or the greatest), both
 * propagate NaN.
 */
public enum ReduceKind {
    SUM, PROD, MAX, MIN, ANY, ALL;

    /** Whether this takes bools; the others take numbers. */
    public boolean isLogic() {
        return this == ANY || this == ALL;
    }

    /** Whether what is met twice counts once. */
    public boolean isIdempotent() {
        return this != SUM && this != PROD;
    }

    /** The name in text form. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
