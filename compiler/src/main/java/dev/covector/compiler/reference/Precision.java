package dev.covector.compiler.reference;

import dev.covector.runtime.DType;

/**
 * What the interpreter makes of each floating result of an op that rounds, and of each partial sum, before going on
 * with it.
 */
@FunctionalInterface
public interface Precision {
    /** Everything in float64, float32 values too; only constants, inputs and casts are what their dtype says. */
    Precision EXACT = (dtype, value) -> value;

    /** Each result rounded to its dtype. */
    Precision ROUNDED = (dtype, value) -> dtype == DType.FLOAT32 ? (float) value : value;

    /** The number to go on with, where an op of {@code dtype} has computed {@code value} in float64. */
    double round(DType dtype, double value);
}
