package dev.covector.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile for processors with 16 vector registers: 12 rows by 1 vector, which are 12 sums,
 * 1 vector of B, 1 of A. With two vectors of B, and fewer rows, C2 spills registers.
 *
 * <p>Written out, because vectors must stay in local variables. One step of K a turn: the body is
 * large enough, further unrolling gains nothing, and the method is compiled the sooner.
 */
final class FloatTileNarrow {
    private static final VectorSpecies<Float> S = FloatTileVector.SPECIES;
    private static final int N = FloatGemm.TILE_N;

    private FloatTileNarrow() {}

    /**
     * Writes the sums over {@code kc} steps of 12 rows by 1 vector, where steps of A are {@code step} apart; without
     * steps it does nothing.
     */
    static void block(float[] a, int ao, int step, float[] b, int bo, int kc, float[] c, int co) {
        if (kc == 0) {
            return; // at once: this is what the warmer counts on
        }
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
        for (int k = 0; k < kc; k++) {
            int i = ao + k * step;
            int j = bo + k * N;
            FloatVector x = FloatVector.fromArray(S, b, j);
            FloatVector a0 = FloatVector.broadcast(S, a[i]);
            x0 = a0.fma(x, x0);
            FloatVector a1 = FloatVector.broadcast(S, a[i + 1]);
            x1 = a1.fma(x, x1);
            FloatVector a2 = FloatVector.broadcast(S, a[i + 2]);
            x2 = a2.fma(x, x2);
            FloatVector a3 = FloatVector.broadcast(S, a[i + 3]);
            x3 = a3.fma(x, x3);
            FloatVector a4 = FloatVector.broadcast(S, a[i + 4]);
            x4 = a4.fma(x, x4);
            FloatVector a5 = FloatVector.broadcast(S, a[i + 5]);
            x5 = a5.fma(x, x5);
            FloatVector a6 = FloatVector.broadcast(S, a[i + 6]);
            x6 = a6.fma(x, x6);
            FloatVector a7 = FloatVector.broadcast(S, a[i + 7]);
            x7 = a7.fma(x, x7);
            FloatVector a8 = FloatVector.broadcast(S, a[i + 8]);
            x8 = a8.fma(x, x8);
            FloatVector a9 = FloatVector.broadcast(S, a[i + 9]);
            x9 = a9.fma(x, x9);
            FloatVector a10 = FloatVector.broadcast(S, a[i + 10]);
            x10 = a10.fma(x, x10);
            FloatVector a11 = FloatVector.broadcast(S, a[i + 11]);
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
