package dev.covector.runtime.kernel;

import java.util.Arrays;

/**
 * A contraction whose right operand is read where it is: columns lie side by side in memory, in runs that are alike, and generated
 * code says where the steps of a run are ({@link FloatContraction#places}). Few rows use each element, so that packing would
 * take longer than it saves. A run is a position of a convolution, for instance, and its columns are the examples of a batch.
 *
 * <p>A step that is outside what there is, in the padding of a convolution, is left out: near an edge of the image there are
 * fewer products. {@link FloatGemm} tells the order of the others.
 */
final class FloatPlaces {
    private static final int M = FloatGemm.TILE_M;
    private static final int N = FloatGemm.TILE_N;
    private static final int A = FloatGemm.A_STRIDE;
    private static final int W = FloatGemm.WIDE_N;

    private FloatPlaces() {}

    /** Rows {@code [mFrom, mTo)}, by columns {@code [nFrom, nTo)}, of one batch. */
    static void range(FloatContraction c, Scratch s, boolean vector, int batch, int mFrom, int mTo, int nFrom,
            int nTo, int k) {
        int rowTiles = (mTo - mFrom + M - 1) / M;
        s.growFloat(rowTiles * k * A, FloatGemm.GROUP_PANELS * FloatGemm.PANEL, 1);
        s.growWide(rowTiles + 1);
        int blockSteps = FloatGemm.blockSteps(k);
        for (int tile = 0; tile < rowTiles; tile++) {
            for (int k0 = 0; k0 < k; k0 += blockSteps) {
                s.aOffset = packed(tile, k, k0);
                int m0 = mFrom + tile * M;
                c.packA(s, batch, m0, Math.min(M, mTo - m0), k0, Math.min(blockSteps, k - k0));
            }
        }
        for (int n0 = nFrom; n0 < nTo;) {
            int n1 = Math.min(nTo, (n0 / c.run() + 1) * c.run());
            run(c, s, vector, batch, mFrom, mTo, n0, n1, k);
            n0 = n1;
        }
    }

    /** Where the block of steps from {@code k0} on of a tile of rows is packed. */
    private static int packed(int tile, int k, int k0) {
        return Scratch.FLOAT_START + (tile * k + k0) * A;
    }

    /** Columns of one run, from {@code r0} on: where steps of the first one are says it for all of them. */
    private static void run(FloatContraction c, Scratch s, boolean vector, int batch, int mFrom, int mTo,
            int r0,
            int r1, int k) {
        int blockSteps = FloatGemm.blockSteps(k);
        boolean oneBlock = blockSteps == k;
        int found = oneBlock ? steps(c, s, batch, 0, k, r0) : 0;
        for (int n0 = r0; n0 < r1; n0 += W) {
            int n1 = Math.min(n0 + W, r1);
            int k0 = 0;
            do { // once even without steps: then all sums are +0
                int kc = Math.min(blockSteps, k - k0);
                int steps = oneBlock ? found : steps(c, s, batch, k0, kc, r0);
                block(c, s, vector, batch, mFrom, mTo, r0, n0, n1, k, k0, kc, steps);
                k0 += blockSteps;
            } while (k0 < k);
        }
    }

    /** A block of {@code kc} steps, of which there are {@code steps}, for a group of columns. */
    private static void block(FloatContraction c, Scratch s, boolean vector, int batch, int mFrom, int mTo,
            int r0,
            int n0, int n1, int k, int k0, int kc, int steps) {
        boolean tiles = vector && FloatGemm.mainIsWanted();
        int whole = tiles && FloatTileVector.takesPlaces() ? n0 + (n1 - n0) / (2 * N) * (2 * N) : n0;
        if (whole < n1) {
            pack(c, s, steps, r0, n0, whole, n1);
        }
        if (!tiles) {
            s.scalar.spread(s.b, Scratch.FLOAT_START, FloatGemm.PANEL, steps, n1 - n0);
        }
        for (int m0 = mFrom; m0 < mTo; m0 += M) {
            int tile = (m0 - mFrom) / M;
            int mc = Math.min(M, mTo - m0);
            int at = packed(tile, k, k0);
            float[] a = steps == kc ? s.a : s.turned;
            s.aOffset = steps == kc ? at : without(s, at, steps);
            s.wide = s.wideTiles[tile];
            float[] sums = k0 == 0 ? s.wide : s.wideTiles[s.wideTiles.length - 1];
            sums(c, s, tiles, a, r0, n0, whole, n1, steps, mc, sums);
            if (k0 > 0) {
                FloatGemm.add(s.wide, sums, mc * W);
            }
            if (k0 + kc == k) {
                c.finish(s, batch, m0, mc, n0, n1 - n0);
            }
        }
    }

    /** Finds where steps are; says how many there are, and moves these to the front. */
    private static int steps(FloatContraction c, Scratch s, int batch, int k0, int kc, int n0) {
        if (kc == 0) {
            return 0;
        }
        c.places(s, batch, k0, kc, n0);
        int start = c.startOfB();
        int count = 0;
        for (int i = 0; i < kc; i++) {
            int place = s.places[i];
            if (place >= 0) {
                s.places[count] = place + start;
                s.kept[count++] = i;
            }
        }
        return count;
    }

    /** Copies what is packed of the steps that are there; says where it is in {@link Scratch#turned}. */
    private static int without(Scratch s, int at, int steps) {
        for (int from = 0; from < steps;) {
            int to = from + 1;
            while (to < steps && s.kept[to] == s.kept[to - 1] + 1) {
                to++;
            }
            System.arraycopy(s.a, at + s.kept[from] * A, s.turned, Scratch.FLOAT_START + from * A,
                    (to - from) * A);
            from = to;
        }
        return Scratch.FLOAT_START;
    }

    /** Copies the panels of columns {@code [from, n1)} of a group. */
    private static void pack(FloatContraction c, Scratch s, int steps, int r0, int n0, int from, int n1) {
        float[] b = c.arrayOfB();
        for (int n = from; n < n1; n += N) {
            int panel = Scratch.FLOAT_START + (n - n0) / N * FloatGemm.PANEL;
            for (int k = 0; k < steps; k++) {
                System.arraycopy(b, s.places[k] + n - r0, s.b, panel + k * N, Math.min(N, n1 - n));
            }
        }
    }

    /** The sums of a tile of rows by a group of columns, in place before {@code whole}, then packed. */
    private static void sums(FloatContraction c, Scratch s, boolean tiles, float[] a, int r0, int n0,
            int whole, int n1, int steps, int mc, float[] sums) {
        if (steps == 0) {
            Arrays.fill(sums, 0, mc * W, 0f); // tiles without steps do nothing
            return;
        }
        if (!tiles) {
            s.scalar.compute(a, s.aOffset, 1, A, steps, mc);
            s.scalar.takeAll(mc, sums);
            return;
        }
        FloatTileVector.placesBlock(a, s.aOffset, c.arrayOfB(), n0 - r0, s.places, steps, sums, mc,
                whole - n0);
        float[] panel = s.tiles[0];
        for (int n = whole; n < n1; n += N) {
            FloatTileVector.block(a, s.aOffset, A, s.b,
                    Scratch.FLOAT_START + (n - n0) / N * FloatGemm.PANEL, steps, panel, 0, mc,
                    Math.min(N, n1 - n));
            for (int row = 0; row < mc; row++) {
                System.arraycopy(panel, row * N, sums, row * W + n - n0, N);
            }
        }
    }
}
