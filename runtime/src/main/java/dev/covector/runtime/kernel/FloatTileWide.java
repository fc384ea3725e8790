package dev.covector.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile for processors with 32 vector registers: 12 rows by 2 vectors, which are 24 sums,
 * 2 vectors of B, 1 of A.
 *
 * <p>Written out, because vectors must stay in local variables. One step of K a turn: the body is
 * large enough, further unrolling gains nothing, and the method is compiled the sooner.
 */
final class FloatTileWide {
    private static final VectorSpecies<Float> S = FloatTileVector.SPECIES;
    private static final int L = S.length();
    private static final int N = FloatGemm.TILE_N;

    private FloatTileWide() {}

    /**
     * Writes the sums over {@code kc} steps of 12 rows by 2 vectors, where steps of A are {@code step} apart; without
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
            FloatVector a6 = FloatVector.broadcast(S, a[i + 6]);
            x6 = a6.fma(x, x6);
            y6 = a6.fma(y, y6);
            FloatVector a7 = FloatVector.broadcast(S, a[i + 7]);
            x7 = a7.fma(x, x7);
            y7 = a7.fma(y, y7);
            FloatVector a8 = FloatVector.broadcast(S, a[i + 8]);
            x8 = a8.fma(x, x8);
            y8 = a8.fma(y, y8);
            FloatVector a9 = FloatVector.broadcast(S, a[i + 9]);
            x9 = a9.fma(x, x9);
            y9 = a9.fma(y, y9);
            FloatVector a10 = FloatVector.broadcast(S, a[i + 10]);
            x10 = a10.fma(x, x10);
            y10 = a10.fma(y, y10);
            FloatVector a11 = FloatVector.broadcast(S, a[i + 11]);
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
