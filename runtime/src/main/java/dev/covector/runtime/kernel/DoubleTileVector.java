package dev.covector.runtime.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** The logical tile, cut into the register tiles that suit this processor. */
final class DoubleTileVector {
    /** Vectors of at most 512 bits: two of them must fit a row of the logical tile. */
    static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED.vectorBitSize() > 512
            ? DoubleVector.SPECIES_512
            : DoubleVector.SPECIES_PREFERRED;

    private static final int L = SPECIES.length();
    private static final boolean WIDE = GemmTiles.manyRegisters(SPECIES.vectorBitSize());

    /** Zeros, of which warmers make zeros. */
    private static final double[] Z = new double[DoubleGemm.TILE_M * DoubleGemm.A_ROW];
    /** The tile for A packed by rows; until it is there, A is packed again. */
    static final GemmWarmer ROWS = new GemmWarmer("covector-warm-double-rows", 5_000, () -> WIDE
            ? kc -> DoubleRowsWide.block(Z, 0, Z, 0, kc, Z, 0)
            : kc -> DoubleRowsNarrow.block(Z, 0, Z, 0, kc, Z, 0));
    /** For columns that fit one vector, where the wide tile has two: half the work. */
    static final GemmWarmer NARROW = new GemmWarmer("covector-warm-double-narrow", 20_000,
            () -> kc -> DoubleTileNarrow.block(Z, 0, Z, 0, kc, Z, 0));
    static final GemmWarmer NARROW_ROWS = new GemmWarmer("covector-warm-double-narrow-rows", 20_000,
            () -> kc -> DoubleRowsNarrow.block(Z, 0, Z, 0, kc, Z, 0));

    private DoubleTileVector() {}

    /** The register tile that does most of the work, to be warmed. */
    static GemmWarmer.Tile main() {
        return WIDE ? kc -> DoubleTileWide.block(Z, 0, Z, 0, kc, Z, 0)
                : kc -> DoubleTileNarrow.block(Z, 0, Z, 0, kc, Z, 0);
    }

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
