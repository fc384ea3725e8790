package dev.covector.graph.ir;

import java.util.Locale;

/** Which element's index is asked for: the first of the greatest, or of the least. A NaN comes before all others. */
public enum ArgKind {
    ARGMAX, ARGMIN;

    /** The name in text form. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
