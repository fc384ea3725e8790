package dev.covector.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FloatTranspose} by vectors: 8 × 8 elements at a time, in three rounds. A round swaps quadrants of squares: of 8 × 8
 * first, then of 4 × 4, then of 2 × 2. Two rows need one rearrangement for it, of the halves that change places.
 */
final class FloatTransposeVector {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_256;
    private static final VectorShuffle<Float> SWAP_1 = swap(1);
    private static final VectorShuffle<Float> SWAP_2 = swap(2);
    private static final VectorShuffle<Float> SWAP_4 = swap(4);
    private static final VectorMask<Float> ODD_1 = odd(1);
    private static final VectorMask<Float> ODD_2 = odd(2);
    private static final VectorMask<Float> ODD_4 = odd(4);

    private FloatTransposeVector() {}

    private static VectorShuffle<Float> swap(int distance) {
        return VectorShuffle.fromOp(SPECIES, lane -> lane ^ distance);
    }

    private static VectorMask<Float> odd(int distance) {
        long lanes = 0;
        for (int lane = 0; lane < FloatTranspose.COLUMNS; lane++) {
            lanes |= (lane & distance) != 0 ? 1L << lane : 0;
        }
        return VectorMask.fromLong(SPECIES, lanes);
    }

    /** What {@link FloatTranspose#columns} does. */
    static void columns(float[] from, int fromStart, int apart, float[] to, int toStart, int step,
            int length) {
        int i = 0;
        for (; i <= length - FloatTranspose.COLUMNS; i += FloatTranspose.COLUMNS) {
            square(from, fromStart + i, apart, to, toStart + i * step, step);
        }
        FloatTranspose.columns(from, fromStart + i, apart, to, toStart + i * step, step, length - i);
    }

    private static void square(float[] from, int source, int apart, float[] to, int target, int step) {
        FloatVector r0 = FloatVector.fromArray(SPECIES, from, source);
        FloatVector r1 = FloatVector.fromArray(SPECIES, from, source + apart);
        FloatVector r2 = FloatVector.fromArray(SPECIES, from, source + 2 * apart);
        FloatVector r3 = FloatVector.fromArray(SPECIES, from, source + 3 * apart);
        FloatVector r4 = FloatVector.fromArray(SPECIES, from, source + 4 * apart);
        FloatVector r5 = FloatVector.fromArray(SPECIES, from, source + 5 * apart);
        FloatVector r6 = FloatVector.fromArray(SPECIES, from, source + 6 * apart);
        FloatVector r7 = FloatVector.fromArray(SPECIES, from, source + 7 * apart);
        FloatVector as0 = r4.blend(r0, ODD_4).rearrange(SWAP_4);
        FloatVector a0 = r0.blend(as0, ODD_4);
        FloatVector a4 = as0.blend(r4, ODD_4);
        FloatVector as1 = r5.blend(r1, ODD_4).rearrange(SWAP_4);
        FloatVector a1 = r1.blend(as1, ODD_4);
        FloatVector a5 = as1.blend(r5, ODD_4);
        FloatVector as2 = r6.blend(r2, ODD_4).rearrange(SWAP_4);
        FloatVector a2 = r2.blend(as2, ODD_4);
        FloatVector a6 = as2.blend(r6, ODD_4);
        FloatVector as3 = r7.blend(r3, ODD_4).rearrange(SWAP_4);
        FloatVector a3 = r3.blend(as3, ODD_4);
        FloatVector a7 = as3.blend(r7, ODD_4);
        FloatVector bs0 = a2.blend(a0, ODD_2).rearrange(SWAP_2);
        FloatVector b0 = a0.blend(bs0, ODD_2);
        FloatVector b2 = bs0.blend(a2, ODD_2);
        FloatVector bs1 = a3.blend(a1, ODD_2).rearrange(SWAP_2);
        FloatVector b1 = a1.blend(bs1, ODD_2);
        FloatVector b3 = bs1.blend(a3, ODD_2);
        FloatVector bs4 = a6.blend(a4, ODD_2).rearrange(SWAP_2);
        FloatVector b4 = a4.blend(bs4, ODD_2);
        FloatVector b6 = bs4.blend(a6, ODD_2);
        FloatVector bs5 = a7.blend(a5, ODD_2).rearrange(SWAP_2);
        FloatVector b5 = a5.blend(bs5, ODD_2);
        FloatVector b7 = bs5.blend(a7, ODD_2);
        FloatVector cs0 = b1.blend(b0, ODD_1).rearrange(SWAP_1);
        FloatVector c0 = b0.blend(cs0, ODD_1);
        FloatVector c1 = cs0.blend(b1, ODD_1);
        FloatVector cs2 = b3.blend(b2, ODD_1).rearrange(SWAP_1);
        FloatVector c2 = b2.blend(cs2, ODD_1);
        FloatVector c3 = cs2.blend(b3, ODD_1);
        FloatVector cs4 = b5.blend(b4, ODD_1).rearrange(SWAP_1);
        FloatVector c4 = b4.blend(cs4, ODD_1);
        FloatVector c5 = cs4.blend(b5, ODD_1);
        FloatVector cs6 = b7.blend(b6, ODD_1).rearrange(SWAP_1);
        FloatVector c6 = b6.blend(cs6, ODD_1);
        FloatVector c7 = cs6.blend(b7, ODD_1);
        c0.intoArray(to, target);
        c1.intoArray(to, target + step);
        c2.intoArray(to, target + 2 * step);
        c3.intoArray(to, target + 3 * step);
        c4.intoArray(to, target + 4 * step);
        c5.intoArray(to, target + 5 * step);
        c6.intoArray(to, target + 6 * step);
        c7.intoArray(to, target + 7 * step);
    }
}
