package dev.covector.runtime.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** The logical tile cut into the register tiles that suit this processor. */
final class DoubleTileVector {
    /** Vectors of at most 512 bits: two of them must fit a row of the logical tile. */
    static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED.vectorBitSize() > 512
            ? DoubleVector.SPECIES_512
            : DoubleVector.SPECIES_PREFERRED;

    private static final int STEP = 2 * SPECIES.length();
    private static final boolean HIGH = GemmTiles.manyRegisters(SPECIES.vectorBitSize());

    private DoubleTileVector() {}

    /** Writes the sums over {@code kc} steps of the first {@code rows} rows, rounded up to a register tile. */
    static void block(double[] a, int ao, double[] b, int bo, int kc, double[] c, int co, int rows) {
        for (int j = 0; j < DoubleGemm.TILE_N; j += STEP) {
            if (HIGH) {
                DoubleTileVector12.block(a, ao, b, bo + j, kc, c, co + j);
            } else {
                DoubleTileVector6.block(a, ao, b, bo + j, kc, c, co + j);
                if (rows > 6) {
                    DoubleTileVector6.block(a, ao + 6, b, bo + j, kc, c, co + 6 * DoubleGemm.TILE_N + j);
                }
            }
        }
    }
}
