package dev.covector.graph.ir;

import java.util.Locale;

/** The reductions; MAX propagates NaN, and is -∞ (or the least integer) over nothing. */
public enum ReduceKind {
    SUM, MAX;

    /** The name in text form. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
