package dev.covector.runtime.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile for processors with 16 vector registers: 12 rows by 1 vector, which are 12 sums,
 * 1 vector of B, 1 of A. With two vectors of B, and fewer rows, C2 spills registers.
 *
 * <p>Written out, because vectors must stay in local variables. One step of K a turn: the body is
 * large enough, further unrolling gains nothing, and the method is compiled the sooner.
 */
final class DoubleTileNarrow {
    private static final VectorSpecies<Double> S = DoubleTileVector.SPECIES;
    private static final int N = DoubleGemm.TILE_N;
    private static final int A = DoubleGemm.A_STRIDE;

    private DoubleTileNarrow() {}

    /** Writes the sums over {@code kc} steps of 12 rows by 1 vector; without steps it does nothing. */
    static void block(double[] a, int ao, double[] b, int bo, int kc, double[] c, int co) {
        if (kc == 0) {
            return; // at once: this is what the warmer counts on
        }
        DoubleVector x0 = DoubleVector.zero(S);
        DoubleVector x1 = DoubleVector.zero(S);
        DoubleVector x2 = DoubleVector.zero(S);
        DoubleVector x3 = DoubleVector.zero(S);
        DoubleVector x4 = DoubleVector.zero(S);
        DoubleVector x5 = DoubleVector.zero(S);
        DoubleVector x6 = DoubleVector.zero(S);
        DoubleVector x7 = DoubleVector.zero(S);
        DoubleVector x8 = DoubleVector.zero(S);
        DoubleVector x9 = DoubleVector.zero(S);
        DoubleVector x10 = DoubleVector.zero(S);
        DoubleVector x11 = DoubleVector.zero(S);
        for (int k = 0; k < kc; k++) {
            int i = ao + k * A;
            int j = bo + k * N;
            DoubleVector x = DoubleVector.fromArray(S, b, j);
            DoubleVector a0 = DoubleVector.broadcast(S, a[i]);
            x0 = a0.fma(x, x0);
            DoubleVector a1 = DoubleVector.broadcast(S, a[i + 1]);
            x1 = a1.fma(x, x1);
            DoubleVector a2 = DoubleVector.broadcast(S, a[i + 2]);
            x2 = a2.fma(x, x2);
            DoubleVector a3 = DoubleVector.broadcast(S, a[i + 3]);
            x3 = a3.fma(x, x3);
            DoubleVector a4 = DoubleVector.broadcast(S, a[i + 4]);
            x4 = a4.fma(x, x4);
            DoubleVector a5 = DoubleVector.broadcast(S, a[i + 5]);
            x5 = a5.fma(x, x5);
            DoubleVector a6 = DoubleVector.broadcast(S, a[i + 6]);
            x6 = a6.fma(x, x6);
            DoubleVector a7 = DoubleVector.broadcast(S, a[i + 7]);
            x7 = a7.fma(x, x7);
            DoubleVector a8 = DoubleVector.broadcast(S, a[i + 8]);
            x8 = a8.fma(x, x8);
            DoubleVector a9 = DoubleVector.broadcast(S, a[i + 9]);
            x9 = a9.fma(x, x9);
            DoubleVector a10 = DoubleVector.broadcast(S, a[i + 10]);
            x10 = a10.fma(x, x10);
            DoubleVector a11 = DoubleVector.broadcast(S, a[i + 11]);
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
