package dev.covector.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A register tile that needs nothing packed: rows of A begin anywhere, steps of B are equally far from each other, and rows of C
 * as well. Four rows by four vectors: 16 sums, 4 vectors of B, 1 of A.
 */
final class FloatTileInPlace {
    /** Rows of the tile. */
    static final int ROWS = 4;

    private static final VectorSpecies<Float> S = FloatTileVector.SPECIES;
    private static final int L = S.length();
    private static final int N = FloatGemm.TILE_N;

    private FloatTileInPlace() {}

    /**
     * Writes the sums over {@code kc} steps of 4 rows, from the {@code ro}th on, by 2 vectors and by 2 of the next panel, to rows
     * {@code line} apart; without steps it does nothing.
     */
    static void block(float[] a, int[] rows, int ro, float[] b, int bo, int step, int kc, float[] c, int co,
            int line) {
        if (kc == 0) {
            return; // at once: this is what the warmer counts on
        }
        int r0 = rows[ro];
        int r1 = rows[ro + 1];
        int r2 = rows[ro + 2];
        int r3 = rows[ro + 3];
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
        for (int k = 0; k < kc; k++) {
            int j = bo + k * step;
            FloatVector x = FloatVector.fromArray(S, b, j);
            FloatVector y = FloatVector.fromArray(S, b, j + L);
            FloatVector z = FloatVector.fromArray(S, b, j + N);
            FloatVector w = FloatVector.fromArray(S, b, j + N + L);
            FloatVector a0 = FloatVector.broadcast(S, a[r0 + k]);
            x0 = a0.fma(x, x0);
            y0 = a0.fma(y, y0);
            z0 = a0.fma(z, z0);
            w0 = a0.fma(w, w0);
            FloatVector a1 = FloatVector.broadcast(S, a[r1 + k]);
            x1 = a1.fma(x, x1);
            y1 = a1.fma(y, y1);
            z1 = a1.fma(z, z1);
            w1 = a1.fma(w, w1);
            FloatVector a2 = FloatVector.broadcast(S, a[r2 + k]);
            x2 = a2.fma(x, x2);
            y2 = a2.fma(y, y2);
            z2 = a2.fma(z, z2);
            w2 = a2.fma(w, w2);
            FloatVector a3 = FloatVector.broadcast(S, a[r3 + k]);
            x3 = a3.fma(x, x3);
            y3 = a3.fma(y, y3);
            z3 = a3.fma(z, z3);
            w3 = a3.fma(w, w3);
        }
        x0.intoArray(c, co);
        y0.intoArray(c, co + L);
        z0.intoArray(c, co + N);
        w0.intoArray(c, co + N + L);
        x1.intoArray(c, co + line);
        y1.intoArray(c, co + line + L);
        z1.intoArray(c, co + N + line);
        w1.intoArray(c, co + N + line + L);
        x2.intoArray(c, co + 2 * line);
        y2.intoArray(c, co + 2 * line + L);
        z2.intoArray(c, co + N + 2 * line);
        w2.intoArray(c, co + N + 2 * line + L);
        x3.intoArray(c, co + 3 * line);
        y3.intoArray(c, co + 3 * line + L);
        z3.intoArray(c, co + N + 3 * line);
        w3.intoArray(c, co + N + 3 * line + L);
    }
}
