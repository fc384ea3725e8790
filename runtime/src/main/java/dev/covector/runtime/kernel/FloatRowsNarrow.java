package dev.covector.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FloatTileNarrow} over rows of A whose steps lie one after the other, packed or in place; {@code rows} says
 * where each begins. Two steps a turn: with one, adding up addresses takes longer than the arithmetic.
 */
final class FloatRowsNarrow {
    private static final VectorSpecies<Float> S = FloatTileVector.SPECIES;
    private static final int N = FloatGemm.TILE_N;

    private FloatRowsNarrow() {}

    /** Writes the sums over {@code kc} steps of 12 rows, from the {@code ro}th on, by 1 vector; without steps it does nothing. */
    static void block(float[] a, int[] rows, int ro, float[] b, int bo, int kc, float[] c, int co) {
        if (kc == 0) {
            return; // at once: this is what the warmer counts on
        }
        int r0 = rows[ro];
        int r1 = rows[ro + 1];
        int r2 = rows[ro + 2];
        int r3 = rows[ro + 3];
        int r4 = rows[ro + 4];
        int r5 = rows[ro + 5];
        int r6 = rows[ro + 6];
        int r7 = rows[ro + 7];
        int r8 = rows[ro + 8];
        int r9 = rows[ro + 9];
        int r10 = rows[ro + 10];
        int r11 = rows[ro + 11];
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
        int k = 0;
        for (; k < kc - 1; k += 2) {
            FloatVector x = FloatVector.fromArray(S, b, bo + k * N);
            FloatVector y = FloatVector.fromArray(S, b, bo + k * N + N);
            x0 = FloatVector.broadcast(S, a[r0 + k]).fma(x, x0);
            x1 = FloatVector.broadcast(S, a[r1 + k]).fma(x, x1);
            x2 = FloatVector.broadcast(S, a[r2 + k]).fma(x, x2);
            x3 = FloatVector.broadcast(S, a[r3 + k]).fma(x, x3);
            x4 = FloatVector.broadcast(S, a[r4 + k]).fma(x, x4);
            x5 = FloatVector.broadcast(S, a[r5 + k]).fma(x, x5);
            x6 = FloatVector.broadcast(S, a[r6 + k]).fma(x, x6);
            x7 = FloatVector.broadcast(S, a[r7 + k]).fma(x, x7);
            x8 = FloatVector.broadcast(S, a[r8 + k]).fma(x, x8);
            x9 = FloatVector.broadcast(S, a[r9 + k]).fma(x, x9);
            x10 = FloatVector.broadcast(S, a[r10 + k]).fma(x, x10);
            x11 = FloatVector.broadcast(S, a[r11 + k]).fma(x, x11);
            x0 = FloatVector.broadcast(S, a[r0 + k + 1]).fma(y, x0);
            x1 = FloatVector.broadcast(S, a[r1 + k + 1]).fma(y, x1);
            x2 = FloatVector.broadcast(S, a[r2 + k + 1]).fma(y, x2);
            x3 = FloatVector.broadcast(S, a[r3 + k + 1]).fma(y, x3);
            x4 = FloatVector.broadcast(S, a[r4 + k + 1]).fma(y, x4);
            x5 = FloatVector.broadcast(S, a[r5 + k + 1]).fma(y, x5);
            x6 = FloatVector.broadcast(S, a[r6 + k + 1]).fma(y, x6);
            x7 = FloatVector.broadcast(S, a[r7 + k + 1]).fma(y, x7);
            x8 = FloatVector.broadcast(S, a[r8 + k + 1]).fma(y, x8);
            x9 = FloatVector.broadcast(S, a[r9 + k + 1]).fma(y, x9);
            x10 = FloatVector.broadcast(S, a[r10 + k + 1]).fma(y, x10);
            x11 = FloatVector.broadcast(S, a[r11 + k + 1]).fma(y, x11);
        }
        if (k < kc) {
            FloatVector x = FloatVector.fromArray(S, b, bo + k * N);
            x0 = FloatVector.broadcast(S, a[r0 + k]).fma(x, x0);
            x1 = FloatVector.broadcast(S, a[r1 + k]).fma(x, x1);
            x2 = FloatVector.broadcast(S, a[r2 + k]).fma(x, x2);
            x3 = FloatVector.broadcast(S, a[r3 + k]).fma(x, x3);
            x4 = FloatVector.broadcast(S, a[r4 + k]).fma(x, x4);
            x5 = FloatVector.broadcast(S, a[r5 + k]).fma(x, x5);
            x6 = FloatVector.broadcast(S, a[r6 + k]).fma(x, x6);
            x7 = FloatVector.broadcast(S, a[r7 + k]).fma(x, x7);
            x8 = FloatVector.broadcast(S, a[r8 + k]).fma(x, x8);
            x9 = FloatVector.broadcast(S, a[r9 + k]).fma(x, x9);
            x10 = FloatVector.broadcast(S, a[r10 + k]).fma(x, x10);
            x11 = FloatVector.broadcast(S, a[r11 + k]).fma(x, x11);
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
