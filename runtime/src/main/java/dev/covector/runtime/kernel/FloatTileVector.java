package dev.covector.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The logical tile cut into the register tiles that suit this processor. */
final class FloatTileVector {
    /** Vectors of at most 512 bits: two of them must fit a row of the logical tile. */
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED.vectorBitSize() > 512
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;

    private static final int STEP = 2 * SPECIES.length();
    private static final boolean HIGH = GemmTiles.manyRegisters(SPECIES.vectorBitSize());

    private FloatTileVector() {}

    /** Writes the sums over {@code kc} steps of the first {@code rows} rows, rounded up to a register tile. */
    static void block(float[] a, int ao, float[] b, int bo, int kc, float[] c, int co, int rows) {
        for (int j = 0; j < FloatGemm.TILE_N; j += STEP) {
            if (HIGH) {
                FloatTileVector12.block(a, ao, b, bo + j, kc, c, co + j);
            } else {
                FloatTileVector6.block(a, ao, b, bo + j, kc, c, co + j);
                if (rows > 6) {
                    FloatTileVector6.block(a, ao + 6, b, bo + j, kc, c, co + 6 * FloatGemm.TILE_N + j);
                }
            }
        }
    }
}
