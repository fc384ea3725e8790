package dev.covector.runtime.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link DoubleTileWide} over rows of A that are packed one after the other. What is added when is the same; only the
 * addresses differ, which C2 must know as constants.
 */
final class DoubleRowsWide {
    private static final VectorSpecies<Double> S = DoubleTileVector.SPECIES;
    private static final int L = S.length();
    private static final int N = DoubleGemm.TILE_N;
    private static final int A = DoubleGemm.A_ROW;

    private DoubleRowsWide() {}

    /** Writes the sums over {@code kc} steps of 12 rows by 2 vectors; without steps it does nothing. */
    static void block(double[] a, int ao, double[] b, int bo, int kc, double[] c, int co) {
        if (kc == 0) {
            return; // at once: this is what the warmer counts on
        }
        DoubleVector x0 = DoubleVector.zero(S);
        DoubleVector y0 = DoubleVector.zero(S);
        DoubleVector x1 = DoubleVector.zero(S);
        DoubleVector y1 = DoubleVector.zero(S);
        DoubleVector x2 = DoubleVector.zero(S);
        DoubleVector y2 = DoubleVector.zero(S);
        DoubleVector x3 = DoubleVector.zero(S);
        DoubleVector y3 = DoubleVector.zero(S);
        DoubleVector x4 = DoubleVector.zero(S);
        DoubleVector y4 = DoubleVector.zero(S);
        DoubleVector x5 = DoubleVector.zero(S);
        DoubleVector y5 = DoubleVector.zero(S);
        DoubleVector x6 = DoubleVector.zero(S);
        DoubleVector y6 = DoubleVector.zero(S);
        DoubleVector x7 = DoubleVector.zero(S);
        DoubleVector y7 = DoubleVector.zero(S);
        DoubleVector x8 = DoubleVector.zero(S);
        DoubleVector y8 = DoubleVector.zero(S);
        DoubleVector x9 = DoubleVector.zero(S);
        DoubleVector y9 = DoubleVector.zero(S);
        DoubleVector x10 = DoubleVector.zero(S);
        DoubleVector y10 = DoubleVector.zero(S);
        DoubleVector x11 = DoubleVector.zero(S);
        DoubleVector y11 = DoubleVector.zero(S);
        for (int k = 0; k < kc; k++) {
            int i = ao + k;
            int j = bo + k * N;
            DoubleVector x = DoubleVector.fromArray(S, b, j);
            DoubleVector y = DoubleVector.fromArray(S, b, j + L);
            DoubleVector a0 = DoubleVector.broadcast(S, a[i]);
            x0 = a0.fma(x, x0);
            y0 = a0.fma(y, y0);
            DoubleVector a1 = DoubleVector.broadcast(S, a[i + A]);
            x1 = a1.fma(x, x1);
            y1 = a1.fma(y, y1);
            DoubleVector a2 = DoubleVector.broadcast(S, a[i + 2 * A]);
            x2 = a2.fma(x, x2);
            y2 = a2.fma(y, y2);
            DoubleVector a3 = DoubleVector.broadcast(S, a[i + 3 * A]);
            x3 = a3.fma(x, x3);
            y3 = a3.fma(y, y3);
            DoubleVector a4 = DoubleVector.broadcast(S, a[i + 4 * A]);
            x4 = a4.fma(x, x4);
            y4 = a4.fma(y, y4);
            DoubleVector a5 = DoubleVector.broadcast(S, a[i + 5 * A]);
            x5 = a5.fma(x, x5);
            y5 = a5.fma(y, y5);
            DoubleVector a6 = DoubleVector.broadcast(S, a[i + 6 * A]);
            x6 = a6.fma(x, x6);
            y6 = a6.fma(y, y6);
            DoubleVector a7 = DoubleVector.broadcast(S, a[i + 7 * A]);
            x7 = a7.fma(x, x7);
            y7 = a7.fma(y, y7);
            DoubleVector a8 = DoubleVector.broadcast(S, a[i + 8 * A]);
            x8 = a8.fma(x, x8);
            y8 = a8.fma(y, y8);
            DoubleVector a9 = DoubleVector.broadcast(S, a[i + 9 * A]);
            x9 = a9.fma(x, x9);
            y9 = a9.fma(y, y9);
            DoubleVector a10 = DoubleVector.broadcast(S, a[i + 10 * A]);
            x10 = a10.fma(x, x10);
            y10 = a10.fma(y, y10);
            DoubleVector a11 = DoubleVector.broadcast(S, a[i + 11 * A]);
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
