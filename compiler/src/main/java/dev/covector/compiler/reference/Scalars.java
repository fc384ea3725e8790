package dev.covector.compiler.reference;

import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.CompareKind;
import dev.covector.graph.ir.UnaryKind;
import dev.covector.runtime.CallException;
import dev.covector.runtime.DType;

/** The elementwise functions of one element; bools are 0 and 1. */
final class Scalars {
    private Scalars() {}

    /** Whether the function of floating values needs no rounding. */
    static boolean isExact(UnaryKind kind) {
        return switch (kind) {
            case NEG, ABS, SIGN, RELU, NOT -> true;
            case EXP, LOG, SQRT, SQUARE, RECIPROCAL, TANH, SIGMOID -> false;
        };
    }

    /** Whether the function of floating values needs no rounding. */
    static boolean isExact(BinaryKind kind) {
        return switch (kind) {
            case REM, MAX, MIN, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_LOGICAL -> true;
            case ADD, SUB, MUL, DIV -> false;
        };
    }

    static double unary(UnaryKind kind, double x) {
        return switch (kind) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> Math.signum(x);
            case EXP -> StrictMath.exp(x);
            case LOG -> StrictMath.log(x);
            case SQRT -> Math.sqrt(x);
            case SQUARE -> x * x;
            case RECIPROCAL -> 1 / x;
            case TANH -> StrictMath.tanh(x);
            case SIGMOID -> 1 / (1 + StrictMath.exp(-x));
            case RELU -> Math.max(x, 0.0);
            case NOT -> throw new AssertionError(kind);
        };
    }

    /** Of an integer or bool; what wraps is cut off by whoever keeps the result. */
    static long unary(UnaryKind kind, DType dtype, long x) {
        return switch (kind) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> Long.signum(x);
            case SQUARE -> x * x;
            case RELU -> Math.max(x, 0);
            case NOT -> dtype == DType.BOOL ? 1 - x : ~x;
            case EXP, LOG, SQRT, RECIPROCAL, TANH, SIGMOID -> throw new AssertionError(kind);
        };
    }

    static double binary(BinaryKind kind, double a, double b) {
        return switch (kind) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case REM -> a % b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_LOGICAL -> throw new AssertionError(kind);
        };
    }

    /** Of integers or bools; what wraps is cut off by whoever keeps the result. */
    static long binary(BinaryKind kind, DType dtype, long a, long b) {
        long bits = 8L * dtype.bytes();
        boolean within = b >= 0 && b < bits;
        return switch (kind) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / divisor(kind, a, b);
            case REM -> a % divisor(kind, a, b);
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case AND -> a & b;
            case OR -> a | b;
            case XOR -> a ^ b;
            case SHIFT_LEFT -> within ? a << b : 0;
            case SHIFT_RIGHT -> a >> (within ? b : bits - 1);
            case SHIFT_RIGHT_LOGICAL -> within ? (dtype == DType.INT32 ? a & 0xFFFF_FFFFL : a) >>> b : 0;
        };
    }

    private static long divisor(BinaryKind kind, long dividend, long divisor) {
        if (divisor == 0) {
            throw new CallException(kind + ": the integer " + dividend + " is divided by zero");
        }
        return divisor;
    }

    static boolean compare(CompareKind kind, double a, double b) {
        return switch (kind) {
            case EQ -> a == b;
            case NE -> a != b;
            case LT -> a < b;
            case LE -> a <= b;
            case GT -> a > b;
            case GE -> a >= b;
        };
    }

    static boolean compare(CompareKind kind, long a, long b) {
        return switch (kind) {
            case EQ -> a == b;
            case NE -> a != b;
            case LT -> a < b;
            case LE -> a <= b;
            case GT -> a > b;
            case GE -> a >= b;
        };
    }

    /** A floating value of another floating dtype. */
    static double castReal(DType to, double x) {
        return to == DType.FLOAT32 ? (float) x : x;
    }

    /** An integer or bool as a floating value; from int64 to float32 in one rounding. */
    static double castReal(DType to, long x) {
        return to == DType.FLOAT32 ? (float) x : (double) x;
    }

    /** A floating value as an integer, towards zero and saturating, or as a bool. */
    static long castInteger(DType to, double x) {
        return switch (to) {
            case INT32 -> (int) x;
            case INT64 -> (long) x;
            case BOOL -> x != 0 ? 1 : 0;
            case FLOAT32, FLOAT64 -> throw new AssertionError(to);
        };
    }

    /** An integer or bool as another; int64 loses its high bits in int32. */
    static long castInteger(DType to, long x) {
        return switch (to) {
            case INT32 -> (int) x;
            case INT64 -> x;
            case BOOL -> x != 0 ? 1 : 0;
            case FLOAT32, FLOAT64 -> throw new AssertionError(to);
        };
    }
}
