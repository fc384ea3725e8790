package dev.covector.graph.ir;

import java.util.Locale;

/** The elementwise functions of one operand. */
public enum UnaryKind {
    NEG, ABS, SIGN, EXP, LOG, SQRT, TANH, SIGMOID, RELU, NOT;

    /** The name in text form. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
