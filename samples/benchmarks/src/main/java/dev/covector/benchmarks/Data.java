package dev.covector.benchmarks;

import java.util.SplittableRandom;

/** Random data, the same in each run. */
final class Data {
    private Data() {}

    /**
     * Multiples of 1/16 in [-1, 1]. Their sums, and sums of products of two of them, are exact for as many as a
     * benchmark adds, so that two orders of adding must agree to the bit.
     */
    static float[] floats(int count) {
        SplittableRandom random = new SplittableRandom(count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (random.nextInt(33) - 16) / 16f;
        }
        return values;
    }

    /** In [0, bound). */
    static int[] indices(int count, int bound) {
        return new SplittableRandom(count).ints(count, 0, bound).toArray();
    }
}
