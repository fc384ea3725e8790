package dev.covector.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The register tile for processors with 16 vector registers:
 * 6 rows by 2 vectors, 12 sums, 2 of B, 1 of A.
 *
 * <p>Written out, because vectors must stay in local variables. Unrolling by more than two steps
 * or starting the sums from C spills registers; so does a higher tile.
 */
final class FloatTileVector6 {
    private static final VectorSpecies<Float> S = FloatTileVector.SPECIES;
    private static final int L = S.length();
    private static final int N = FloatGemm.TILE_N;
    private static final int A = FloatGemm.A_STRIDE;

    private FloatTileVector6() {}

    /** Writes the sums over {@code kc} steps of 6 rows by 2 vectors; without steps it does nothing. */
    static void block(float[] a, int ao, float[] b, int bo, int kc, float[] c, int co) {
        if (kc == 0) {
            return;
        }
        FloatVector p0 = FloatVector.zero(S);
        FloatVector q0 = FloatVector.zero(S);
        FloatVector p1 = FloatVector.zero(S);
        FloatVector q1 = FloatVector.zero(S);
        FloatVector p2 = FloatVector.zero(S);
        FloatVector q2 = FloatVector.zero(S);
        FloatVector p3 = FloatVector.zero(S);
        FloatVector q3 = FloatVector.zero(S);
        FloatVector p4 = FloatVector.zero(S);
        FloatVector q4 = FloatVector.zero(S);
        FloatVector p5 = FloatVector.zero(S);
        FloatVector q5 = FloatVector.zero(S);
        int k = 0;
        for (; k < kc - 1; k += 2) {
            int i = ao + k * A;
            int j = bo + k * N;
            FloatVector x = FloatVector.fromArray(S, b, j);
            FloatVector y = FloatVector.fromArray(S, b, j + L);
            FloatVector a0 = FloatVector.broadcast(S, a[i]);
            p0 = a0.fma(x, p0);
            q0 = a0.fma(y, q0);
            FloatVector a1 = FloatVector.broadcast(S, a[i + 1]);
            p1 = a1.fma(x, p1);
            q1 = a1.fma(y, q1);
            FloatVector a2 = FloatVector.broadcast(S, a[i + 2]);
            p2 = a2.fma(x, p2);
            q2 = a2.fma(y, q2);
            FloatVector a3 = FloatVector.broadcast(S, a[i + 3]);
            p3 = a3.fma(x, p3);
            q3 = a3.fma(y, q3);
            FloatVector a4 = FloatVector.broadcast(S, a[i + 4]);
            p4 = a4.fma(x, p4);
            q4 = a4.fma(y, q4);
            FloatVector a5 = FloatVector.broadcast(S, a[i + 5]);
            p5 = a5.fma(x, p5);
            q5 = a5.fma(y, q5);
            x = FloatVector.fromArray(S, b, j + N);
            y = FloatVector.fromArray(S, b, j + N + L);
            a0 = FloatVector.broadcast(S, a[i + A]);
            p0 = a0.fma(x, p0);
            q0 = a0.fma(y, q0);
            a1 = FloatVector.broadcast(S, a[i + A + 1]);
            p1 = a1.fma(x, p1);
            q1 = a1.fma(y, q1);
            a2 = FloatVector.broadcast(S, a[i + A + 2]);
            p2 = a2.fma(x, p2);
            q2 = a2.fma(y, q2);
            a3 = FloatVector.broadcast(S, a[i + A + 3]);
            p3 = a3.fma(x, p3);
            q3 = a3.fma(y, q3);
            a4 = FloatVector.broadcast(S, a[i + A + 4]);
            p4 = a4.fma(x, p4);
            q4 = a4.fma(y, q4);
            a5 = FloatVector.broadcast(S, a[i + A + 5]);
            p5 = a5.fma(x, p5);
            q5 = a5.fma(y, q5);
        }
        if (k < kc) {
            int i = ao + k * A;
            int j = bo + k * N;
            FloatVector x = FloatVector.fromArray(S, b, j);
            FloatVector y = FloatVector.fromArray(S, b, j + L);
            FloatVector a0 = FloatVector.broadcast(S, a[i]);
            p0 = a0.fma(x, p0);
            q0 = a0.fma(y, q0);
            FloatVector a1 = FloatVector.broadcast(S, a[i + 1]);
            p1 = a1.fma(x, p1);
            q1 = a1.fma(y, q1);
            FloatVector a2 = FloatVector.broadcast(S, a[i + 2]);
            p2 = a2.fma(x, p2);
            q2 = a2.fma(y, q2);
            FloatVector a3 = FloatVector.broadcast(S, a[i + 3]);
            p3 = a3.fma(x, p3);
            q3 = a3.fma(y, q3);
            FloatVector a4 = FloatVector.broadcast(S, a[i + 4]);
            p4 = a4.fma(x, p4);
            q4 = a4.fma(y, q4);
            FloatVector a5 = FloatVector.broadcast(S, a[i + 5]);
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
