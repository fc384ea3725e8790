package dev.covector.runtime.kernel;

/** How a contraction is computed. */
public enum Algorithm {
    /** Product by product. */
    DIRECT,
    /** The same, with vectors along the steps, for few columns and long sums: nothing is packed ({@link FloatLanes}). */
    LANES,
    /**
     * A convolution by windows of 3 × 3, four positions at a time: 16 products instead of 36 ({@link FloatWinograd}).
     */
    WINOGRAD,
    /** The derivative of such a convolution by its kernel, with as many products ({@link FloatWinogradGradient}). */
    WINOGRAD_GRADIENT
}
