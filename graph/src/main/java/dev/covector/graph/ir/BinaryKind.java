package dev.covector.graph.ir;

import java.util.Locale;

/**
 * The elementwise functions of two operands. Integer division and remainder truncate as Java's; max and min propagate
 * NaN; and, or and xor take bools.
 */
public enum BinaryKind {
    ADD, SUB, MUL, DIV, REM, MAX, MIN, AND, OR, XOR;

    /** Whether the operands can be swapped without changing a bit of the result. */
    public boolean isCommutative() {
        return switch (this) {
            case ADD, MUL, MAX, MIN, AND, OR, XOR -> true;
            case SUB, DIV, REM -> false;
        };
    }

    /** Whether a derivative passes, to both operands; it doesn't pass what is constant in pieces. */
    public boolean hasDerivative() {
        return switch (this) {
            case ADD, SUB, MUL, DIV, REM, MAX, MIN -> true;
            case AND, OR, XOR -> false;
        };
    }

    /** The name in text form. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
