package dev.covector.runtime.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile for processors with 16 vector registers:
 * 6 rows by 2 vectors, 12 sums, 2 of B, 1 of A.
 *
 * <p>Written out, because vectors must stay in local variables. Unrolling by more than two steps
 * or starting the sums from C spills registers; so does a higher tile.
 */
final class DoubleTileVector6 {
    private static final VectorSpecies<Double> S = DoubleTileVector.SPECIES;
    private static final int L = S.length();
    private static final int N = DoubleGemm.TILE_N;
    private static final int A = DoubleGemm.A_STRIDE;

    private DoubleTileVector6() {}

    /** Writes the sums over {@code kc} steps of 6 rows by 2 vectors; without steps it does nothing. */
    static void block(double[] a, int ao, double[] b, int bo, int kc, double[] c, int co) {
        if (kc == 0) {
            return;
        }
        DoubleVector p0 = DoubleVector.zero(S);
        DoubleVector q0 = DoubleVector.zero(S);
        DoubleVector p1 = DoubleVector.zero(S);
        DoubleVector q1 = DoubleVector.zero(S);
        DoubleVector p2 = DoubleVector.zero(S);
        DoubleVector q2 = DoubleVector.zero(S);
        DoubleVector p3 = DoubleVector.zero(S);
        DoubleVector q3 = DoubleVector.zero(S);
        DoubleVector p4 = DoubleVector.zero(S);
        DoubleVector q4 = DoubleVector.zero(S);
        DoubleVector p5 = DoubleVector.zero(S);
        DoubleVector q5 = DoubleVector.zero(S);
        int k = 0;
        for (; k < kc - 1; k += 2) {
            int i = ao + k * A;
            int j = bo + k * N;
            DoubleVector x = DoubleVector.fromArray(S, b, j);
            DoubleVector y = DoubleVector.fromArray(S, b, j + L);
            DoubleVector a0 = DoubleVector.broadcast(S, a[i]);
            p0 = a0.fma(x, p0);
            q0 = a0.fma(y, q0);
            DoubleVector a1 = DoubleVector.broadcast(S, a[i + 1]);
            p1 = a1.fma(x, p1);
            q1 = a1.fma(y, q1);
            DoubleVector a2 = DoubleVector.broadcast(S, a[i + 2]);
            p2 = a2.fma(x, p2);
            q2 = a2.fma(y, q2);
            DoubleVector a3 = DoubleVector.broadcast(S, a[i + 3]);
            p3 = a3.fma(x, p3);
            q3 = a3.fma(y, q3);
            DoubleVector a4 = DoubleVector.broadcast(S, a[i + 4]);
            p4 = a4.fma(x, p4);
            q4 = a4.fma(y, q4);
            DoubleVector a5 = DoubleVector.broadcast(S, a[i + 5]);
            p5 = a5.fma(x, p5);
            q5 = a5.fma(y, q5);
            x = DoubleVector.fromArray(S, b, j + N);
            y = DoubleVector.fromArray(S, b, j + N + L);
            a0 = DoubleVector.broadcast(S, a[i + A]);
            p0 = a0.fma(x, p0);
            q0 = a0.fma(y, q0);
            a1 = DoubleVector.broadcast(S, a[i + A + 1]);
            p1 = a1.fma(x, p1);
            q1 = a1.fma(y, q1);
            a2 = DoubleVector.broadcast(S, a[i + A + 2]);
            p2 = a2.fma(x, p2);
            q2 = a2.fma(y, q2);
            a3 = DoubleVector.broadcast(S, a[i + A + 3]);
            p3 = a3.fma(x, p3);
            q3 = a3.fma(y, q3);
            a4 = DoubleVector.broadcast(S, a[i + A + 4]);
            p4 = a4.fma(x, p4);
            q4 = a4.fma(y, q4);
            a5 = DoubleVector.broadcast(S, a[i + A + 5]);
            p5 = a5.fma(x, p5);
            q5 = a5.fma(y, q5);
        }
        if (k < kc) {
            int i = ao + k * A;
            int j = bo + k * N;
            DoubleVector x = DoubleVector.fromArray(S, b, j);
            DoubleVector y = DoubleVector.fromArray(S, b, j + L);
            DoubleVector a0 = DoubleVector.broadcast(S, a[i]);
            p0 = a0.fma(x, p0);
            q0 = a0.fma(y, q0);
            DoubleVector a1 = DoubleVector.broadcast(S, a[i + 1]);
            p1 = a1.fma(x, p1);
            q1 = a1.fma(y, q1);
            DoubleVector a2 = DoubleVector.broadcast(S, a[i + 2]);
            p2 = a2.fma(x, p2);
            q2 = a2.fma(y, q2);
            DoubleVector a3 = DoubleVector.broadcast(S, a[i + 3]);
            p3 = a3.fma(x, p3);
            q3 = a3.fma(y, q3);
            DoubleVector a4 = DoubleVector.broadcast(S, a[i + 4]);
            p4 = a4.fma(x, p4);
            q4 = a4.fma(y, q4);
            DoubleVector a5 = DoubleVector.broadcast(S, a[i + 5]);
            p5 = a5.fma(x, p5);
            q5 = a5.fma(y, q5);
        }
        p0.intoArray(c, co);
        q0.intoArray(c, co + L);
        p1.intoArray(c, co + N);
        q1.intoArray(c, co + N + L);
        p2.intoArray(c, co + 2 * N);
        q2.intoArray(c, co + 2 * N + L);
        p3.intoArray(c, co + 3 * N);
        q3.intoArray(c, co + 3 * N + L);
        p4.intoArray(c, co + 4 * N);
        q4.intoArray(c, co + 4 * N + L);
        p5.intoArray(c, co + 5 * N);
        q5.intoArray(c, co + 5 * N + L);
    }
}
