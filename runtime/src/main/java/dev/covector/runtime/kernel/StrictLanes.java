package dev.covector.runtime.kernel;

import java.util.function.DoubleUnaryOperator;

/**
 * {@link StrictMath}'s functions for lanes of a vector that arithmetic of vectors can't serve. Generated code puts what
 * it has computed at the beginning of an array, and the arguments at {@link #ARGUMENTS}; where those are above a limit,
 * what is at the beginning is replaced.
 */
public final class StrictLanes {
    /** Where the arguments begin: after as many lanes as the widest vector has. */
    public static final int ARGUMENTS = 16;

    private StrictLanes() {}

    /** The sine, rounded. */
    public static void sin(float[] lanes, int count, double limit) {
        replace(lanes, count, limit, StrictMath::sin);
    }

    /** The cosine, rounded. */
    public static void cos(float[] lanes, int count, double limit) {
        replace(lanes, count, limit, StrictMath::cos);
    }

    /** The tangent, rounded. */
    public static void tan(float[] lanes, int count, double limit) {
        replace(lanes, count, limit, StrictMath::tan);
    }

    /** The sine. */
    public static void sin(double[] lanes, int count, double limit) {
        replace(lanes, count, limit, StrictMath::sin);
    }

    /** The cosine. */
    public static void cos(double[] lanes, int count, double limit) {
        replace(lanes, count, limit, StrictMath::cos);
    }

    /** The tangent. */
    public static void tan(double[] lanes, int count, double limit) {
        replace(lanes, count, limit, StrictMath::tan);
    }

    private static void replace(float[] lanes, int count, double limit, DoubleUnaryOperator function) {
        for (int i = 0; i < count; i++) {
            float x = lanes[ARGUMENTS + i];
            if (Math.abs(x) > limit) {
                lanes[i] = (float) function.applyAsDouble(x);
            }
        }
    }

    private static void replace(double[] lanes, int count, double limit, DoubleUnaryOperator function) {
        for (int i = 0; i < count; i++) {
            double x = lanes[ARGUMENTS + i];
            if (Math.abs(x) > limit) {
                lanes[i] = function.applyAsDouble(x);
            }
        }
    }
}
