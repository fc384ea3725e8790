package dev.covector.runtime.kernel;

import java.util.Arrays;

/**
 * Sums in the order that all flavours of generated code share: L = 64 / bytes lanes, each started from +0; at
 * the end lane l takes lane l + w for w = L/2, L/4, … 1.
 */
public final class LaneSums {
    private LaneSums() {}

    /** Starts 16 lanes from {@code at}. */
    public static void clear(float[] lanes, int at) {
        Arrays.fill(lanes, at, at + 16, 0f);
    }

    /** Starts 8 lanes from {@code at}. */
    public static void clear(double[] lanes, int at) {
        Arrays.fill(lanes, at, at + 8, 0d);
    }

    /** The sum of 16 lanes from {@code at}. */
    public static float total(float[] lanes, int at) {
        float s0 = (lanes[at] + lanes[at + 8]) + (lanes[at + 4] + lanes[at + 12]);
        float s1 = (lanes[at + 1] + lanes[at + 9]) + (lanes[at + 5] + lanes[at + 13]);
        float s2 = (lanes[at + 2] + lanes[at + 10]) + (lanes[at + 6] + lanes[at + 14]);
        float s3 = (lanes[at + 3] + lanes[at + 11]) + (lanes[at + 7] + lanes[at + 15]);
        return (s0 + s2) + (s1 + s3);
    }

    /** The sum of 8 lanes from {@code at}. */
    public static double total(double[] lanes, int at) {
        double s0 = lanes[at] + lanes[at + 4];
        double s1 = lanes[at + 1] + lanes[at + 5];
        double s2 = lanes[at + 2] + lanes[at + 6];
        double s3 = lanes[at + 3] + lanes[at + 7];
        return (s0 + s2) + (s1 + s3);
    }
}
