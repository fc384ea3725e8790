package dev.covector.graph.ir;

import java.util.Locale;

/** The elementwise functions of one operand. */
public enum UnaryKind {
    NEG, ABS, SIGN, EXP,
    /** e^x - 1. */
    EXPM1, LOG,
    /** ln(1 + x). */
    LOG1P, SQRT,
    /** 1 / √x. */
    RSQRT, SQUARE, RECIPROCAL, SIN, COS, TAN, ASIN, ACOS, ATAN, SINH, COSH, TANH, SIGMOID,
    /** ln(1 + e^x). */
    SOFTPLUS, RELU,
    /** The error function. */
    ERF, FLOOR, CEIL,
    /** To the nearest whole number, half to even. */
    ROUND, NOT,
    /** To bool. */
    IS_NAN,
    /** To bool. */
    IS_FINITE;

    /** Whether a derivative passes; it doesn't pass what is constant in pieces. */
    public boolean hasDerivative() {
        return switch (this) {
            case NEG, ABS, EXP, EXPM1, LOG, LOG1P, SQRT, RSQRT, SQUARE, RECIPROCAL, SIN, COS, TAN, ASIN, ACOS,
                    ATAN, SINH, COSH, TANH, SIGMOID, SOFTPLUS, RELU, ERF -> true;
            case SIGN, FLOOR, CEIL, ROUND, NOT, IS_NAN, IS_FINITE -> false;
        };
    }

    /** The name in text form. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
