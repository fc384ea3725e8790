package dev.covector.runtime.kernel;

import java.util.Arrays;

/**
 * Floating sums and products in the order that all flavours of generated code share: L = 64 / bytes lanes, each
 * started from what changes nothing; at the end lane l takes lane l + w for w = L/2, L/4, … 1.
 */
public final class Lanes {
    private Lanes() {}

    /** Starts 16 lanes from {@code at}. */
    public static void start(float[] lanes, int at, float identity) {
        Arrays.fill(lanes, at, at + 16, identity);
    }

    /** Starts 8 lanes from {@code at}. */
    public static void start(double[] lanes, int at, double identity) {
        Arrays.fill(lanes, at, at + 8, identity);
    }

    /** The sum of 16 lanes from {@code at}. */
    public static float sum(float[] lanes, int at) {
        float s0 = (lanes[at] + lanes[at + 8]) + (lanes[at + 4] + lanes[at + 12]);
        float s1 = (lanes[at + 1] + lanes[at + 9]) + (lanes[at + 5] + lanes[at + 13]);
        float s2 = (lanes[at + 2] + lanes[at + 10]) + (lanes[at + 6] + lanes[at + 14]);
        float s3 = (lanes[at + 3] + lanes[at + 11]) + (lanes[at + 7] + lanes[at + 15]);
        return (s0 + s2) + (s1 + s3);
    }

    /** The sum of 8 lanes from {@code at}. */
    public static double sum(double[] lanes, int at) {
        double s0 = lanes[at] + lanes[at + 4];
        double s1 = lanes[at + 1] + lanes[at + 5];
        double s2 = lanes[at + 2] + lanes[at + 6];
        double s3 = lanes[at + 3] + lanes[at + 7];
        return (s0 + s2) + (s1 + s3);
    }

    /** The product of 16 lanes from {@code at}. */
    public static float prod(float[] lanes, int at) {
        float p0 = (lanes[at] * lanes[at + 8]) * (lanes[at + 4] * lanes[at + 12]);
        float p1 = (lanes[at + 1] * lanes[at + 9]) * (lanes[at + 5] * lanes[at + 13]);
        float p2 = (lanes[at + 2] * lanes[at + 10]) * (lanes[at + 6] * lanes[at + 14]);
        float p3 = (lanes[at + 3] * lanes[at + 11]) * (lanes[at + 7] * lanes[at + 15]);
        return (p0 * p2) * (p1 * p3);
    }

    /** The product of 8 lanes from {@code at}. */
    public static double prod(double[] lanes, int at) {
        double p0 = lanes[at] * lanes[at + 4];
        double p1 = lanes[at + 1] * lanes[at + 5];
        double p2 = lanes[at + 2] * lanes[at + 6];
        double p3 = lanes[at + 3] * lanes[at + 7];
        return (p0 * p2) * (p1 * p3);
    }
}
