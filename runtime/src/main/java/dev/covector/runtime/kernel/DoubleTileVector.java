package dev.covector.runtime.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** The logical tile, cut into the register tiles that suit this processor. */
final class DoubleTileVector {
    /** Vectors of at most 512 bits: two of them must fit a row of the logical tile. */
    static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED.vectorBitSize() > 512
            ? DoubleVector.SPECIES_512
            : DoubleVector.SPECIES_PREFERRED;

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
        double[] a = new double[DoubleGemm.TILE_M * DoubleGemm.A_ROW];
        double[] b = new double[GemmWarmer.STEPS * DoubleGemm.TILE_N];
        double[] c = new double[DoubleGemm.TILE_M * DoubleGemm.TILE_N];
        NARROW = new GemmWarmer("covector-warm-double-narrow",
                kc -> DoubleTileNarrow.block(a, 0, b, 0, kc, c, 0));
        MAIN = WIDE
                ? new GemmWarmer("covector-warm-double", kc -> DoubleTileWide.block(a, 0, b, 0, kc, c, 0))
                : NARROW;
        NARROW_ROWS = new GemmWarmer("covector-warm-double-narrow-rows",
                kc -> DoubleRowsNarrow.block(a, 0, b, 0, kc, c, 0));
        ROWS = WIDE
                ? new GemmWarmer("covector-warm-double-rows",
                        kc -> DoubleRowsWide.block(a, 0, b, 0, kc, c, 0))
                : NARROW_ROWS;
    }

    private DoubleTileVector() {}

    /** Writes the sums over {@code kc} steps of 12 rows by at least {@code columns} columns. */
    static void block(double[] a, int ao, double[] b, int bo, int kc, double[] c, int columns) {
        for (int j = 0; j < columns;) {
            if (WIDE && (columns - j > L || !NARROW.wanted())) {
                DoubleTileWide.block(a, ao, b, bo + j, kc, c, j);
                j += 2 * L;
            } else {
                DoubleTileNarrow.block(a, ao, b, bo + j, kc, c, j);
                j += L;
            }
        }
    }

    /** The same, of A packed by rows. */
    static void rowsBlock(double[] a, int ao, double[] b, int bo, int kc, double[] c, int columns) {
        for (int j = 0; j < columns;) {
            if (WIDE && (columns - j > L || !NARROW_ROWS.wanted())) {
                DoubleRowsWide.block(a, ao, b, bo + j, kc, c, j);
                j += 2 * L;
            } else {
                DoubleRowsNarrow.block(a, ao, b, bo + j, kc, c, j);
                j += L;
            }
        }
    }
}
