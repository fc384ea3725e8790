package dev.covector.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile of {@link FloatThirds} for narrower vectors: 12 rows by one vector, a part of the 16 lanes.
 * Written out, because vectors must stay in local variables.
 */
final class FloatThirdsNarrow {
    private static final VectorSpecies<Float> S = FloatTileVector.SPECIES;
    private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;
    private static final int N = FloatGemm.TILE_N;

    private FloatThirdsNarrow() {}

    /**
     * Writes the sums over {@code whole} steps, a multiple of three, of 12 rows, from the {@code ro}th on, with the lanes of one
     * vector, whose elements of A are found by {@code spread}.
     * Loads an element more of each row. Without steps it does nothing.
     */
    static void block(float[] a, int[] rows, int ro, float[] b, int bo, int whole, float[] c, int co,
            VectorShuffle<Float> spread) {
        if (whole == 0) {
            return; // at once: this is what the warmer counts on
        }
        int r0 = rows[ro];
        int r1 = rows[ro + 1];
        int r2 = rows[ro + 2];
        int r3 = rows[ro + 3];
        int r4 = rows[ro + 4];
        int r5 = rows[ro + 5];
        int r6 = rows[ro + 6];
        int r7 = rows[ro + 7];
        int r8 = rows[ro + 8];
        int r9 = rows[ro + 9];
        int r10 = rows[ro + 10];
        int r11 = rows[ro + 11];
        FloatVector x0 = FloatVector.zero(S);
        FloatVector x1 = FloatVector.zero(S);
        FloatVector x2 = FloatVector.zero(S);
        FloatVector x3 = FloatVector.zero(S);
        FloatVector x4 = FloatVector.zero(S);
        FloatVector x5 = FloatVector.zero(S);
        FloatVector x6 = FloatVector.zero(S);
        FloatVector x7 = FloatVector.zero(S);
        FloatVector x8 = FloatVector.zero(S);
        FloatVector x9 = FloatVector.zero(S);
        FloatVector x10 = FloatVector.zero(S);
        FloatVector x11 = FloatVector.zero(S);
        int j = bo;
        for (int k = 0; k < whole; k += 3) {
            FloatVector x = FloatVector.fromArray(S, b, j);
            j += N;
            FloatVector a0 = ((FloatVector) FloatVector.fromArray(FOUR, a, r0 + k).reinterpretShape(S, 0))
                    .rearrange(spread);
            x0 = a0.fma(x, x0);
            FloatVector a1 = ((FloatVector) FloatVector.fromArray(FOUR, a, r1 + k).reinterpretShape(S, 0))
                    .rearrange(spread);
            x1 = a1.fma(x, x1);
            FloatVector a2 = ((FloatVector) FloatVector.fromArray(FOUR, a, r2 + k).reinterpretShape(S, 0))
                    .rearrange(spread);
            x2 = a2.fma(x, x2);
            FloatVector a3 = ((FloatVector) FloatVector.fromArray(FOUR, a, r3 + k).reinterpretShape(S, 0))
                    .rearrange(spread);
            x3 = a3.fma(x, x3);
            FloatVector a4 = ((FloatVector) FloatVector.fromArray(FOUR, a, r4 + k).reinterpretShape(S, 0))
                    .rearrange(spread);
            x4 = a4.fma(x, x4);
            FloatVector a5 = ((FloatVector) FloatVector.fromArray(FOUR, a, r5 + k).reinterpretShape(S, 0))
                    .rearrange(spread);
            x5 = a5.fma(x, x5);
            FloatVector a6 = ((FloatVector) FloatVector.fromArray(FOUR, a, r6 + k).reinterpretShape(S, 0))
                    .rearrange(spread);
            x6 = a6.fma(x, x6);
            FloatVector a7 = ((FloatVector) FloatVector.fromArray(FOUR, a, r7 + k).reinterpretShape(S, 0))
                    .rearrange(spread);
            x7 = a7.fma(x, x7);
            FloatVector a8 = ((FloatVector) FloatVector.fromArray(FOUR, a, r8 + k).reinterpretShape(S, 0))
                    .rearrange(spread);
            x8 = a8.fma(x, x8);
            FloatVector a9 = ((FloatVector) FloatVector.fromArray(FOUR, a, r9 + k).reinterpretShape(S, 0))
                    .rearrange(spread);
            x9 = a9.fma(x, x9);
            FloatVector a10 = ((FloatVector) FloatVector.fromArray(FOUR, a, r10 + k).reinterpretShape(S, 0))
                    .rearrange(spread);
            x10 = a10.fma(x, x10);
            FloatVector a11 = ((FloatVector) FloatVector.fromArray(FOUR, a, r11 + k).reinterpretShape(S, 0))
                    .rearrange(spread);
            x11 = a11.fma(x, x11);
        }
        x0.intoArray(c, co);
        x1.intoArray(c, co + N);
        x2.intoArray(c, co + 2 * N);
        x3.intoArray(c, co + 3 * N);
        x4.intoArray(c, co + 4 * N);
        x5.intoArray(c, co + 5 * N);
        x6.intoArray(c, co + 6 * N);
        x7.intoArray(c, co + 7 * N);
        x8.intoArray(c, co + 8 * N);
        x9.intoArray(c, co + 9 * N);
        x10.intoArray(c, co + 10 * N);
        x11.intoArray(c, co + 11 * N);
    }
}
