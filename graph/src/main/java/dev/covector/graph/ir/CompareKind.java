package dev.covector.graph.ir;

import java.util.Locale;

/** The comparisons; all but NE are false where an operand is NaN. */
public enum CompareKind {
    EQ, NE, LT, LE, GT, GE;

    /** The name in text form. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
