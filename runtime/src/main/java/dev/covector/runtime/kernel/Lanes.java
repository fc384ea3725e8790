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

    /** Adds to 16 lanes {@code x[from]} and the {@code count - 1} after it, in turn, beginning with lane 0. */
    public static void add(float[] lanes, int at, float[] x, int from, int count) {
        float s0 = lanes[at];
        float s1 = lanes[at + 1];
        float s2 = lanes[at + 2];
        float s3 = lanes[at + 3];
        float s4 = lanes[at + 4];
        float s5 = lanes[at + 5];
        float s6 = lanes[at + 6];
        float s7 = lanes[at + 7];
        float s8 = lanes[at + 8];
        float s9 = lanes[at + 9];
        float s10 = lanes[at + 10];
        float s11 = lanes[at + 11];
        float s12 = lanes[at + 12];
        float s13 = lanes[at + 13];
        float s14 = lanes[at + 14];
        float s15 = lanes[at + 15];
        int i = from;
        for (int end = from + (count & -16); i < end; i += 16) {
            s0 += x[i];
            s1 += x[i + 1];
            s2 += x[i + 2];
            s3 += x[i + 3];
            s4 += x[i + 4];
            s5 += x[i + 5];
            s6 += x[i + 6];
            s7 += x[i + 7];
            s8 += x[i + 8];
            s9 += x[i + 9];
            s10 += x[i + 10];
            s11 += x[i + 11];
            s12 += x[i + 12];
            s13 += x[i + 13];
            s14 += x[i + 14];
            s15 += x[i + 15];
        }
        lanes[at] = s0;
        lanes[at + 1] = s1;
        lanes[at + 2] = s2;
        lanes[at + 3] = s3;
        lanes[at + 4] = s4;
        lanes[at + 5] = s5;
        lanes[at + 6] = s6;
        lanes[at + 7] = s7;
        lanes[at + 8] = s8;
        lanes[at + 9] = s9;
        lanes[at + 10] = s10;
        lanes[at + 11] = s11;
        lanes[at + 12] = s12;
        lanes[at + 13] = s13;
        lanes[at + 14] = s14;
        lanes[at + 15] = s15;
        for (int lane = at; i < from + count; i++, lane++) {
            lanes[lane] += x[i];
        }
    }

    /** Multiplies 16 lanes by {@code x[from]} and the {@code count - 1} after it, in turn, beginning with lane 0. */
    public static void multiply(float[] lanes, int at, float[] x, int from, int count) {
        float s0 = lanes[at];
        float s1 = lanes[at + 1];
        float s2 = lanes[at + 2];
        float s3 = lanes[at + 3];
        float s4 = lanes[at + 4];
        float s5 = lanes[at + 5];
        float s6 = lanes[at + 6];
        float s7 = lanes[at + 7];
        float s8 = lanes[at + 8];
        float s9 = lanes[at + 9];
        float s10 = lanes[at + 10];
        float s11 = lanes[at + 11];
        float s12 = lanes[at + 12];
        float s13 = lanes[at + 13];
        float s14 = lanes[at + 14];
        float s15 = lanes[at + 15];
        int i = from;
        for (int end = from + (count & -16); i < end; i += 16) {
            s0 *= x[i];
            s1 *= x[i + 1];
            s2 *= x[i + 2];
            s3 *= x[i + 3];
            s4 *= x[i + 4];
            s5 *= x[i + 5];
            s6 *= x[i + 6];
            s7 *= x[i + 7];
            s8 *= x[i + 8];
            s9 *= x[i + 9];
            s10 *= x[i + 10];
            s11 *= x[i + 11];
            s12 *= x[i + 12];
            s13 *= x[i + 13];
            s14 *= x[i + 14];
            s15 *= x[i + 15];
        }
        lanes[at] = s0;
        lanes[at + 1] = s1;
        lanes[at + 2] = s2;
        lanes[at + 3] = s3;
        lanes[at + 4] = s4;
        lanes[at + 5] = s5;
        lanes[at + 6] = s6;
        lanes[at + 7] = s7;
        lanes[at + 8] = s8;
        lanes[at + 9] = s9;
        lanes[at + 10] = s10;
        lanes[at + 11] = s11;
        lanes[at + 12] = s12;
        lanes[at + 13] = s13;
        lanes[at + 14] = s14;
        lanes[at + 15] = s15;
        for (int lane = at; i < from + count; i++, lane++) {
            lanes[lane] *= x[i];
        }
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
