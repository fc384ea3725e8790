package dev.covector.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FloatTileWide} of half the rows, for where most of 12 would be wasted: 12 sums, 2 vectors of B, 1 of A.
 */
final class FloatTileLow {
    private static final VectorSpecies<Float> S = FloatTileVector.SPECIES;
    private static final int L = S.length();
    private static final int N = FloatGemm.TILE_N;

    private FloatTileLow() {}

    /**
     * Writes the sums over {@code kc} steps of 6 rows by 2 vectors, where steps of A are {@code step} apart; without
     * steps it does nothing.
     */
    static void block(float[] a, int ao, int step, float[] b, int bo, int kc, float[] c, int co) {
        if (kc == 0) {
            return; // at once: this is what the warmer counts on
        }
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
        for (int k = 0; k < kc; k++) {
            int i = ao + k * step;
            int j = bo + k * N;
            FloatVector x = FloatVector.fromArray(S, b, j);
            FloatVector y = FloatVector.fromArray(S, b, j + L);
            FloatVector a0 = FloatVector.broadcast(S, a[i]);
            x0 = a0.fma(x, x0);
            y0 = a0.fma(y, y0);
            FloatVector a1 = FloatVector.broadcast(S, a[i + 1]);
            x1 = a1.fma(x, x1);
            y1 = a1.fma(y, y1);
            FloatVector a2 = FloatVector.broadcast(S, a[i + 2]);
            x2 = a2.fma(x, x2);
            y2 = a2.fma(y, y2);
            FloatVector a3 = FloatVector.broadcast(S, a[i + 3]);
            x3 = a3.fma(x, x3);
            y3 = a3.fma(y, y3);
            FloatVector a4 = FloatVector.broadcast(S, a[i + 4]);
            x4 = a4.fma(x, x4);
            y4 = a4.fma(y, y4);
            FloatVector a5 = FloatVector.broadcast(S, a[i + 5]);
            x5 = a5.fma(x, x5);
            y5 = a5.fma(y, y5);
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
    }
}
