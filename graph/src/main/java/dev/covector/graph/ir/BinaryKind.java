package dev.covector.graph.ir;

import java.util.Locale;

/**
 * The elementwise functions of two operands. Integer division and remainder truncate as Java's; max and min propagate
 * NaN; and, or and xor take bools, or the bits of integers. Shifts are of integers: by a negative number of bits, or by
 * as many as there are or more, everything is shifted out.
 */
public enum BinaryKind {
    ADD, SUB, MUL, DIV, REM,
    /** Floating, with {@link Math#pow}'s conventions. */
    POW, MAX, MIN,
    /** The angle of the point whose ordinate is the first operand; floating, with {@link Math#atan2}'s conventions. */
    ATAN2, AND, OR, XOR, SHIFT_LEFT,
    /** Keeps the sign. */
    SHIFT_RIGHT,
    /** Takes the sign for a bit like all others. */
    SHIFT_RIGHT_LOGICAL;

    /** Whether the operands can be swapped without changing a bit of the result. */
    public boolean isCommutative() {
        return switch (this) {
            case ADD, MUL, MAX, MIN, AND, OR, XOR -> true;
            case SUB, DIV, REM, POW, ATAN2, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_LOGICAL -> false;
        };
    }

    /** Whether a derivative passes, to both operands; it doesn't pass what is constant in pieces. */
    public boolean hasDerivative() {
        return switch (this) {
            case ADD, SUB, MUL, DIV, REM, POW, MAX, MIN, ATAN2 -> true;
            case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_LOGICAL -> false;
        };
    }

    /** The name in text form. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
