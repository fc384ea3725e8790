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
            case NEG, ABS, SIGN, RELU, FLOOR, CEIL, ROUND, NOT, IS_NAN, IS_FINITE -> true;
            case EXP, EXPM1, LOG, LOG1P, SQRT, RSQRT, SQUARE, RECIPROCAL, SIN, COS, TAN, ASIN, ACOS, ATAN,
                    SINH, COSH,
                    TANH, SIGMOID, SOFTPLUS, ERF -> false;
        };
    }

    /** Whether the function of floating values needs no rounding. */
    static boolean isExact(BinaryKind kind) {
        return switch (kind) {
            case REM, MAX, MIN, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_LOGICAL -> true;
            case ADD, SUB, MUL, DIV, POW, ATAN2 -> false;
        };
    }

    static double unary(UnaryKind kind, double x) {
        return switch (kind) {
            case NEG -> -x;
            case ABS -> Math.abs(x);
            case SIGN -> Math.signum(x);
            case EXP -> StrictMath.exp(x);
            case EXPM1 -> StrictMath.expm1(x);
            case LOG -> StrictMath.log(x);
            case LOG1P -> StrictMath.log1p(x);
            case SQRT -> Math.sqrt(x);
            case RSQRT -> 1 / Math.sqrt(x);
            case SQUARE -> x * x;
            case RECIPROCAL -> 1 / x;
            case SIN -> StrictMath.sin(x);
            case COS -> StrictMath.cos(x);
            case TAN -> StrictMath.tan(x);
            case ASIN -> StrictMath.asin(x);
            case ACOS -> StrictMath.acos(x);
            case ATAN -> StrictMath.atan(x);
            case SINH -> StrictMath.sinh(x);
            case COSH -> StrictMath.cosh(x);
            case TANH -> StrictMath.tanh(x);
            case SIGMOID -> 1 / (1 + StrictMath.exp(-x));
            case SOFTPLUS -> Math.max(x, 0.0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
            case RELU -> Math.max(x, 0.0);
            case ERF -> erf(x);
            case FLOOR -> Math.floor(x);
            case CEIL -> Math.ceil(x);
            case ROUND -> Math.rint(x);
            case NOT, IS_NAN, IS_FINITE -> throw new AssertionError(kind);
        };
    }

    /** Functions of floating values that give bools. */
    static boolean test(UnaryKind kind, double x) {
        return kind == UnaryKind.IS_NAN ? Double.isNaN(x) : Double.isFinite(x);
    }

    /**
     * The error function. Near 0 it is 2/√π x e^(-x²) (1 + 2x²/3 (1 + 2x²/5 (1 + …))), of which all terms are positive;
     * elsewhere the complement of a continued fraction, which need not be exact to be so after the subtraction.
     */
    private static double erf(double x) {
        double magnitude = Math.abs(x);
        double square = magnitude * magnitude;
        double exponential = StrictMath.exp(-square) / Math.sqrt(Math.PI);
        if (magnitude < 2.5) {
            double sum = 1;
            for (int n = 80; n > 0; n--) {
                sum = 1 + sum * 2 * square / (2 * n + 1);
            }
            return 2 * x * exponential * sum;
        }
        if (magnitude > 6) {
            return Math.signum(x);
        }
        double denominator = magnitude;
        for (int n = 100; n > 0; n--) {
            denominator = magnitude + n / 2.0 / denominator;
        }
        return Math.copySign(1 - exponential / denominator, x);
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
            case EXP, EXPM1, LOG, LOG1P, SQRT, RSQRT, RECIPROCAL, SIN, COS, TAN, ASIN, ACOS, ATAN, SINH, COSH,
                    TANH, SIGMOID, SOFTPLUS, ERF, FLOOR, CEIL, ROUND, IS_NAN, IS_FINITE ->
                    throw new AssertionError(kind);
        };
    }

    static double binary(BinaryKind kind, double a, double b) {
        return switch (kind) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case REM -> a % b;
            case POW -> StrictMath.pow(a, b);
            case ATAN2 -> StrictMath.atan2(a, b);
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
            case POW, ATAN2 -> throw new AssertionError(kind);
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
