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
    /** Rows of the register tiles that are half as high. */
    private static final int LOW_M = FloatGemm.TILE_M / 2;

    /** Places of the steps in a packed panel. */
    private static final int[] PACKED =
            IntStream.range(0, FloatGemm.MAX_BLOCK_STEPS).map(k -> k * FloatGemm.TILE_N).toArray();

    private static final int[] NO_ROWS = new int[FloatGemm.TILE_M];

    /** Zeros, of which warmers make zeros. */
    private static final float[] Z = new float[FloatGemm.TILE_M * FloatGemm.A_ROW];
    /** The tile for A by rows, asked for once a contraction; until it is there, A is packed by steps. */
    static final GemmWarmer ROWS = new GemmWarmer("covector-warm-float-rows", 100, () -> WIDE
            ? kc -> FloatRowsWide.block(Z, NO_ROWS, 0, Z, 0, kc, Z, 0)
            : kc -> FloatRowsNarrow.block(Z, NO_ROWS, 0, Z, 0, kc, Z, 0));
    /** For columns that fit one vector, where the wide tile has two: half the work. */
    static final GemmWarmer NARROW = new GemmWarmer("covector-warm-float-narrow", 20_000,
            () -> kc -> FloatTileNarrow.block(Z, 0, FloatGemm.A_STRIDE, Z, 0, kc, Z, 0));
    static final GemmWarmer NARROW_ROWS = new GemmWarmer("covector-warm-float-narrow-rows", 20_000,
            () -> kc -> FloatRowsNarrow.block(Z, NO_ROWS, 0, Z, 0, kc, Z, 0));
    /** For two panels of B at a time, of A by rows. */
    static final GemmWarmer PAIR = new GemmWarmer("covector-warm-float-pair", 100_000, () -> {
        float[] b = new float[2 * FloatGemm.PANEL];
        return kc -> FloatRowsPair.block(Z, NO_ROWS, 0, b, 0, kc, Z, Z, 0);
    });
    /** For a B that is not packed, asked for once a run of columns; until it is there, B is packed. */
    static final GemmWarmer PLACES = new GemmWarmer("covector-warm-float-places", 100,
            () -> kc -> FloatTilePlaces.block(Z, 0, Z, 0, PACKED, kc, Z, 0));
    /** For operands that are both read in place; until it is there, A is packed by steps and B copied. */
    static final GemmWarmer IN_PLACE = new GemmWarmer("covector-warm-float-in-place", 100,
            () -> kc -> FloatTileInPlace.block(Z, NO_ROWS, 0, Z, 0, FloatGemm.TILE_N, 8 * kc, Z, 0,
                    FloatGemm.TILE_N));
    /** For at most 6 rows. */
    static final GemmWarmer LOW = new GemmWarmer("covector-warm-float-low", 20_000,
            () -> kc -> FloatTileLow.block(Z, 0, FloatGemm.A_STRIDE, Z, 0, kc, Z, 0));

    /** For operands that both have their steps side by side. */
    static final GemmWarmer LANES = new GemmWarmer("covector-warm-float-lanes", 30, () -> {
        float[] lanes = new float[FloatTileLanes.M * FloatTileLanes.N * FloatLanes.LANES];
        return kc -> FloatTileLanes.block(Z, NO_ROWS, 0, Z, NO_ROWS, 0, 0, kc * FloatLanes.LANES, lanes);
    });

    private FloatTileVector() {}

    /** Whether B can be left where it is: there is a tile for it, and it is compiled; if not, it will be. */
    static boolean takesPlaces() {
        return WIDE && PLACES.wanted();
    }

    /**
     * Whether A can be left by rows. With 16 registers it is packed by steps even where that is done twice: C2 has none left to keep
     * twelve addresses in, and the product takes a fifth longer.
     */
    static boolean takesRows() {
        return WIDE && ROWS.wanted();
    }

    /** Whether two whole panels can be computed at a time, of A by rows. */
    static boolean takesPairs() {
        return WIDE && PAIR.wanted();
    }

    /** Whether a product can be computed with nothing packed; if not yet, it will be. */
    static boolean takesAllInPlace() {
        return WIDE && IN_PLACE.wanted();
    }

    /** Writes the sums of {@link FloatTileInPlace#ROWS} rows by two panels of 32 columns, where nothing is packed. */
    static void inPlace(float[] a, int[] rows, int ro, float[] b, int bo, int step, int kc, float[] c, int co,
            int line) {
        for (int j = 0; j < FloatGemm.TILE_N; j += 2 * L) {
            FloatTileInPlace.block(a, rows, ro, b, bo + j, step, kc, c, co + j, line);
        }
    }

    /** Writes the sums of at least {@code rows} rows by whole register tiles of columns, where B is not packed, to a wide tile. */
    static void placesBlock(float[] a, int ao, float[] b, int bo, int[] places, int kc, float[] c, int rows,
            int columns) {
        for (int j = 0; j < columns; j += FloatTilePlaces.COLUMNS) {
            for (int r = 0; r < rows; r += LOW_M) {
                FloatTilePlaces.block(a, ao + r, b, bo + j, places, kc, c, r * FloatGemm.WIDE_N + j);
            }
        }
    }

    /** Writes all lanes of the sums of a register tile of {@link FloatTileLanes}. */
    static void lanesBlock(float[] a, int[] rows, int ro, float[] b, int[] columns, int co, int kc,
            float[] lanes) {
        for (int lane = 0; lane < FloatLanes.LANES; lane += L) {
            FloatTileLanes.block(a, rows, ro, b, columns, co, lane, kc, lanes);
        }
    }

    /** The register tile that does most of the work, to be warmed. */
    static GemmWarmer.Tile main() {
        return WIDE ? kc -> FloatTileWide.block(Z, 0, FloatGemm.A_STRIDE, Z, 0, kc, Z, 0)
                : kc -> FloatTileNarrow.block(Z, 0, FloatGemm.A_STRIDE, Z, 0, kc, Z, 0);
    }

    /** How many rows of A {@link #block} reads at most for {@code rows} by {@code columns}. */
    static int height(int rows, int columns) {
        return WIDE && rows <= LOW_M && columns % (2 * L) == 0 && LOW.wanted() ? LOW_M : FloatGemm.TILE_M;
    }

    /**
     * Writes the sums over {@code kc} steps, which in A are {@code step} apart, of at least {@code rows} rows by at least
     * {@code columns} columns, from {@code co} on.
     */
    static void block(float[] a, int ao, int step, float[] b, int bo, int kc, float[] c, int co, int rows,
            int columns) {
        for (int j = 0; j < columns;) {
            if (!WIDE || columns - j <= L && NARROW.wanted()) {
                FloatTileNarrow.block(a, ao, step, b, bo + j, kc, c, co + j);
                j += L;
                continue;
            }
            if (rows <= LOW_M && LOW.wanted()) {
                FloatTileLow.block(a, ao, step, b, bo + j, kc, c, co + j);
            } else {
                FloatTileWide.block(a, ao, step, b, bo + j, kc, c, co + j);
            }
            j += 2 * L;
        }
    }

    /** The same of 12 rows, of A by rows. */
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

    /** The same of at least {@code rows} rows, by a whole panel of B and the next one, to {@code c} and to {@code d}. */
    static void pairBlock(float[] a, int[] starts, int first, float[] b, int bo, int kc, float[] c, float[] d,
            int rows) {
        for (int j = 0; j < FloatGemm.TILE_N; j += 2 * L) {
            for (int r = 0; r < rows; r += LOW_M) {
                FloatRowsPair.block(a, starts, first + r, b, bo + j, kc, c, d, r * FloatGemm.TILE_N + j);
            }
        }
    }
}
