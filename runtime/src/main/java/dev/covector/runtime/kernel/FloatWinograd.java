package dev.covector.runtime.kernel;

/**
 * Convolutions by windows of 3 × 3 as Winograd's minimal filtering F(2×2, 3×3) (Lavin and Gray, "Fast Algorithms for
 * Convolutional Neural Networks", 2016): a row of A is 4 × 4 neighbours, transformed, for 2 × 2 positions of the result.
 * Element by element of those, rows times columns of the transformed kernel is one <em>plane</em> of 16; sums and
 * differences of the planes are the four positions. That is 2.25 times fewer products than position by position.
 *
 * <p>Generated code transforms as it packs. Of row {@code r} of a tile and channel {@code k}, plane {@code p} of A is
 * {@code s.a[s.aOffset + (r - m0) * rowStride + p * channels + k]}, that of B {@code s.b[s.bOffset + (p * channels + k) *
 * FloatGemm.TILE_N + column - n0]}. It finishes a tile four times: as matrix {@code 2 * i + j} for position i, j of each
 * row's four, of which the sums are {@code s.tile[matrix * PLANE + (row - m0) * FloatGemm.TILE_N + column - n0]}.
 *
 * <p>A plane's sum over the channels is one chain of {@code t = fma(a, b, t)} from {@code t = +0}, and what is put together
 * of planes always in the same order: so all bits are the same for any width and number of threads.
 */
public final class FloatWinograd {
    /** What a row has of each channel, and the products that it takes. */
    public static final int PLANES = 16;
    /** Distance of the planes of a tile, and of the four positions. */
    public static final int PLANE = FloatGemm.TILE_M * FloatGemm.TILE_N;
    /** Positions of the result that a row makes. */
    private static final int POSITIONS = 4;
    /** Elements of packed B that stay in a second-level cache. */
    private static final int GROUP_ELEMENTS = 1 << 17;

    private FloatWinograd() {}

    /** Distance of the rows of packed A: not a power of two, so that they don't meet in a cache's sets. */
    public static int rowStride(int channels) {
        return PLANES * channels + 16;
    }

    /** Rows {@code [mFrom, mTo)} by columns {@code [nFrom, nTo)}, of {@code k} channels. */
    static void range(FloatContraction c, Scratch s, boolean vector, int mFrom, int mTo, int nFrom, int nTo,
            int k) {
        int tileM = FloatGemm.TILE_M;
        int tileN = FloatGemm.TILE_N;
        int rowStride = rowStride(k);
        int panel = PLANES * k * tileN;
        int groupColumns = Math.max(1, GROUP_ELEMENTS / Math.max(1, panel)) * tileN;
        s.growFloat(tileM * rowStride, panel * Math.min(groupColumns, nTo - nFrom + tileN - 1) / tileN, 0);
        s.growPlaces(PLANES * tileM);
        for (int p = 0; p < PLANES; p++) {
            for (int r = 0; r < tileM; r++) {
                s.starts[p * tileM + r] = Scratch.FLOAT_START + r * rowStride + p * k;
            }
        }
        s.growPlanes(1);
        s.tile = s.planes[0];
        for (int n0 = nFrom; n0 < nTo; n0 += groupColumns) {
            int n1 = Math.min(n0 + groupColumns, nTo);
            s.bOffset = Scratch.FLOAT_START;
            for (int n = n0; n < n1; n += tileN) {
                c.packB(s, 0, 0, k, n, Math.min(tileN, n1 - n));
                s.bOffset += panel;
            }
            s.aOffset = Scratch.FLOAT_START;
            for (int m = mFrom; m < mTo; m += tileM) {
                int mc = Math.min(tileM, mTo - m);
                c.packA(s, 0, m, mc, 0, k);
                boolean hot = vector && FloatGemm.rowsAreHot();
                for (int n = n0; n < n1; n += tileN) {
                    int nc = Math.min(tileN, n1 - n);
                    int b = Scratch.FLOAT_START + (n - n0) / tileN * panel;
                    if (hot) {
                        vector(s, b, k, nc);
                    } else {
                        scalar(s, b, rowStride, k, mc, nc);
                    }
                    positions(s.tile);
                    for (int position = 0; position < POSITIONS; position++) {
                        c.finish(s, position, m, mc, n, nc);
                    }
                }
            }
        }
    }

    private static void vector(Scratch s, int b, int k, int columns) {
        for (int p = 0; p < PLANES; p++) {
            FloatTileVector.rowsBlock(s.a, s.starts, p * FloatGemm.TILE_M, s.b,
                    b + p * k * FloatGemm.TILE_N, k, s.tile, p * PLANE, columns);
        }
    }

    private static void scalar(Scratch s, int b, int rowStride, int k, int rows, int columns) {
        for (int p = 0; p < PLANES; p++) {
            s.scalar.spread(s.b, b + p * k * FloatGemm.TILE_N, 0, k, columns);
            s.scalar.compute(s.a, s.starts[p * FloatGemm.TILE_M], rowStride, 1, k, rows);
            s.scalar.take(0, rows, s.tile, p * PLANE);
        }
    }

    /**
     * The four positions of what the planes are: each is the sum, with signs, of nine of them. All indices are a loop's
     * variable and a constant, so that C2 vectorises.
     */
    private static void positions(float[] t) {
        for (int i = 0; i < 4 * PLANE; i++) {
            float x1 = t[i + 4 * PLANE];
            float x2 = t[i + 8 * PLANE];
            t[i] = t[i] + x1 + x2;
            t[i + 4 * PLANE] = x1 - x2 - t[i + 12 * PLANE];
        }
        for (int i = 0; i < PLANE; i++) {
            float x1 = t[i + PLANE];
            float x2 = t[i + 2 * PLANE];
            t[i] = t[i] + x1 + x2;
            t[i + PLANE] = x1 - x2 - t[i + 3 * PLANE];
        }
        for (int i = 0; i < PLANE; i++) {
            float x1 = t[i + 5 * PLANE];
            float x2 = t[i + 6 * PLANE];
            t[i + 2 * PLANE] = t[i + 4 * PLANE] + x1 + x2;
            t[i + 3 * PLANE] = x1 - x2 - t[i + 7 * PLANE];
        }
    }
}
