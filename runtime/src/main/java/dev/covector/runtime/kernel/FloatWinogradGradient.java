package dev.covector.runtime.kernel;

/**
 * The derivative of {@link FloatWinograd} by the kernel: what that does, the other way round. A step of the sum is 2 × 2
 * neighbours of the result's cotangent, of which rows are channels, and the 4 × 4 elements of the other operand that they
 * came from, of which columns are channels. Both are transformed; products element by element of those, summed, are 16
 * <em>planes</em>, of which sums and differences are the 3 × 3 positions of the kernel.
 *
 * <p>Generated code transforms as it packs, up to {@link #BLOCK} steps at a time. Rows of A are packed by as many as a
 * line of it has, {@link FloatGemm#A_STRIDE}, also where the tile has fewer: there must be so many. Of step {@code k} and
 * row {@code r}, plane {@code p} of A is {@code s.a[s.aOffset + p * PLANE_A + (k - k0) * FloatGemm.A_STRIDE + r - m0]},
 * that of B {@code s.b[s.bOffset + p * PLANE_B + (k - k0) * FloatGemm.TILE_N + column - n0]}. It finishes a tile nine times: as
 * matrix {@code 3 * i + j} for position i, j of the kernel.
 *
 * <p>A plane's sum is that of its blocks, each one chain of {@code t = fma(a, b, t)} from {@code t = +0}: all bits are the
 * same for any width and number of threads.
 */
public final class FloatWinogradGradient {
    /** Steps that are packed at a time. */
    static final int BLOCK = 64;
    /** Distance of the planes of packed A: not a power of two, so that they don't meet in a cache's sets. */
    public static final int PLANE_A = (BLOCK + 1) * FloatGemm.A_STRIDE;
    /** Distance of the planes of packed B. */
    public static final int PLANE_B = (BLOCK + 1) * FloatGemm.TILE_N;
    /** Positions of the kernel. */
    private static final int POSITIONS = 9;
    /** Panels of B packed at a time: half a megabyte, for a second-level cache. */
    private static final int GROUP_PANELS = 4;

    private FloatWinogradGradient() {}

    /** Steps of each block but the last; a function of {@code k} only. */
    private static int blockSteps(int k) {
        int blocks = Math.max(1, ceilDiv(k, BLOCK));
        return Math.max(1, Math.min(BLOCK, (ceilDiv(k, blocks) + 7) & -8));
    }

    /** Rows {@code [mFrom, mTo)} of {@code m}, by columns {@code [nFrom, nTo)}, of the sums over {@code k} steps. */
    static void range(FloatContraction c, Scratch s, boolean vector, int m, int mFrom, int mTo, int nFrom,
            int nTo, int k) {
        int groupColumns = GROUP_PANELS * FloatGemm.TILE_N;
        int panels = Math.min(GROUP_PANELS, ceilDiv(nTo - nFrom, FloatGemm.TILE_N));
        s.growFloat(FloatWinograd.PLANES * PLANE_A + FloatGemm.A_STRIDE,
                panels * FloatWinograd.PLANES * PLANE_B, 0);
        s.growPlanes(1 + ceilDiv(mTo - mFrom, FloatGemm.TILE_M) * panels);
        int blockSteps = blockSteps(k);
        for (int n0 = nFrom; n0 < nTo; n0 += groupColumns) {
            int n1 = Math.min(n0 + groupColumns, nTo);
            int k0 = 0;
            do { // once even without steps: then all sums are +0
                block(c, s, vector, m, mFrom, mTo, n0, n1, k0, Math.min(blockSteps, k - k0));
                k0 += blockSteps;
            } while (k0 < k);
            finish(c, s, mFrom, mTo, n0, n1);
        }
    }

    /** One block of steps, added to those before. */
    private static void block(FloatContraction c, Scratch s, boolean vector, int rows, int mFrom, int mTo,
            int n0, int n1, int k0, int kc) {
        s.bOffset = Scratch.FLOAT_START;
        for (int n = n0; n < n1 && kc > 0; n += FloatGemm.TILE_N) {
            c.packB(s, 0, k0, kc, n, Math.min(FloatGemm.TILE_N, n1 - n));
            s.bOffset += FloatWinograd.PLANES * PLANE_B;
        }
        s.aOffset = Scratch.FLOAT_START;
        int tile = 1;
        for (int m = mFrom; m < mTo; m += FloatGemm.TILE_M) {
            int mc = Math.min(FloatGemm.TILE_M, mTo - m);
            int first = Math.min(m, rows - FloatGemm.A_STRIDE);
            if (kc > 0) {
                c.packA(s, 0, first, FloatGemm.A_STRIDE, k0, kc);
            }
            int b = Scratch.FLOAT_START;
            for (int n = n0; n < n1; n += FloatGemm.TILE_N) {
                float[] sums = s.planes[k0 == 0 ? tile : 0];
                multiply(s, vector, m - first, b, kc, mc, Math.min(FloatGemm.TILE_N, n1 - n), sums);
                if (k0 > 0) {
                    FloatGemm.add(s.planes[tile], sums, sums.length);
                }
                b += FloatWinograd.PLANES * PLANE_B;
                tile++;
            }
        }
    }

    private static void multiply(Scratch s, boolean vector, int a, int b, int kc, int rows, int columns,
            float[] sums) {
        for (int p = 0; p < FloatWinograd.PLANES; p++) {
            int planeA = Scratch.FLOAT_START + p * PLANE_A + a;
            int planeB = b + p * PLANE_B;
            if (vector) {
                FloatTileVector.block(s.a, planeA, FloatGemm.A_STRIDE, s.b, planeB, kc, sums,
                        p * FloatWinograd.PLANE, rows,
                        columns);
            } else {
                s.scalar.spread(s.b, planeB, 0, kc, columns);
                s.scalar.compute(s.a, planeA, 1, FloatGemm.A_STRIDE, kc, rows);
                s.scalar.take(0, rows, sums, p * FloatWinograd.PLANE);
            }
        }
    }

    private static void finish(FloatContraction c, Scratch s, int mFrom, int mTo, int n0, int n1) {
        int tile = 1;
        for (int m = mFrom; m < mTo; m += FloatGemm.TILE_M) {
            for (int n = n0; n < n1; n += FloatGemm.TILE_N) {
                s.tile = s.planes[tile++];
                positions(s.tile);
                for (int position = 0; position < POSITIONS; position++) {
                    c.finish(s, position, m, Math.min(FloatGemm.TILE_M, mTo - m), n,
                            Math.min(FloatGemm.TILE_N, n1 - n));
                }
            }
        }
    }

    /** The positions of the kernel that the planes make. All indices are a loop's variable and a constant, for C2. */
    private static void positions(float[] t) {
        int plane = FloatWinograd.PLANE;
        for (int i = 0; i < 4 * FloatWinograd.PLANE; i++) {
            float sum = (t[i + 4 * FloatWinograd.PLANE] + t[i + 8 * FloatWinograd.PLANE]) * 0.5f;
            float difference = (t[i + 4 * FloatWinograd.PLANE] - t[i + 8 * FloatWinograd.PLANE]) * 0.5f;
            t[i] += sum;
            t[i + 4 * FloatWinograd.PLANE] = difference;
            t[i + 8 * FloatWinograd.PLANE] = sum - t[i + 12 * FloatWinograd.PLANE];
        }
        for (int row = 0; row < 3; row++) {
            int from = 4 * row * plane;
            int to = 3 * row * plane;
            for (int i = 0; i < plane; i++) {
                float first = t[from + i];
                float sum = (t[from + plane + i] + t[from + 2 * plane + i]) * 0.5f;
                float difference = (t[from + plane + i] - t[from + 2 * plane + i]) * 0.5f;
                float last = t[from + 3 * plane + i];
                t[to + i] = first + sum;
                t[to + plane + i] = difference;
                t[to + 2 * plane + i] = sum - last;
            }
        }
    }

    private static int ceilDiv(int x, int y) {
        return (int) (((long) x + y - 1) / y);
    }
}
