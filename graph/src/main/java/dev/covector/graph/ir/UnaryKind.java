package dev.covector.graph.ir;

import java.util.Locale;

/** The elementwise functions of one operand. */
public enum UnaryKind {
    NEG, ABS, SIGN, EXP, LOG, SQRT, SQUARE, RECIPROCAL, TANH, SIGMOID, RELU, NOT;

    /** Whether a derivative passes; it doesn't pass what is constant in pieces. */
    public boolean hasDerivative() {
        return switch (this) {
            case NEG, ABS, EXP, LOG, SQRT, SQUARE, RECIPROCAL, TANH, SIGMOID, RELU -> true;
            case SIGN, NOT -> false;
        };
    }

    /** The name in text form. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
