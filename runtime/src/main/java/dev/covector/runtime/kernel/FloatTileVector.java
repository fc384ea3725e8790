package dev.covector.runtime.kernel;

import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The logical tile, cut into the register tiles that suit this processor. */
final class FloatTileVector {
    /** Vectors of at most 512 bits: two of them must fit a row of the logical tile. */
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED.vectorBitSize() > 512
            ? FloatVector.SPECIES_512
            : FloatVector.SPECIES_PREFERRED;

    private static final int L = SPECIES.length();
    private static final boolean WIDE = GemmTiles.manyRegisters(SPECIES.vectorBitSize());

    private static final int[] NO_ROWS = new int[FloatGemm.TILE_M];

    /** Zeros, of which warmers make zeros. */
    private static final float[] Z = new float[FloatGemm.TILE_M * FloatGemm.A_ROW];
    /** The tile for A by rows, asked for once a contraction; until it is there, A is packed by steps. */
    static final GemmWarmer ROWS = new GemmWarmer("covector-warm-float-rows", 100, () -> WIDE
            ? kc -> FloatRowsWide.block(Z, NO_ROWS, 0, Z, 0, kc, Z, 0)
            : kc -> FloatRowsNarrow.block(Z, NO_ROWS, 0, Z, 0, kc, Z, 0));
    /** For columns that fit one vector, where the wide tile has two: half the work. */
    static final GemmWarmer NARROW = new GemmWarmer("covector-warm-float-narrow", 20_000,
            () -> kc -> FloatTileNarrow.block(Z, 0, Z, 0, kc, Z, 0));
    static final GemmWarmer NARROW_ROWS = new GemmWarmer("covector-warm-float-narrow-rows", 20_000,
            () -> kc -> FloatRowsNarrow.block(Z, NO_ROWS, 0, Z, 0, kc, Z, 0));
    /** The wide one for a B that is not packed, asked for once a contraction; until it is there, B is packed. */
    static final GemmWarmer PLACES = new GemmWarmer("covector-warm-float-places", 30, () -> {
        int[] places = IntStream.range(0, GemmWarmer.STEPS).map(k -> k * FloatGemm.TILE_N).toArray();
        return kc -> FloatTilePlaces.block(Z, 0, Z, 0, places, kc, Z, 0);
    });

    private FloatTileVector() {}

    /** Whether B can be left where it is: there is a tile for it, and it is compiled; if not, it will be. */
    static boolean takesPlaces() {
        return WIDE && PLACES.wanted();
    }

    /** Writes the sums of 12 rows by 32 columns, where B is not packed. */
    static void placesBlock(float[] a, int ao, float[] b, int bo, int[] places, int kc, float[] c) {
        for (int j = 0; j < FloatGemm.TILE_N; j += 2 * L) {
            FloatTilePlaces.block(a, ao, b, bo + j, places, kc, c, j);
        }
    }

    /** The register tile that does most of the work, to be warmed. */
    static GemmWarmer.Tile main() {
        return WIDE ? kc -> FloatTileWide.block(Z, 0, Z, 0, kc, Z, 0)
                : kc -> FloatTileNarrow.block(Z, 0, Z, 0, kc, Z, 0);
    }

    /** Writes the sums over {@code kc} steps of 12 rows by at least {@code columns} columns, from {@code co} on. */
    static void block(float[] a, int ao, float[] b, int bo, int kc, float[] c, int co, int columns) {
        for (int j = 0; j < columns;) {
            if (WIDE && (columns - j > L || !NARROW.wanted())) {
                FloatTileWide.block(a, ao, b, bo + j, kc, c, co + j);
                j += 2 * L;
            } else {
                FloatTileNarrow.block(a, ao, b, bo + j, kc, c, co + j);
                j += L;
            }
        }
    }

    /** The same, of A by rows. */
    static void rowsBlock(float[] a, int[] rows, int ro, float[] b, int bo, int kc, float[] c, int co,
            int columns) {
        for (int j = 0; j < columns;) {
            if (WIDE && (columns - j > L || !NARROW_ROWS.wanted())) {
                FloatRowsWide.block(a, rows, ro, b, bo + j, kc, c, co + j);
                j += 2 * L;
            } else {
                FloatRowsNarrow.block(a, rows, ro, b, bo + j, kc, c, co + j);
                j += L;
            }
        }
    }
}
