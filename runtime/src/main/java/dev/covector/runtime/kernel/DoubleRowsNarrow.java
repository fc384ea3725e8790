package dev.covector.runtime.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link DoubleTileNarrow} over rows of A that are packed one after the other. What is added when is the same; only the
 * addresses differ, which C2 must know as constants.
 */
final class DoubleRowsNarrow {
    private static final VectorSpecies<Double> S = DoubleTileVector.SPECIES;
    private static final int N = DoubleGemm.TILE_N;
    private static final int A = DoubleGemm.A_ROW;

    private DoubleRowsNarrow() {}

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
            int i = ao + k;
            int j = bo + k * N;
            DoubleVector x = DoubleVector.fromArray(S, b, j);
            DoubleVector a0 = DoubleVector.broadcast(S, a[i]);
            x0 = a0.fma(x, x0);
            DoubleVector a1 = DoubleVector.broadcast(S, a[i + A]);
            x1 = a1.fma(x, x1);
            DoubleVector a2 = DoubleVector.broadcast(S, a[i + 2 * A]);
            x2 = a2.fma(x, x2);
            DoubleVector a3 = DoubleVector.broadcast(S, a[i + 3 * A]);
            x3 = a3.fma(x, x3);
            DoubleVector a4 = DoubleVector.broadcast(S, a[i + 4 * A]);
            x4 = a4.fma(x, x4);
            DoubleVector a5 = DoubleVector.broadcast(S, a[i + 5 * A]);
            x5 = a5.fma(x, x5);
            DoubleVector a6 = DoubleVector.broadcast(S, a[i + 6 * A]);
            x6 = a6.fma(x, x6);
            DoubleVector a7 = DoubleVector.broadcast(S, a[i + 7 * A]);
            x7 = a7.fma(x, x7);
            DoubleVector a8 = DoubleVector.broadcast(S, a[i + 8 * A]);
            x8 = a8.fma(x, x8);
            DoubleVector a9 = DoubleVector.broadcast(S, a[i + 9 * A]);
            x9 = a9.fma(x, x9);
            DoubleVector a10 = DoubleVector.broadcast(S, a[i + 10 * A]);
            x10 = a10.fma(x, x10);
            DoubleVector a11 = DoubleVector.broadcast(S, a[i + 11 * A]);
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
