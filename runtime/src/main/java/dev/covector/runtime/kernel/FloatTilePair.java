package dev.covector.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FloatTileLow} of two panels of a B that is not packed: 64 columns of each step lie side by side, and {@code places}
 * says where. 24 sums, 4 vectors of B, 1 of A.
 */
final class FloatTilePair {
    private static final VectorSpecies<Float> S = FloatTileVector.SPECIES;
    private static final int L = S.length();
    private static final int N = FloatGemm.TILE_N;
    private static final int A = FloatGemm.A_STRIDE;

    private FloatTilePair() {}

    /**
     * Writes the sums over {@code kc} steps of 6 rows by 2 vectors to {@code c}, and by 2 of the next panel to {@code d}; without
     * steps it does nothing.
     */
    static void block(float[] a, int ao, float[] b, int bo, int[] places, int kc, float[] c, float[] d,
            int co) {
        if (kc == 0) {
            return; // at once: this is what the warmer counts on
        }
        FloatVector x0 = FloatVector.zero(S);
        FloatVector y0 = FloatVector.zero(S);
        FloatVector z0 = FloatVector.zero(S);
        FloatVector w0 = FloatVector.zero(S);
        FloatVector x1 = FloatVector.zero(S);
        FloatVector y1 = FloatVector.zero(S);
        FloatVector z1 = FloatVector.zero(S);
        FloatVector w1 = FloatVector.zero(S);
        FloatVector x2 = FloatVector.zero(S);
        FloatVector y2 = FloatVector.zero(S);
        FloatVector z2 = FloatVector.zero(S);
        FloatVector w2 = FloatVector.zero(S);
        FloatVector x3 = FloatVector.zero(S);
        FloatVector y3 = FloatVector.zero(S);
        FloatVector z3 = FloatVector.zero(S);
        FloatVector w3 = FloatVector.zero(S);
        FloatVector x4 = FloatVector.zero(S);
        FloatVector y4 = FloatVector.zero(S);
        FloatVector z4 = FloatVector.zero(S);
        FloatVector w4 = FloatVector.zero(S);
        FloatVector x5 = FloatVector.zero(S);
        FloatVector y5 = FloatVector.zero(S);
        FloatVector z5 = FloatVector.zero(S);
        FloatVector w5 = FloatVector.zero(S);
        for (int k = 0; k < kc; k++) {
            int i = ao + k * A;
            int j = bo + places[k];
            FloatVector x = FloatVector.fromArray(S, b, j);
            FloatVector y = FloatVector.fromArray(S, b, j + L);
            FloatVector z = FloatVector.fromArray(S, b, j + N);
            FloatVector w = FloatVector.fromArray(S, b, j + N + L);
            FloatVector a0 = FloatVector.broadcast(S, a[i]);
            x0 = a0.fma(x, x0);
            y0 = a0.fma(y, y0);
            z0 = a0.fma(z, z0);
            w0 = a0.fma(w, w0);
            FloatVector a1 = FloatVector.broadcast(S, a[i + 1]);
            x1 = a1.fma(x, x1);
            y1 = a1.fma(y, y1);
            z1 = a1.fma(z, z1);
            w1 = a1.fma(w, w1);
            FloatVector a2 = FloatVector.broadcast(S, a[i + 2]);
            x2 = a2.fma(x, x2);
            y2 = a2.fma(y, y2);
            z2 = a2.fma(z, z2);
            w2 = a2.fma(w, w2);
            FloatVector a3 = FloatVector.broadcast(S, a[i + 3]);
            x3 = a3.fma(x, x3);
            y3 = a3.fma(y, y3);
            z3 = a3.fma(z, z3);
            w3 = a3.fma(w, w3);
            FloatVector a4 = FloatVector.broadcast(S, a[i + 4]);
            x4 = a4.fma(x, x4);
            y4 = a4.fma(y, y4);
            z4 = a4.fma(z, z4);
            w4 = a4.fma(w, w4);
            FloatVector a5 = FloatVector.broadcast(S, a[i + 5]);
            x5 = a5.fma(x, x5);
            y5 = a5.fma(y, y5);
            z5 = a5.fma(z, z5);
            w5 = a5.fma(w, w5);
        }
        x0.intoArray(c, co);
        y0.intoArray(c, co + L);
        z0.intoArray(d, co);
        w0.intoArray(d, co + L);
        x1.intoArray(c, co + N);
        y1.intoArray(c, co + N + L);
        z1.intoArray(d, co + N);
        w1.intoArray(d, co + N + L);
        x2.intoArray(c, co + 2 * N);
        y2.intoArray(c, co + 2 * N + L);
        z2.intoArray(d, co + 2 * N);
        w2.intoArray(d, co + 2 * N + L);
        x3.intoArray(c, co + 3 * N);
        y3.intoArray(c, co + 3 * N + L);
        z3.intoArray(d, co + 3 * N);
        w3.intoArray(d, co + 3 * N + L);
        x4.intoArray(c, co + 4 * N);
        y4.intoArray(c, co + 4 * N + L);
        z4.intoArray(d, co + 4 * N);
        w4.intoArray(d, co + 4 * N + L);
        x5.intoArray(c, co + 5 * N);
        y5.intoArray(c, co + 5 * N + L);
        z5.intoArray(d, co + 5 * N);
        w5.intoArray(d, co + 5 * N + L);
    }
}
