package dev.covector.runtime.kernel;

/**
 * The part of {@link FloatGemm} for at most 10 columns, where A is left in place. One step after the other would leave idle the
 * lanes beside the columns, and each element of A would be loaded for itself. So a vector has 5 columns by 3 steps.
 *
 * <p><b>Order of the sum.</b> Within each of {@link FloatGemm}'s blocks there are three sums, of the first of each three
 * steps, of the second, and of the third, by {@code t = fma(a, b, t)} from {@code t = +0}; zeros fill up the last three.
 * The block's sum is the first plus the second, plus the third.
 */
final class FloatThirds {
    /** Columns of a vector. */
    static final int HALF = 5;
    private static final int MAX_COLUMNS = 2 * HALF;
    /** Fewer are not worth it. */
    private static final int MIN_STEPS = 24;
    /** Logical lanes of a vector, the last of which is idle. */
    static final int LANES = 16;
    /** Distance of the rows of {@link Memory#ends}. */
    static final int END = 4;

    private static final int N = FloatGemm.TILE_N;
    private static final int START = Scratch.FLOAT_START;

    /**
     * Asked for once a contraction; until it is there, the shared tile computes, one third after the other, in twice the
     * time. So it can wait: what is compiled for the first steps of a training is what more of its time goes to.
     */
    static final GemmWarmer VECTOR =
            new GemmWarmer("covector-warm-float-thirds", 2_000, () -> FloatThirdsVector.tile());

    private FloatThirds() {}

    /** Whether a contraction of which A is left in place is computed so; depends on its shape only. */
    static boolean suit(int n, int k) {
        return n <= MAX_COLUMNS && k >= MIN_STEPS;
    }

    /** The memory of one thread. */
    static final class Memory {
        /** B, three steps after the other: {@code b[START + three * 32 + half * 16 + step * 5 + column]}. */
        final float[] b = new float[START + (FloatGemm.MAX_BLOCK_STEPS / 3 + 2) * N];
        /** The last one to three steps of A, filled up with zeros: {@code ends[row * END + step]}. */
        final float[] ends = new float[FloatGemm.TILE_M * END];
        /** Three sums of each element: {@code lanes[row * 32 + half * 16 + step * 5 + column]}. */
        final float[] lanes = new float[FloatGemm.TILE_M * N];
        /** What a block but the first adds to a tile. */
        final float[] block = new float[FloatGemm.TILE_M * N];
        /** The steps of B for each sum, as the shared tile takes them. */
        private final float[][] panels = new float[3][START + (FloatGemm.MAX_BLOCK_STEPS / 3 + 1) * N];
        /** A scalar tile for each sum. */
        private final FloatTileScalar[] scalars = {new FloatTileScalar(), new FloatTileScalar(),
            new FloatTileScalar()};
        private final float[][] sums = new float[3][FloatGemm.TILE_M * N];
    }

    /** What computes: the vectors of this class, the vector tile that is shared with other contractions, or the scalar one. */
    private enum Tiles {
        THIRDS, SHARED, SCALAR
    }

    private static Tiles tiles(boolean vector) {
        if (!vector || !GemmTiles.vector()) {
            return Tiles.SCALAR;
        }
        return VECTOR.wanted() ? Tiles.THIRDS : FloatGemm.mainIsWanted() ? Tiles.SHARED : Tiles.SCALAR;
    }

    /** Rows {@code [mFrom, mTo)} by all columns, of one batch. */
    static void range(FloatContraction c, Scratch s, boolean vector, int batch, int mFrom, int mTo, int n,
            int k) {
        Tiles kind = tiles(vector);
        int blockSteps = FloatGemm.blockSteps(k);
        int tiles = blockSteps == k ? 1 : (mTo - mFrom + FloatGemm.TILE_M - 1) / FloatGemm.TILE_M;
        s.growFloat(FloatGemm.TILE_M * FloatGemm.A_ROW, FloatGemm.PANEL, tiles);
        s.growPlaces(mTo - mFrom + FloatGemm.TILE_M);
        Memory memory = s.thirds();
        for (int k0 = 0; k0 < k; k0 += blockSteps) {
            int kc = Math.min(blockSteps, k - k0);
            pack(c, s, memory, kind, batch, k0, kc, n);
            if (kind == Tiles.THIRDS) {
                FloatGemm.findRows(c, s, batch, mFrom, mTo, k0);
            }
            int tile = 0;
            for (int m = mFrom; m < mTo; m += FloatGemm.TILE_M) {
                int mc = Math.min(FloatGemm.TILE_M, mTo - m);
                s.tile = s.tiles[tile];
                float[] sums = k0 == 0 ? s.tile : memory.block;
                if (kind == Tiles.THIRDS) {
                    vectors(c.arrayOfA(), s.starts, m - mFrom, mc, kc, memory, sums);
                } else {
                    c.packA(s, batch, m, mc, k0, kc);
                    oneByOne(s, kind, mc, kc, n, memory, sums);
                }
                if (k0 > 0) {
                    FloatGemm.add(s.tile, sums, mc * N);
                }
                if (k0 + kc == k) {
                    c.finish(s, batch, m, mc, 0, n);
                }
                tile += tiles > 1 ? 1 : 0;
            }
        }
    }

    /** Packs a block of steps of B, with zeros up to a multiple of three. */
    private static void pack(FloatContraction c, Scratch s, Memory memory, Tiles kind, int batch, int k0,
            int kc, int n) {
        s.aOffset = START;
        s.bOffset = START;
        c.packB(s, batch, k0, kc, 0, n);
        int threes = (kc + 2) / 3;
        for (int i = kc * N; i < 3 * threes * N; i++) {
            s.b[START + i] = 0;
        }
        if (kind == Tiles.THIRDS) {
            FloatThirdsVector.turn(s.b, START, memory.b, START, threes);
            return;
        }
        for (int third = 0; third < 3; third++) {
            if (kind == Tiles.SCALAR) {
                memory.scalars[third].spread(s.b, START + third * N, 3 * N, FloatGemm.PANEL, threes, n);
                continue;
            }
            for (int three = 0; three < threes; three++) {
                System.arraycopy(s.b, START + (3 * three + third) * N, memory.panels[third],
                        START + three * N, N);
            }
        }
    }

    private static void vectors(float[] a, int[] starts, int first, int mc, int kc, Memory memory,
            float[] sums) {
        int whole = (kc - 1) / 3 * 3; // so that four elements can be loaded for three steps
        for (int row = 0; row < mc; row++) {
            for (int step = 0; step < 3; step++) {
                memory.ends[row * END + step] =
                        whole + step < kc ? a[starts[first + row] + whole + step] : 0;
            }
        }
        FloatThirdsVector.block(a, starts, first, memory, whole, mc, sums);
    }

    /** Each of the three sums by itself, of A packed by rows. */
    private static void oneByOne(Scratch s, Tiles kind, int mc, int kc, int n, Memory memory, float[] sums) {
        for (int row = 0; row < mc; row++) {
            for (int step = kc; step % 3 != 0; step++) {
                s.a[START + row * FloatGemm.A_ROW + step] = 0;
            }
        }
        int threes = (kc + 2) / 3;
        for (int third = 0; third < 3; third++) {
            if (kind == Tiles.SCALAR) {
                memory.scalars[third].compute(s.a, START + third, FloatGemm.A_ROW, 3, threes, mc);
                memory.scalars[third].take(0, mc, memory.sums[third], 0);
            } else {
                turn(s, third, threes, mc);
                FloatTileVector.block(s.turned, START, FloatGemm.A_STRIDE, memory.panels[third], START,
                        threes,
                        memory.sums[third], 0, mc, n);
            }
        }
        add(sums, memory.sums[0], memory.sums[1], memory.sums[2], mc * N);
    }

    /** Every third step of A, by steps instead of by rows. */
    private static void turn(Scratch s, int third, int threes, int rows) {
        for (int row = 0; row < rows; row++) {
            for (int three = 0; three < threes; three++) {
                s.turned[START + three * FloatGemm.A_STRIDE + row] =
                        s.a[START + row * FloatGemm.A_ROW + 3 * three + third];
            }
        }
    }

    private static void add(float[] sums, float[] first, float[] second, float[] third, int count) {
        for (int i = 0; i < count; i++) {
            sums[i] = first[i] + second[i] + third[i];
        }
    }
}
