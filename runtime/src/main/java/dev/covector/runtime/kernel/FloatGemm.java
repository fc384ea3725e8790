package dev.covector.runtime.kernel;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Matrix multiplication {@code C = A · B} per batch, for float32: the loops, the blocking and the shared
 * register tiles; packing and what becomes of C are generated code ({@link FloatContraction}).
 *
 * <p><b>Order of the sum.</b> The steps of K are cut into blocks of {@link #blockSteps} steps, which
 * depends on K alone. Within a block {@code t = fma(a, b, t)}, step after step from {@code t = +0};
 * the blocks are added one after the other. For few columns there are three sums in a block ({@link FloatThirds}).
 * Each element of C is hence the same to the bit (NaN payloads
 * aside) for vectors of any width, for the scalar tile, and for any number of threads.
 *
 * <p><b>Threads.</b> A contraction has {@link #units} independent units of work; a caller gives each
 * thread a contiguous range of them and a {@link Scratch} of its own. Each packs what it needs itself.
 *
 * <p>The blocking is that of Goto and van de Geijn, "Anatomy of High-Performance Matrix Multiplication"
 * (2008), with the tiles of C kept packed until their last block.
 */
public final class FloatGemm {
    /** Rows of a tile. */
    public static final int TILE_M = 12;
    /** Columns of a tile, and of a packed panel of B. */
    public static final int TILE_N = 32;
    /** Distance of the steps in A packed by steps: a power of two, for addressing. */
    public static final int A_STRIDE = 16;

    /** With 12 rows of A this many steps take 24 KB of a first-level cache, by rows; by steps 32 KB. */
    static final int MAX_BLOCK_STEPS = 512;
    /** Distance of the rows in A packed by rows: a whole number of cache lines. */
    public static final int A_ROW = MAX_BLOCK_STEPS + 16;
    /** Distance of tiles of rows of A packed by steps: with room for the steps of any block, and not a power of two. */
    public static final int A_TILE = MAX_BLOCK_STEPS * A_STRIDE + A_STRIDE;
    /** Distance of packed panels of B: the same. */
    public static final int PANEL = MAX_BLOCK_STEPS * TILE_N + TILE_N;
    /**
     * Tiles of rows of A that are packed by steps at a time. Their steps are in lines of the cache, often in pages, of their own, of which
     * one tile would take 48 bytes each.
     */
    private static final int TILES_AT_A_TIME = 8;
    /** Panels of B packed at a time: with all steps of a block 512 KB, for a second-level cache. */
    static final int GROUP_PANELS = 8;
    /**
     * Columns of a tile where B is in place: what becomes of C has long rows then, which lie side by side in memory.
     */
    public static final int WIDE_N = GROUP_PANELS * TILE_N;
    /** Wide tiles of which there must be so many if they are to be units of work. */
    private static final int MIN_WIDE_UNITS = 16;
    /**
     * Row tiles whose sums are kept at a time where K has several blocks: another 1.5 MB. They come by once a block and don't drive B
     * out of its cache, while B is packed again for each group of rows. Where K has one block and there are several groups of
     * columns, so many tiles are kept packed by steps for all of them: up to 4 MB.
     */
    private static final int GROUP_ROW_TILES = 128;
    /** With fewer row tiles than this the units are column panels, if there are more of those. */
    private static final int MIN_ROW_UNITS = 16;

    /** Where rows of A begin that is packed by rows. */
    private static final int[] PACKED_ROWS =
            IntStream.range(0, TILE_M).map(row -> Scratch.FLOAT_START + row * A_ROW).toArray();
    /** Names a class of the Vector API only when it has started. */
    private static final GemmWarmer MAIN =
            new GemmWarmer("covector-warm-float", 0, () -> FloatTileVector.main());

    private FloatGemm() {}

    /** Steps of each block but the last, of a sum over {@code k} steps; a function of {@code k} only. */
    public static int blockSteps(int k) {
        int blocks = ceilDiv(k, MAX_BLOCK_STEPS);
        return blocks <= 1 ? k : (ceilDiv(k, blocks) + 7) & -8;
    }

    /** Units of work of a contraction: tiles of rows, panels of columns or wide tiles of columns, over all batches. */
    public static int units(FloatContraction c, int batchCount, int m, int n) {
        return Math.multiplyExact(batchCount,
                byColumns(batchCount, m, n) ? ceilDiv(n, unitColumns(c, n)) : rowTiles(m));
    }

    /**
     * Whether {@code n} columns in place, in runs of {@code run}, are finished by wide tiles that are all whole.
     */
    public static boolean areWide(int run, int n) {
        return run % WIDE_N == 0 && n / WIDE_N >= MIN_WIDE_UNITS;
    }

    /** Columns of a unit of work, where units are of columns. */
    private static int unitColumns(FloatContraction c, int n) {
        return c.algorithm() == Algorithm.DIRECT && c.leavesB() && areWide(c.run(), n) ? WIDE_N : TILE_N;
    }

    /**
     * Computes the units {@code [from, to)}.
     *
     * @param vector whether to use the vector tile; until it is hot, or where there is no Vector API, the
     *     scalar one does its work, with the same bits
     */
    public static void run(
            FloatContraction c, Scratch s, boolean vector, int batchCount, int m, int n, int k, int from,
            int to) {
        if (m == 0 || n == 0 || from >= to) {
            return;
        }
        boolean byColumns = byColumns(batchCount, m, n);
        int unit = byColumns ? unitColumns(c, n) : TILE_M;
        int perBatch = ceilDiv(byColumns ? n : m, unit);
        for (int u = from; u < to;) {
            int batch = u / perBatch;
            int first = u - batch * perBatch;
            int last = Math.min(perBatch, first + to - u);
            int low = first * unit;
            int high = Math.min(last * unit, byColumns ? n : m);
            range(c, s, vector, batch, m, byColumns ? 0 : low, byColumns ? m : high, byColumns ? low : 0,
                    byColumns ? high : n, k);
            u += last - first;
        }
    }

    /** Starts compiling the vector tile in the background, if there is one; to be called early. */
    public static void warm() {
        if (GemmTiles.vector()) {
            MAIN.start();
        }
    }

    /** Whether the vector tile is compiled. */
    public static boolean isHot() {
        return MAIN.isHot();
    }

    /**
     * Waits until the vector tile is compiled.
     *
     * @return whether it is; false without the Vector API, and after the time given
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public static boolean awaitHot(long time, TimeUnit unit) throws InterruptedException {
        return GemmTiles.vector() && MAIN.await(time, unit);
    }

    /** Which tiles compute a part of a contraction. */
    private enum Tiles {
        /** The scalar one. */
        SCALAR,
        /** Those for A packed by steps. */
        STEPS,
        /** Those for A by rows. */
        ROWS
    }

    /** Whether the vector tile for A by rows is compiled; if not, it will be the sooner. */
    static boolean rowsAreHot() {
        return GemmTiles.vector() && FloatTileVector.ROWS.wanted();
    }

    /** Whether the vector tile for packed operands is compiled; if not, it will be. */
    static boolean mainIsWanted() {
        return GemmTiles.vector() && MAIN.wanted();
    }

    private static Tiles tiles(FloatContraction c) {
        if (GemmTiles.vector() && c.packsRows() && FloatTileVector.takesRows()) {
            return Tiles.ROWS;
        }
        return mainIsWanted() ? Tiles.STEPS : Tiles.SCALAR;
    }

    /** Rows {@code [mFrom, mTo)} of {@code m}, by columns {@code [nFrom, nTo)}, of one batch. */
    private static void range(
            FloatContraction c, Scratch s, boolean vector, int batch, int m, int mFrom, int mTo, int nFrom,
            int nTo, int k) {
        switch (c.algorithm()) {
            case DIRECT -> {
                if (!c.leavesB() || c.isPanel()) {
                    direct(c, s, vector, batch, mFrom, mTo, nFrom, nTo, k);
                } else if (vector && FloatInPlace.suits(c, nFrom, nTo, k)) {
                    FloatInPlace.range(c, s, batch, mFrom, mTo, nFrom, nTo, k);
                } else {
                    FloatPlaces.range(c, s, vector && k > 0, batch, mFrom, mTo, nFrom, nTo, k);
                }
            }
            case LANES -> FloatLanes.range(c, s, vector, batch, mFrom, mTo, nFrom, nTo, k);
            case WINOGRAD -> FloatWinograd.range(c, s, vector && k > 0, mFrom, mTo, nFrom, nTo, k);
            case WINOGRAD_GRADIENT -> FloatWinogradGradient.range(c, s,
                    vector && k > 0 && tiles(c) == Tiles.STEPS, m, mFrom, mTo, nFrom, nTo, k);
        }
    }

    private static void direct(
            FloatContraction c, Scratch s, boolean vector, int batch, int mFrom, int mTo, int nFrom, int nTo,
            int k) {
        if (nFrom == 0 && c.leavesA() && c.packsRows() && FloatThirds.suit(nTo, k)) {
            FloatThirds.range(c, s, vector, batch, mFrom, mTo, nTo, k);
            return;
        }
        int blockSteps = blockSteps(k);
        boolean oneBlock = blockSteps == k;
        int groupColumns = Math.min(GROUP_PANELS * TILE_N, nTo - nFrom);
        boolean keepsA = oneBlock && !c.packsRows() && groupColumns < nTo - nFrom;
        int groupRows = oneBlock && !keepsA ? mTo - mFrom : Math.min(GROUP_ROW_TILES * TILE_M, mTo - mFrom);
        Tiles tiles = vector && k > 0 ? tiles(c) : Tiles.SCALAR;
        int room = keepsA ? rowTiles(groupRows) : Math.min(rowTiles(groupRows), tilesAtATime(c));
        s.growFloat(Math.max(room * A_TILE, TILE_M * A_ROW),
                columnPanels(groupColumns) * PANEL,
                (oneBlock ? 1 : rowTiles(groupRows)) * columnPanels(groupColumns));
        s.growPlaces(groupRows + TILE_M);
        for (int m0 = mFrom; m0 < mTo; m0 += groupRows) {
            int m1 = Math.min(m0 + groupRows, mTo);
            for (int n0 = nFrom; n0 < nTo; n0 += groupColumns) {
                int n1 = Math.min(n0 + groupColumns, nTo);
                boolean isPacked = keepsA && n0 > nFrom;
                int k0 = 0;
                do { // once even without steps: then all sums are +0
                    int kc = Math.min(blockSteps, k - k0);
                    takePanels(c, s, tiles, batch, k0, kc, n0, n1);
                    block(c, s, tiles, batch, m0, m1, n0, n1, k0, kc, k0 + kc == k, oneBlock, room,
                            isPacked);
                    k0 += blockSteps;
                } while (k0 < k);
            }
        }
    }

    /** Packs panels of B, or finds the one that needs no packing. */
    private static void takePanels(FloatContraction c, Scratch s, Tiles tiles, int batch, int k0, int kc,
            int n0, int n1) {
        s.bOffset = Scratch.FLOAT_START;
        if (kc > 0 && c.leavesB()) {
            c.places(s, batch, k0, 1, n0);
            s.bOffset = c.startOfB() + s.places[0];
        } else if (kc > 0) {
            c.packB(s, batch, k0, kc, n0, n1 - n0);
        }
        if (tiles == Tiles.SCALAR) {
            s.scalar.spread(panels(c, s), s.bOffset, PANEL, kc, n1 - n0);
        }
    }

    private static float[] panels(FloatContraction c, Scratch s) {
        return c.leavesB() ? c.arrayOfB() : s.b;
    }

    /**
     * One block of steps for a group of rows, over packed panels of B. There is room for so many packed tiles of A, which may all be
     * packed already.
     */
    private static void block(FloatContraction c, Scratch s, Tiles tiles, int batch, int m0, int m1, int n0,
            int n1, int k0, int kc, boolean lastBlock, boolean oneBlock, int room, boolean isPacked) {
        boolean leavesA = tiles == Tiles.ROWS && c.leavesA();
        if (leavesA) {
            findRows(c, s, batch, m0, m1, k0);
        } else if (leavesSteps(c) && kc > 0) {
            c.starts(s, batch, m0, 1, k0);
            s.starts[0] += c.startOfA();
        }
        int[] rows = leavesA ? s.starts : PACKED_ROWS;
        int first = 0;
        for (int m = m0; m < m1; m += TILE_M) {
            int mc = Math.min(TILE_M, m1 - m);
            float[] a = leavesA ? c.arrayOfA()
                    : takenA(c, s, tiles, batch, m0, m, m1, n1 - n0, k0, kc, room, isPacked);
            for (int n = n0; n < n1;) {
                n = tile(c, s, tiles, batch, a, rows, leavesA ? m - m0 : 0, m, mc, n, n0, n1, k0, kc,
                        lastBlock, first);
            }
            first += oneBlock ? 0 : columnPanels(n1 - n0);
        }
    }

    private static int tilesAtATime(FloatContraction c) {
        return c.packsRows() ? 1 : TILES_AT_A_TIME;
    }

    /** Whether A need not be packed where tiles take it by steps. */
    private static boolean leavesSteps(FloatContraction c) {
        return !c.packsRows() && c.leavesA();
    }

    /**
     * A tile of rows of A from {@code m} on, as the tiles take it; packs it, and those after it if none before it did, unless it can be
     * read where it is.
     */
    private static float[] takenA(FloatContraction c, Scratch s, Tiles tiles, int batch, int m0, int m,
            int m1, int columns, int k0, int kc, int room, boolean isPacked) {
        int mc = Math.min(TILE_M, m1 - m);
        int height = tiles == Tiles.STEPS ? FloatTileVector.height(mc, columns) : TILE_M;
        s.before = height - mc;
        if (leavesSteps(c) && kc > 0 && s.before <= m - m0 && (s.before == 0 || tiles == Tiles.STEPS)) {
            s.aOffset = s.starts[0] + m - m0 - s.before;
            s.aStep = c.stepOfA();
            if (tiles == Tiles.SCALAR) {
                s.scalar.compute(c.arrayOfA(), s.aOffset, 1, s.aStep, kc, mc);
            }
            return c.arrayOfA();
        }
        s.before = 0;
        s.aStep = A_STRIDE;
        int tile = leavesSteps(c) ? 0 : (m - m0) / TILE_M;
        s.aOffset = Scratch.FLOAT_START + tile % room * A_TILE;
        if ((leavesSteps(c) || !isPacked && tile % tilesAtATime(c) == 0) && kc > 0) {
            c.packA(s, batch, m, Math.min(tilesAtATime(c) * TILE_M, m1 - m), k0, kc);
        }
        if (tiles == Tiles.SCALAR) {
            s.scalar.compute(s.a, s.aOffset, c.packsRows() ? A_ROW : 1, c.packsRows() ? 1 : A_STRIDE, kc, mc);
        }
        return tiles == Tiles.STEPS && c.packsRows() ? turned(s, kc, mc) : s.a;
    }

    /**
     * A tile, or two beside each other: the sums of a block, which are added to those before. Returns the column after them.
     * After the last tile of the last block's group, which began with tile {@code first}, all of the group become what is made of
     * them: what that reads and writes lies side by side in memory, and comes faster so than tile by tile.
     *
     * <p>A method of its own, and as large as it is, so that C2 does not compile it with the loops around it: it took a tenth
     * of a second for each of them, and again when another tile took over, and generated code waited meanwhile.
     */
    private static int tile(FloatContraction c, Scratch s, Tiles tiles, int batch, float[] a, int[] rows,
            int row, int m, int mc, int n, int n0, int n1, int k0, int kc, boolean lastBlock,
            int first) {
        boolean pair = tiles == Tiles.ROWS && n1 - n >= 2 * TILE_N && FloatTileVector.takesPairs();
        int end = Math.min(n + (pair ? 2 * TILE_N : TILE_N), n1);
        int tile = first + (n - n0) / TILE_N;
        float[] sums = k0 == 0 ? s.tiles[tile] : s.blocks[0];
        float[] b = panels(c, s);
        int panel = s.bOffset + (n - n0) / TILE_N * PANEL;
        if (tiles == Tiles.SCALAR) {
            s.scalar.take(n - n0, mc, sums, 0);
        } else if (tiles == Tiles.STEPS) {
            FloatTileVector.block(a, s.aOffset, s.aStep, b, panel, kc, sums, 0,
                    s.before + mc, end - n);
            if (s.before > 0) {
                System.arraycopy(sums, s.before * TILE_N, sums, 0, mc * TILE_N);
            }
        } else if (pair) {
            FloatTileVector.pairBlock(a, rows, row, b, panel, kc, sums,
                    k0 == 0 ? s.tiles[tile + 1] : s.blocks[1], mc);
        } else {
            FloatTileVector.rowsBlock(a, rows, row, b, panel, kc, sums, 0, end - n);
        }
        for (int i = 0; k0 > 0 && i < (pair ? 2 : 1); i++) {
            add(s.tiles[tile + i], s.blocks[i], mc * TILE_N);
        }
        for (int from = n0; lastBlock && end == n1 && from < n1; from += TILE_N) {
            s.tile = s.tiles[first + (from - n0) / TILE_N];
            c.finish(s, batch, m, mc, from, Math.min(TILE_N, n1 - from));
        }
        return end;
    }

    /** Finds where rows of A are that are left there; what is computed of rows after the last is not used. */
    static void findRows(FloatContraction c, Scratch s, int batch, int m0, int m1, int k0) {
        c.starts(s, batch, m0, m1 - m0, k0);
        int start = c.startOfA();
        for (int m = 0; m < m1 - m0; m++) {
            s.starts[m] += start;
        }
        Arrays.fill(s.starts, m1 - m0, m1 - m0 + TILE_M, s.starts[0]);
    }

    /** Packed A by steps instead of by rows, for the main tile as long as the other one is not compiled. */
    private static float[] turned(Scratch s, int kc, int rows) {
        int start = Scratch.FLOAT_START;
        for (int r = 0; r < rows; r++) {
            for (int k = 0; k < kc; k++) {
                s.turned[start + k * A_STRIDE + r] = s.a[start + r * A_ROW + k];
            }
        }
        return s.turned;
    }

    /** Adds the first {@code count} elements. */
    static void add(float[] c, float[] t, int count) {
        for (int i = 0; i < count; i++) {
            c[i] += t[i];
        }
    }

    private static boolean byColumns(int batchCount, int m, int n) {
        return (long) batchCount * rowTiles(m) < MIN_ROW_UNITS && columnPanels(n) > rowTiles(m);
    }

    private static int rowTiles(int m) {
        return ceilDiv(m, TILE_M);
    }

    private static int columnPanels(int n) {
        return ceilDiv(n, TILE_N);
    }

    private static int ceilDiv(int x, int y) {
        return (int) (((long) x + y - 1) / y);
    }
}
