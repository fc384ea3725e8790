package dev.covector.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * 6 rows by 4 vectors of a B that is not packed: columns of each step lie side by side, and {@code places} says where.
 * 24 sums, 4 vectors of B, 1 of A.
 */
final class FloatTilePlaces {
    private static final VectorSpecies<Float> S = FloatTileVector.SPECIES;
    private static final int L = S.length();
    private static final int W = FloatGemm.WIDE_N;
    private static final int A = FloatGemm.A_STRIDE;

    /** Columns of the tile. */
    static final int COLUMNS = 4 * L;

    private FloatTilePlaces() {}

    /** Writes the sums over {@code kc} steps to a wide tile; without steps it does nothing. */
    static void block(float[] a, int ao, float[] b, int bo, int[] places, int kc, float[] c, int co) {
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
            FloatVector z = FloatVector.fromArray(S, b, j + 2 * L);
            FloatVector w = FloatVector.fromArray(S, b, j + 3 * L);
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
        z0.intoArray(c, co + 2 * L);
        w0.intoArray(c, co + 3 * L);
        x1.intoArray(c, co + W);
        y1.intoArray(c, co + W + L);
        z1.intoArray(c, co + W + 2 * L);
        w1.intoArray(c, co + W + 3 * L);
        x2.intoArray(c, co + 2 * W);
        y2.intoArray(c, co + 2 * W + L);
        z2.intoArray(c, co + 2 * W + 2 * L);
        w2.intoArray(c, co + 2 * W + 3 * L);
        x3.intoArray(c, co + 3 * W);
        y3.intoArray(c, co + 3 * W + L);
        z3.intoArray(c, co + 3 * W + 2 * L);
        w3.intoArray(c, co + 3 * W + 3 * L);
        x4.intoArray(c, co + 4 * W);
        y4.intoArray(c, co + 4 * W + L);
        z4.intoArray(c, co + 4 * W + 2 * L);
        w4.intoArray(c, co + 4 * W + 3 * L);
        x5.intoArray(c, co + 5 * W);
        y5.intoArray(c, co + 5 * W + L);
        z5.intoArray(c, co + 5 * W + 2 * L);
        w5.intoArray(c, co + 5 * W + 3 * L);
    }
}
