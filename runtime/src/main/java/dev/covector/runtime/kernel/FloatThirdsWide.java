package dev.covector.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile of {@link FloatThirds} for vectors of 512 bits: 12 rows by 2 vectors of B, each element of A at 5 lanes.
 * Written out, because vectors must stay in local variables.
 */
final class FloatThirdsWide {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_512;
    private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;
    private static final int N = FloatGemm.TILE_N;
    private static final int L = FloatThirds.LANES;
    /** The first of three elements to 5 lanes, the second, and the third. */
    static final VectorShuffle<Float> SPREAD =
            VectorShuffle.fromOp(S, lane -> Math.min(lane / FloatThirds.HALF, 2));

    private FloatThirdsWide() {}

    /**
     * Writes the sums over {@code whole} steps, a multiple of three, of 12 rows, from the {@code ro}th on, with all lanes.
     * Loads an element more of each row. Without steps it does nothing.
     */
    static void block(float[] a, int[] rows, int ro, float[] b, int bo, int whole, float[] c, int co) {
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
        FloatVector x6 = FloatVector.zero(S);
        FloatVector y6 = FloatVector.zero(S);
        FloatVector x7 = FloatVector.zero(S);
        FloatVector y7 = FloatVector.zero(S);
        FloatVector x8 = FloatVector.zero(S);
        FloatVector y8 = FloatVector.zero(S);
        FloatVector x9 = FloatVector.zero(S);
        FloatVector y9 = FloatVector.zero(S);
        FloatVector x10 = FloatVector.zero(S);
        FloatVector y10 = FloatVector.zero(S);
        FloatVector x11 = FloatVector.zero(S);
        FloatVector y11 = FloatVector.zero(S);
        int j = bo;
        for (int k = 0; k < whole; k += 3) {
            FloatVector x = FloatVector.fromArray(S, b, j);
            FloatVector y = FloatVector.fromArray(S, b, j + L);
            j += N;
            FloatVector a0 = ((FloatVector) FloatVector.fromArray(FOUR, a, r0 + k).reinterpretShape(S, 0))
                    .rearrange(SPREAD);
            x0 = a0.fma(x, x0);
            y0 = a0.fma(y, y0);
            FloatVector a1 = ((FloatVector) FloatVector.fromArray(FOUR, a, r1 + k).reinterpretShape(S, 0))
                    .rearrange(SPREAD);
            x1 = a1.fma(x, x1);
            y1 = a1.fma(y, y1);
            FloatVector a2 = ((FloatVector) FloatVector.fromArray(FOUR, a, r2 + k).reinterpretShape(S, 0))
                    .rearrange(SPREAD);
            x2 = a2.fma(x, x2);
            y2 = a2.fma(y, y2);
            FloatVector a3 = ((FloatVector) FloatVector.fromArray(FOUR, a, r3 + k).reinterpretShape(S, 0))
                    .rearrange(SPREAD);
            x3 = a3.fma(x, x3);
            y3 = a3.fma(y, y3);
            FloatVector a4 = ((FloatVector) FloatVector.fromArray(FOUR, a, r4 + k).reinterpretShape(S, 0))
                    .rearrange(SPREAD);
            x4 = a4.fma(x, x4);
            y4 = a4.fma(y, y4);
            FloatVector a5 = ((FloatVector) FloatVector.fromArray(FOUR, a, r5 + k).reinterpretShape(S, 0))
                    .rearrange(SPREAD);
            x5 = a5.fma(x, x5);
            y5 = a5.fma(y, y5);
            FloatVector a6 = ((FloatVector) FloatVector.fromArray(FOUR, a, r6 + k).reinterpretShape(S, 0))
                    .rearrange(SPREAD);
            x6 = a6.fma(x, x6);
            y6 = a6.fma(y, y6);
            FloatVector a7 = ((FloatVector) FloatVector.fromArray(FOUR, a, r7 + k).reinterpretShape(S, 0))
                    .rearrange(SPREAD);
            x7 = a7.fma(x, x7);
            y7 = a7.fma(y, y7);
            FloatVector a8 = ((FloatVector) FloatVector.fromArray(FOUR, a, r8 + k).reinterpretShape(S, 0))
                    .rearrange(SPREAD);
            x8 = a8.fma(x, x8);
            y8 = a8.fma(y, y8);
            FloatVector a9 = ((FloatVector) FloatVector.fromArray(FOUR, a, r9 + k).reinterpretShape(S, 0))
                    .rearrange(SPREAD);
            x9 = a9.fma(x, x9);
            y9 = a9.fma(y, y9);
            FloatVector a10 = ((FloatVector) FloatVector.fromArray(FOUR, a, r10 + k).reinterpretShape(S, 0))
                    .rearrange(SPREAD);
            x10 = a10.fma(x, x10);
            y10 = a10.fma(y, y10);
            FloatVector a11 = ((FloatVector) FloatVector.fromArray(FOUR, a, r11 + k).reinterpretShape(S, 0))
                    .rearrange(SPREAD);
            x11 = a11.fma(x, x11);
            y11 = a11.fma(y, y11);
        }
        x0.intoArray(c, co);
        y0.intoArray(c, co + L);
        x1.intoArray(c, co + N);
        y1.intoArray(c, co + N + L);
        x2.intoArray(c, co + 2 * N);
        y2.intoArray(c, co + 2 * N + L);
        x3.intoArray(c, co + 3 * N);
        y3.intoArray(c, co + 3 * N + L);
        x4.intoArray(c, co + 4 * N);
        y4.intoArray(c, co + 4 * N + L);
        x5.intoArray(c, co + 5 * N);
        y5.intoArray(c, co + 5 * N + L);
        x6.intoArray(c, co + 6 * N);
        y6.intoArray(c, co + 6 * N + L);
        x7.intoArray(c, co + 7 * N);
        y7.intoArray(c, co + 7 * N + L);
        x8.intoArray(c, co + 8 * N);
        y8.intoArray(c, co + 8 * N + L);
        x9.intoArray(c, co + 9 * N);
        y9.intoArray(c, co + 9 * N + L);
        x10.intoArray(c, co + 10 * N);
        y10.intoArray(c, co + 10 * N + L);
        x11.intoArray(c, co + 11 * N);
        y11.intoArray(c, co + 11 * N + L);
    }
}
