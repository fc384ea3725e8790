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
 * <p>Within a SEQUENTIAL loop the result can be used too, other than an index: there it is what the iterations before
 * have made.
 *
 * @param kind    the operation and its identity
 * @param operand a value of the loop's body (for ARGMAX and ARGMIN, what is compared)
 * @param result  how the result is named after the loop
 */
public record Accumulator(Kind kind, Value operand, Value.Accumulated result) {
    /** The operations. */
    public enum Kind {
        /** From +0; floating products are not contracted with it unless the operand is an explicit fma. */
        SUM,
        /** From 1. */
        PROD,
        /** From -∞ or the least integer, as {@code Math.max}: NaN wins, +0 is above -0. */
        MAX,
        /** From ∞ or the greatest integer, as {@code Math.min}: NaN wins, -0 is below +0. */
        MIN,
        /** Of bools, from false. */
        ANY,
        /** Of bools, from true. */
        ALL,
        /** The first iteration (int32, counted from 0) whose operand is greatest, NaN first; the order can't be seen. */
        ARGMAX,
        /** The first iteration (int32, counted from 0) whose operand is least, NaN first; the order can't be seen. */
        ARGMIN;

        /** Whether the result says which operand it is, not what it is. */
        public boolean isIndex() {
            return this == ARGMAX || this == ARGMIN;
        }

        /** What puts operands together; of an index, what finds the operand whose index it is. */
        public Value.BinaryOp operation() {
            return switch (this) {
                case SUM -> Value.BinaryOp.ADD;
                case PROD -> Value.BinaryOp.MUL;
                case MAX, ARGMAX -> Value.BinaryOp.MAX;
                case MIN, ARGMIN -> Value.BinaryOp.MIN;
                case ANY -> Value.BinaryOp.OR;
                case ALL -> Value.BinaryOp.AND;
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A reduction of {@code operand} with a new result. */
    public static Accumulator of(Kind kind, Value operand) {
        return new Accumulator(kind, operand, new Value.Accumulated(
                kind.isIndex() ? DType.INT32 : operand.dtype(), kind));
    }
}
