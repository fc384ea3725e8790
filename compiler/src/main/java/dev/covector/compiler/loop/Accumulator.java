package dev.covector.compiler.loop;

import dev.covector.runtime.DType;
import java.util.Locale;

/**
 * A reduction over the iterations of a loop.
 *
 * <p>The order is part of the meaning, so that all flavours and widths give the same bits. In a loop whose order is
 * {@link Stmt.Order#SEQUENTIAL} it is that of the iterations, from the identity. In one with {@link Stmt.Order#LANES}
 * there are L lanes (L = 64 / bytes of the type), all started from the identity; iteration i goes to lane i mod L,
 * counted from the loop's lower bound; at the end lane l takes lane l + w for w = L/2, L/4, … 1, and lane 0 is the
 * result.
 *
 * @param kind    the operation and its identity
 * @param operand a value of the loop's body (for ARGMAX, what is compared)
 * @param result  how the result is named after the loop
 */
public record Accumulator(Kind kind, Value operand, Value.Accumulated result) {
    /** The operations. */
    public enum Kind {
        /** From +0; floating products are not contracted with it unless the operand is an explicit fma. */
        SUM,
        /** From -∞ or the least integer, as {@code Math.max}: NaN wins, +0 is above -0. */
        MAX,
        /** The first iteration (int32, counted from 0) whose operand is greatest, NaN first; the order can't be seen. */
        ARGMAX;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A reduction of {@code operand} with a new result. */
    public static Accumulator of(Kind kind, Value operand) {
        return new Accumulator(kind, operand, new Value.Accumulated(
                kind == Kind.ARGMAX ? DType.INT32 : operand.dtype(), kind));
    }
}
