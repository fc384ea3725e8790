package dev.covector.compiler.loop;

import dev.covector.graph.ir.CompareKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;

/**
 * A number or bool computed in a nest; compared by identity. {@link Constant}, {@link Literal}, {@link Extent} and
 * {@link Index} can be used anywhere; every other value is defined by one {@link Stmt.Let} (or is the result of a
 * loop's {@link Accumulator}) before it is used.
 */
public sealed interface Value extends Position {
    /** The type of this value. */
    DType dtype();

    /** Part of the code: the coefficients of a polynomial, zero, the bits of an int. Integers up to 2^53. */
    record Constant(DType dtype, double value) implements Value {}

    /** A scalar literal of the graph: {@code frame.reals[slot]} or, for integers and bool, {@code integers[slot]}. */
    record Literal(DType dtype, int slot, String text) implements Value {}

    /** A dimension as a number. */
    record Extent(DType dtype, Dim dim) implements Value {}

    /** A loop's counter, or a parameter of the nest, as a number. */
    record Index(DType dtype, Position counter) implements Value {}

    /** An element of an array. */
    record Load(DType dtype, Access access) implements Value {}

    /** One operand. */
    record Unary(DType dtype, UnaryOp op, Value x) implements Value {}

    /** Two operands of one type. */
    record Binary(DType dtype, BinaryOp op, Value a, Value b) implements Value {}

    /** {@code a · b + c}, rounded once; floating types only. */
    record Fma(DType dtype, Value a, Value b, Value c) implements Value {}

    /** A bool. */
    record Compare(CompareKind kind, Value a, Value b) implements Value {
        @Override
        public DType dtype() {
            return DType.BOOL;
        }
    }

    /** {@code condition ? a : b}, both computed. */
    record Select(DType dtype, Value condition, Value a, Value b) implements Value {}

    /**
     * {@code usual}, but where |x| is above {@code limit} it is {@link StrictMath}'s {@code function} of x, rounded: for
     * numbers so rare that a call for each is no matter.
     */
    record Fallback(Value usual, UnaryOp function, Value x, double limit) implements Value {
        @Override
        public DType dtype() {
            return usual.dtype();
        }
    }

    /** Conversion as Java's casts; bool is 0 or 1, and to bool means != 0 (NaN is true). */
    record Cast(DType dtype, Value x) implements Value {}

    /**
     * {@code index}, or an error of the call if it is not within [0, extent).
     *
     * @param check what the error says: an element of {@code frame.checks}, so that code which several graphs share
     *              names the lines of each
     */
    record Checked(Value index, Dim extent, int check) implements Value {
        @Override
        public DType dtype() {
            return DType.INT32;
        }
    }

    /** The result of an accumulator, known after its loop; made with it. */
    record Accumulated(DType dtype, Accumulator.Kind kind) implements Value {}

    /** The unary operations. */
    enum UnaryOp {
        NEG, ABS, SIGN, SQRT, RELU, NOT,
        /** {@link MathFunctions}, expanded to arithmetic before code is emitted. */
        EXP, EXPM1, LOG, LOG1P, SINH, COSH, TANH, SIGMOID, SOFTPLUS, ERF, SIN, COS, TAN, ASIN, ACOS, ATAN,
        RSQRT, FLOOR, CEIL,
        /** To the nearest whole number, half to even. */
        ROUND,
        /** With bool results. */
        IS_NAN, IS_FINITE,
        /** The bits of a float32 as int32, of a float64 as int64. */
        TO_BITS,
        /** The reverse. */
        FROM_BITS
    }

    /** The binary operations; integer DIV and REM by zero are errors of the call. Shifts: int32 and int64. */
    enum BinaryOp {
        ADD, SUB, MUL, DIV, REM, MAX, MIN, AND, OR, XOR, SHL, SHR, USHR,
        /** {@link MathFunctions}, as {@link Math#pow} and {@link Math#atan2}. */
        POW, ATAN2
    }
}
