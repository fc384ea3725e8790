package dev.covector.runtime.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile for processors with 32 vector registers:
 * 12 rows by 2 vectors, 24 sums, 2 of B, 1 of A.
 *
 * <p>Written out, because vectors must stay in local variables. Unrolling by more than two steps
 * or starting the sums from C spills registers; so does a higher tile.
 */
final class DoubleTileVector12 {
    private static final VectorSpecies<Double> S = DoubleTileVector.SPECIES;
    private static final int L = S.length();
    private static final int N = DoubleGemm.TILE_N;
    private static final int A = DoubleGemm.A_STRIDE;

    private DoubleTileVector12() {}

    /** Writes the sums over {@code kc} steps of 12 rows by 2 vectors; without steps it does nothing. */
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
        DoubleVector p6 = DoubleVector.zero(S);
        DoubleVector q6 = DoubleVector.zero(S);
        DoubleVector p7 = DoubleVector.zero(S);
        DoubleVector q7 = DoubleVector.zero(S);
        DoubleVector p8 = DoubleVector.zero(S);
        DoubleVector q8 = DoubleVector.zero(S);
        DoubleVector p9 = DoubleVector.zero(S);
        DoubleVector q9 = DoubleVector.zero(S);
        DoubleVector p10 = DoubleVector.zero(S);
        DoubleVector q10 = DoubleVector.zero(S);
        DoubleVector p11 = DoubleVector.zero(S);
        DoubleVector q11 = DoubleVector.zero(S);
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
            DoubleVector a6 = DoubleVector.broadcast(S, a[i + 6]);
            p6 = a6.fma(x, p6);
            q6 = a6.fma(y, q6);
            DoubleVector a7 = DoubleVector.broadcast(S, a[i + 7]);
            p7 = a7.fma(x, p7);
            q7 = a7.fma(y, q7);
            DoubleVector a8 = DoubleVector.broadcast(S, a[i + 8]);
            p8 = a8.fma(x, p8);
            q8 = a8.fma(y, q8);
            DoubleVector a9 = DoubleVector.broadcast(S, a[i + 9]);
            p9 = a9.fma(x, p9);
            q9 = a9.fma(y, q9);
            DoubleVector a10 = DoubleVector.broadcast(S, a[i + 10]);
            p10 = a10.fma(x, p10);
            q10 = a10.fma(y, q10);
            DoubleVector a11 = DoubleVector.broadcast(S, a[i + 11]);
            p11 = a11.fma(x, p11);
            q11 = a11.fma(y, q11);
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
            a6 = DoubleVector.broadcast(S, a[i + A + 6]);
            p6 = a6.fma(x, p6);
            q6 = a6.fma(y, q6);
            a7 = DoubleVector.broadcast(S, a[i + A + 7]);
            p7 = a7.fma(x, p7);
            q7 = a7.fma(y, q7);
            a8 = DoubleVector.broadcast(S, a[i + A + 8]);
            p8 = a8.fma(x, p8);
            q8 = a8.fma(y, q8);
            a9 = DoubleVector.broadcast(S, a[i + A + 9]);
            p9 = a9.fma(x, p9);
            q9 = a9.fma(y, q9);
            a10 = DoubleVector.broadcast(S, a[i + A + 10]);
            p10 = a10.fma(x, p10);
            q10 = a10.fma(y, q10);
            a11 = DoubleVector.broadcast(S, a[i + A + 11]);
            p11 = a11.fma(x, p11);
            q11 = a11.fma(y, q11);
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
            DoubleVector a6 = DoubleVector.broadcast(S, a[i + 6]);
            p6 = a6.fma(x, p6);
            q6 = a6.fma(y, q6);
            DoubleVector a7 = DoubleVector.broadcast(S, a[i + 7]);
            p7 = a7.fma(x, p7);
            q7 = a7.fma(y, q7);
            DoubleVector a8 = DoubleVector.broadcast(S, a[i + 8]);
            p8 = a8.fma(x, p8);
            q8 = a8.fma(y, q8);
            DoubleVector a9 = DoubleVector.broadcast(S, a[i + 9]);
            p9 = a9.fma(x, p9);
            q9 = a9.fma(y, q9);
            DoubleVector a10 = DoubleVector.broadcast(S, a[i + 10]);
            p10 = a10.fma(x, p10);
            q10 = a10.fma(y, q10);
            DoubleVector a11 = DoubleVector.broadcast(S, a[i + 11]);
            p11 = a11.fma(x, p11);
            q11 = a11.fma(y, q11);
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
        p6.intoArray(c, co + 6 * N);
        q6.intoArray(c, co + 6 * N + L);
        p7.intoArray(c, co + 7 * N);
        q7.intoArray(c, co + 7 * N + L);
        p8.intoArray(c, co + 8 * N);
        q8.intoArray(c, co + 8 * N + L);
        p9.intoArray(c, co + 9 * N);
        q9.intoArray(c, co + 9 * N + L);
        p10.intoArray(c, co + 10 * N);
        q10.intoArray(c, co + 10 * N + L);
        p11.intoArray(c, co + 11 * N);
        q11.intoArray(c, co + 11 * N + L);
    }
}
