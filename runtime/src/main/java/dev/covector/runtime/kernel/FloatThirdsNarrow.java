package dev.covector.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile of {@link FloatThirds} for narrower vectors: 6 rows by one vector of either half of the columns, a part of
 * the 16 lanes. Written out, because vectors must stay in local variables.
 */
final class FloatThirdsNarrow {
    /** Rows of the tile. */
    static final int ROWS = 6;

    private static final VectorSpecies<Float> S = FloatTileVector.SPECIES;
    private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;
    private static final int N = FloatGemm.TILE_N;
    private static final int HALF = FloatThirds.LANES;

    private FloatThirdsNarrow() {}

    /**
     * Writes the sums over {@code whole} steps, a multiple of three, of 6 rows, from the {@code ro}th on, with the lanes of one
     * vector of each half, whose elements of A are found by {@code spread}. Loads an element more of each row. Without steps
     * it does nothing.
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
        FloatVector x0 = FloatVector.zero(S);
        FloatVector y0 = FloatVector.zero(S);
        FloatVector x1 = FloatVector.zero(S);
        FloatVector y1 = FloatVector.zero(S);
        FloatVector x2 = FloatVector.zero(S);
        FloatVector y2 = FloatVector.zero(S);
        FloatVector x3 = FloatVector.zero(S);
        FloatVector y3 = FloatVector.zero(S);
        FloatVector x4 = FloatVector.zero(S);
        FloatVector y4 = FloatVector.zero(S);
        FloatVector x5 = FloatVector.zero(S);
        FloatVector y5 = FloatVector.zero(S);
        int j = bo;
        for (int k = 0; k < whole; k += 3) {
            FloatVector x = FloatVector.fromArray(S, b, j);
            FloatVector y = FloatVector.fromArray(S, b, j + HALF);
            j += N;
            FloatVector a0 = ((FloatVector) FloatVector.fromArray(FOUR, a, r0 + k).reinterpretShape(S, 0))
                    .rearrange(spread);
            x0 = a0.fma(x, x0);
            y0 = a0.fma(y, y0);
            FloatVector a1 = ((FloatVector) FloatVector.fromArray(FOUR, a, r1 + k).reinterpretShape(S, 0))
                    .rearrange(spread);
            x1 = a1.fma(x, x1);
            y1 = a1.fma(y, y1);
            FloatVector a2 = ((FloatVector) FloatVector.fromArray(FOUR, a, r2 + k).reinterpretShape(S, 0))
                    .rearrange(spread);
            x2 = a2.fma(x, x2);
            y2 = a2.fma(y, y2);
            FloatVector a3 = ((FloatVector) FloatVector.fromArray(FOUR, a, r3 + k).reinterpretShape(S, 0))
                    .rearrange(spread);
            x3 = a3.fma(x, x3);
            y3 = a3.fma(y, y3);
            FloatVector a4 = ((FloatVector) FloatVector.fromArray(FOUR, a, r4 + k).reinterpretShape(S, 0))
                    .rearrange(spread);
            x4 = a4.fma(x, x4);
            y4 = a4.fma(y, y4);
            FloatVector a5 = ((FloatVector) FloatVector.fromArray(FOUR, a, r5 + k).reinterpretShape(S, 0))
                    .rearrange(spread);
            x5 = a5.fma(x, x5);
            y5 = a5.fma(y, y5);
        }
        x0.intoArray(c, co);
        y0.intoArray(c, co + HALF);
        x1.intoArray(c, co + N);
        y1.intoArray(c, co + N + HALF);
        x2.intoArray(c, co + 2 * N);
        y2.intoArray(c, co + 2 * N + HALF);
        x3.intoArray(c, co + 3 * N);
        y3.intoArray(c, co + 3 * N + HALF);
        x4.intoArray(c, co + 4 * N);
        y4.intoArray(c, co + 4 * N + HALF);
        x5.intoArray(c, co + 5 * N);
        y5.intoArray(c, co + 5 * N + HALF);
    }
}
