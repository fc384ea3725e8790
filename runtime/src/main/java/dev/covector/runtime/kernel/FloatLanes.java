package dev.covector.runtime.kernel;

import java.util.Arrays;

/**
 * A contraction of few columns and long sums, of which both operands have their steps side by side in memory: nothing is packed,
 * and vectors go along the steps.
 *
 * <p><b>Order of the sum.</b> It is that of all sums along lanes: step {@code k} is added to lane {@code k mod 16},
 * {@code t = fma(a, b, t)} from {@code t = +0}, and {@link Lanes#sum} puts the lanes together. So all bits are the same for
 * vectors of any width, without vectors, and for any number of threads.
 */
final class FloatLanes {
    /** Sums of which an element of the result is put together. */
    static final int LANES = 16;

    private FloatLanes() {}

    /** Rows {@code [mFrom, mTo)}, by columns {@code [nFrom, nTo)}, of one batch. */
    static void range(FloatContraction c, Scratch s, boolean vector, int batch, int mFrom, int mTo, int nFrom,
            int nTo, int k) {
        boolean inVectors = vector && GemmTiles.vector() && FloatTileVector.LANES.wanted();
        s.growFloat(0, 0, 1);
        s.growPlaces(FloatGemm.TILE_M + FloatTileLanes.M);
        s.tile = s.tiles[0];
        for (int n = nFrom; n < nTo; n += FloatGemm.TILE_N) {
            int nc = Math.min(FloatGemm.TILE_N, nTo - n);
            c.columns(s, batch, n, nc);
            found(s.places, nc, FloatTileLanes.N, c.startOfB());
            for (int m = mFrom; m < mTo; m += FloatGemm.TILE_M) {
                int mc = Math.min(FloatGemm.TILE_M, mTo - m);
                c.starts(s, batch, m, mc, 0);
                found(s.starts, mc, FloatTileLanes.M, c.startOfA());
                tile(c, s, inVectors, mc, nc, k);
                c.finish(s, batch, m, mc, n, nc);
            }
        }
    }

    /** Adds where the array's part begins; what a register tile computes behind the last row or column is not used. */
    private static void found(int[] at, int count, int most, int start) {
        for (int i = 0; i < count; i++) {
            at[i] += start;
        }
        Arrays.fill(at, count, count + most - 1, at[0]);
    }

    private static void tile(FloatContraction c, Scratch s, boolean inVectors, int mc, int nc, int k) {
        float[] a = c.arrayOfA();
        float[] b = c.arrayOfB();
        float[] lanes = s.lanes32;
        int whole = k & -LANES;
        for (int m = 0; m < mc; m += FloatTileLanes.M) {
            for (int n = 0; n < nc; n += FloatTileLanes.N) {
                if (inVectors && whole > 0) {
                    FloatTileVector.lanesBlock(a, s.starts, m, b, s.places, n, whole, lanes);
                }
                for (int i = m; i < Math.min(m + FloatTileLanes.M, mc); i++) {
                    for (int j = n; j < Math.min(n + FloatTileLanes.N, nc); j++) {
                        int at = ((i - m) * FloatTileLanes.N + j - n) * LANES;
                        if (!inVectors || whole == 0) {
                            scalar(a, s.starts[i], b, s.places[j], whole, lanes, at);
                        }
                        for (int p = whole; p < k; p++) {
                            int lane = at + p - whole;
                            lanes[lane] = Math.fma(a[s.starts[i] + p], b[s.places[j] + p], lanes[lane]);
                        }
                        s.tile[i * FloatGemm.TILE_N + j] = Lanes.sum(lanes, at);
                    }
                }
            }
        }
    }

    /** Writes the lanes of one element over {@code kc} steps, a multiple of their number. */
    private static void scalar(float[] a, int i, float[] b, int j, int kc, float[] lanes, int at) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        float s8 = 0;
        float s9 = 0;
        float s10 = 0;
        float s11 = 0;
        float s12 = 0;
        float s13 = 0;
        float s14 = 0;
        float s15 = 0;
        for (int k = 0; k < kc; k += LANES) {
            int p = i + k;
            int q = j + k;
            s0 = Math.fma(a[p], b[q], s0);
            s1 = Math.fma(a[p + 1], b[q + 1], s1);
            s2 = Math.fma(a[p + 2], b[q + 2], s2);
            s3 = Math.fma(a[p + 3], b[q + 3], s3);
            s4 = Math.fma(a[p + 4], b[q + 4], s4);
            s5 = Math.fma(a[p + 5], b[q + 5], s5);
            s6 = Math.fma(a[p + 6], b[q + 6], s6);
            s7 = Math.fma(a[p + 7], b[q + 7], s7);
            s8 = Math.fma(a[p + 8], b[q + 8], s8);
            s9 = Math.fma(a[p + 9], b[q + 9], s9);
            s10 = Math.fma(a[p + 10], b[q + 10], s10);
            s11 = Math.fma(a[p + 11], b[q + 11], s11);
            s12 = Math.fma(a[p + 12], b[q + 12], s12);
            s13 = Math.fma(a[p + 13], b[q + 13], s13);
            s14 = Math.fma(a[p + 14], b[q + 14], s14);
            s15 = Math.fma(a[p + 15], b[q + 15], s15);
        }
        lanes[at] = s0;
        lanes[at + 1] = s1;
        lanes[at + 2] = s2;
        lanes[at + 3] = s3;
        lanes[at + 4] = s4;
        lanes[at + 5] = s5;
        lanes[at + 6] = s6;
        lanes[at + 7] = s7;
        lanes[at + 8] = s8;
        lanes[at + 9] = s9;
        lanes[at + 10] = s10;
        lanes[at + 11] = s11;
        lanes[at + 12] = s12;
        lanes[at + 13] = s13;
        lanes[at + 14] = s14;
        lanes[at + 15] = s15;
    }
}
