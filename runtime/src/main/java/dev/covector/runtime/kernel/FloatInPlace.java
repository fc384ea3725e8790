package dev.covector.runtime.kernel;

/**
 * A contraction that packs nothing: rows of A and steps of B are read where they are, and if it is only stored, rows of C are
 * written where they belong. For a B so small that a first-level cache holds it.
 */
final class FloatInPlace {
    private static final int M = FloatGemm.TILE_M;
    /** Columns of a pair of panels. */
    private static final int PAIR = 2 * FloatGemm.TILE_N;
    private static final int W = FloatGemm.WIDE_N;
    private static final int ROWS = FloatTileInPlace.ROWS;

    private FloatInPlace() {}

    /** Whether such columns can be computed so: there is a tile for them, and it is compiled; if not, it will be. */
    static boolean suits(FloatContraction c, int nFrom, int nTo, int k) {
        return c.leavesA() && k > 0 && FloatGemm.blockSteps(k) == k && nFrom % PAIR == 0 && nTo % PAIR == 0
                && GemmTiles.vector() && FloatTileVector.takesAllInPlace();
    }

    /** Rows {@code [mFrom, mTo)}, by columns {@code [nFrom, nTo)}, of one batch. */
    static void range(FloatContraction c, Scratch s, int batch, int mFrom, int mTo, int nFrom, int nTo,
            int k) {
        s.growWide(1);
        s.growPlaces(mTo - mFrom + M);
        FloatGemm.findRows(c, s, batch, mFrom, mTo, 0);
        c.places(s, batch, 0, Math.min(2, k), nFrom);
        int first = c.startOfB() + s.places[0];
        int step = k == 1 ? 0 : s.places[1] - s.places[0];
        for (int n = nFrom; n < nTo; n += W) {
            for (int m = mFrom; m < mTo; m += M) {
                tile(c, s, batch, m - mFrom, m, Math.min(M, mTo - m), n, Math.min(n + W, nTo),
                        first + n - nFrom, step, k);
            }
        }
    }

    /** Up to 12 rows, the {@code row}th of those found, by columns {@code [n0, n1)}, whose first step is at {@code first}. */
    private static void tile(FloatContraction c, Scratch s, int batch, int row, int m, int mc, int n0, int n1,
            int first, int step, int k) {
        boolean belongs = c.leavesC() && mc % ROWS == 0;
        s.wide = s.wideTiles[0];
        float[] sums = belongs ? c.arrayOfC() : s.wide;
        int at = belongs ? c.placeOfC(batch, m, n0) : 0;
        int line = belongs ? c.placeOfC(batch, m + 1, n0) - at : W;
        for (int n = n0; n < n1; n += PAIR) {
            for (int r = 0; r < mc; r += ROWS) {
                FloatTileVector.inPlace(c.arrayOfA(), s.starts, row + r, c.arrayOfB(), first + n - n0, step,
                        k, sums, at + r * line + n - n0, line);
            }
        }
        if (!belongs) {
            c.finish(s, batch, m, mc, n0, n1 - n0);
        }
    }
}
