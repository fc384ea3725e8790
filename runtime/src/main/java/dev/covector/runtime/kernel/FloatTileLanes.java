package dev.covector.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The register tile of {@link FloatLanes}: 3 rows by 6 columns, of which both have their steps side by side. */
final class FloatTileLanes {
    /** Rows of the tile. */
    static final int M = 3;
    /** Its columns. */
    static final int N = 6;

    private static final VectorSpecies<Float> S = FloatTileVector.SPECIES;

    private FloatTileLanes() {}

    /**
     * Writes the sums of one vector of lanes, from {@code lane} on, over {@code kc} steps, a multiple of {@link FloatLanes#LANES},
     * of 3 rows, from the {@code ro}th on, by 6 columns, from the {@code co}th on; without steps it does nothing.
     */
    static void block(float[] a, int[] rows, int ro, float[] b, int[] columns, int co, int lane, int kc,
            float[] lanes) {
        if (kc == 0) {
            return; // at once: this is what the warmer counts on
        }
        int r0 = rows[ro];
        int r1 = rows[ro + 1];
        int r2 = rows[ro + 2];
        int c0 = columns[co];
        int c1 = columns[co + 1];
        int c2 = columns[co + 2];
        int c3 = columns[co + 3];
        int c4 = columns[co + 4];
        int c5 = columns[co + 5];
        FloatVector s00 = FloatVector.zero(S);
        FloatVector s01 = FloatVector.zero(S);
        FloatVector s02 = FloatVector.zero(S);
        FloatVector s03 = FloatVector.zero(S);
        FloatVector s04 = FloatVector.zero(S);
        FloatVector s05 = FloatVector.zero(S);
        FloatVector s10 = FloatVector.zero(S);
        FloatVector s11 = FloatVector.zero(S);
        FloatVector s12 = FloatVector.zero(S);
        FloatVector s13 = FloatVector.zero(S);
        FloatVector s14 = FloatVector.zero(S);
        FloatVector s15 = FloatVector.zero(S);
        FloatVector s20 = FloatVector.zero(S);
        FloatVector s21 = FloatVector.zero(S);
        FloatVector s22 = FloatVector.zero(S);
        FloatVector s23 = FloatVector.zero(S);
        FloatVector s24 = FloatVector.zero(S);
        FloatVector s25 = FloatVector.zero(S);
        for (int k = lane; k < kc; k += FloatLanes.LANES) {
            FloatVector a0 = FloatVector.fromArray(S, a, r0 + k);
            FloatVector a1 = FloatVector.fromArray(S, a, r1 + k);
            FloatVector a2 = FloatVector.fromArray(S, a, r2 + k);
            FloatVector b0 = FloatVector.fromArray(S, b, c0 + k);
            s00 = a0.fma(b0, s00);
            s10 = a1.fma(b0, s10);
            s20 = a2.fma(b0, s20);
            FloatVector b1 = FloatVector.fromArray(S, b, c1 + k);
            s01 = a0.fma(b1, s01);
            s11 = a1.fma(b1, s11);
            s21 = a2.fma(b1, s21);
            FloatVector b2 = FloatVector.fromArray(S, b, c2 + k);
            s02 = a0.fma(b2, s02);
            s12 = a1.fma(b2, s12);
            s22 = a2.fma(b2, s22);
            FloatVector b3 = FloatVector.fromArray(S, b, c3 + k);
            s03 = a0.fma(b3, s03);
            s13 = a1.fma(b3, s13);
            s23 = a2.fma(b3, s23);
            FloatVector b4 = FloatVector.fromArray(S, b, c4 + k);
            s04 = a0.fma(b4, s04);
            s14 = a1.fma(b4, s14);
            s24 = a2.fma(b4, s24);
            FloatVector b5 = FloatVector.fromArray(S, b, c5 + k);
            s05 = a0.fma(b5, s05);
            s15 = a1.fma(b5, s15);
            s25 = a2.fma(b5, s25);
        }
        s00.intoArray(lanes, lane);
        s01.intoArray(lanes, lane + FloatLanes.LANES);
        s02.intoArray(lanes, lane + 2 * FloatLanes.LANES);
        s03.intoArray(lanes, lane + 3 * FloatLanes.LANES);
        s04.intoArray(lanes, lane + 4 * FloatLanes.LANES);
        s05.intoArray(lanes, lane + 5 * FloatLanes.LANES);
        s10.intoArray(lanes, lane + 6 * FloatLanes.LANES);
        s11.intoArray(lanes, lane + 7 * FloatLanes.LANES);
        s12.intoArray(lanes, lane + 8 * FloatLanes.LANES);
        s13.intoArray(lanes, lane + 9 * FloatLanes.LANES);
        s14.intoArray(lanes, lane + 10 * FloatLanes.LANES);
        s15.intoArray(lanes, lane + 11 * FloatLanes.LANES);
        s20.intoArray(lanes, lane + 12 * FloatLanes.LANES);
        s21.intoArray(lanes, lane + 13 * FloatLanes.LANES);
        s22.intoArray(lanes, lane + 14 * FloatLanes.LANES);
        s23.intoArray(lanes, lane + 15 * FloatLanes.LANES);
        s24.intoArray(lanes, lane + 16 * FloatLanes.LANES);
        s25.intoArray(lanes, lane + 17 * FloatLanes.LANES);
    }
}
