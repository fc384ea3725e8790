package dev.covector.runtime.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The logical tile, cut into the register tiles that suit this processor. */
final class FloatTileVector {
    /** Vectors of at most 512 bits: two of them must fit a row of the logical tile. */
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED.vectorBitSize() > 512
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;

    /** The register tile that does most of the work. */
    static final GemmWarmer MAIN;
    /** The one for columns that fit one vector, where the main one has two; warmed when first wanted. */
    static final GemmWarmer NARROW;
    /** The same two for A packed by rows, warmed when first wanted. */
    static final GemmWarmer ROWS;
    static final GemmWarmer NARROW_ROWS;

    private static final int L = SPECIES.length();
    private static final boolean WIDE = GemmTiles.manyRegisters(SPECIES.vectorBitSize());

    static {
        float[] a = new float[FloatGemm.TILE_M * FloatGemm.A_ROW];
        float[] b = new float[GemmWarmer.STEPS * FloatGemm.TILE_N];
        float[] c = new float[FloatGemm.TILE_M * FloatGemm.TILE_N];
        NARROW = new GemmWarmer("covector-warm-float-narrow",
                kc -> FloatTileNarrow.block(a, 0, b, 0, kc, c, 0));
        MAIN = WIDE
                ? new GemmWarmer("covector-warm-float", kc -> FloatTileWide.block(a, 0, b, 0, kc, c, 0))
                : NARROW;
        NARROW_ROWS = new GemmWarmer("covector-warm-float-narrow-rows",
                kc -> FloatRowsNarrow.block(a, 0, b, 0, kc, c, 0));
        ROWS = WIDE
                ? new GemmWarmer("covector-warm-float-rows", kc -> FloatRowsWide.block(a, 0, b, 0, kc, c, 0))
                : NARROW_ROWS;
    }

    private FloatTileVector() {}

    /** Writes the sums over {@code kc} steps of 12 rows by at least {@code columns} columns. */
    static void block(float[] a, int ao, float[] b, int bo, int kc, float[] c, int columns) {
        for (int j = 0; j < columns;) {
            if (WIDE && (columns - j > L || !NARROW.wanted())) {
                FloatTileWide.block(a, ao, b, bo + j, kc, c, j);
                j += 2 * L;
            } else {
                FloatTileNarrow.block(a, ao, b, bo + j, kc, c, j);
                j += L;
            }
        }
    }

    /** The same, of A packed by rows. */
    static void rowsBlock(float[] a, int ao, float[] b, int bo, int kc, float[] c, int columns) {
        for (int j = 0; j < columns;) {
            if (WIDE && (columns - j > L || !NARROW_ROWS.wanted())) {
                FloatRowsWide.block(a, ao, b, bo + j, kc, c, j);
                j += 2 * L;
            } else {
                FloatRowsNarrow.block(a, ao, b, bo + j, kc, c, j);
                j += L;
            }
        }
    }
}
