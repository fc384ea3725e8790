package dev.covector.runtime.kernel;

import java.util.Arrays;

/**
 * The tile without the Vector API, shaped so that C2 vectorises its inner loop: 12 rows by a whole group
 * of panels, along the columns, two rows and four steps at a time. Each element's sum is still in the
 * order of the steps.
 *
 * <p>C2 vectorises a loop over two arrays only if it can see that a store doesn't change what is loaded later,
 * and before JDK 26 variable offsets keep it from seeing that. So each pair of rows and each four
 * steps of B have an array of their own, and all indices are the loop's variable plus a constant. Long
 * loops, because what precedes and follows their vectorised part is done one by one.
 */
final class FloatTileScalar {
    /** Columns of a group of panels. */
    private static final int W = FloatGemm.WIDE_N;

    private static final int N = FloatGemm.TILE_N;

    /** B, each four steps of it, then each step that remains. */
    private float[][] steps = new float[0][];
    /** The sums, two rows in each array. */
    private final float[][] pairs = new float[FloatGemm.TILE_M / 2][];

    private int columns;

    /** Takes over packed panels of B that are {@code panel} apart. */
    void spread(float[] b, int bo, int panel, int kc, int columns) {
        spread(b, bo, N, panel, kc, columns);
    }

    /** Takes over packed panels of B that are {@code panel} apart, with steps that are {@code step} apart. */
    void spread(float[] b, int bo, int step, int panel, int kc, int columns) {
        this.columns = columns;
        grow(kc / 4 + kc % 4);
        int fours = kc & -4;
        for (int n = 0; n < columns; n += N) {
            int from = bo + n / N * panel;
            for (int k = 0; k < kc; k++) {
                if (k < fours) {
                    System.arraycopy(b, from + k * step, steps[k >> 2], (k & 3) * W + n, N);
                } else {
                    System.arraycopy(b, from + k * step, steps[(k >> 2) + (k & 3)], n, N);
                }
            }
        }
    }

    private void grow(int count) {
        if (steps.length < count) {
            int old = steps.length;
            steps = Arrays.copyOf(steps, count);
            for (int i = old; i < count; i++) {
                steps[i] = new float[4 * W];
            }
        }
        for (int i = 0; i < pairs.length && pairs[i] == null; i++) {
            pairs[i] = new float[2 * W];
        }
    }

    /**
     * Computes the sums over {@code kc} steps of the first {@code rows} rows, where {@code row} and {@code step} are
     * the distances of neighbours in {@code a}.
     */
    void compute(float[] a, int ao, int row, int step, int kc, int rows) {
        for (int r = 0; r < rows; r += 2) {
            Arrays.fill(pairs[r >> 1], 0f);
        }
        int fours = kc & -4;
        for (int k = 0; k < fours; k += 4) {
            for (int r = 0; r < rows; r += 2) {
                four(a, ao + k * step + r * row, row, step, steps[k >> 2], pairs[r >> 1], columns);
            }
        }
        for (int k = fours; k < kc; k++) {
            for (int r = 0; r < rows; r += 2) {
                int i = ao + k * step + r * row;
                one(a[i], a[i + row], steps[(k >> 2) + (k & 3)], pairs[r >> 1],
                        columns);
            }
        }
    }

    /** Writes the tile of the panel that begins at the column {@code n}, to where {@code c} has it from {@code co} on. */
    void take(int n, int rows, float[] c, int co) {
        for (int r = 0; r < rows; r++) {
            System.arraycopy(pairs[r >> 1], (r & 1) * W + n, c, co + r * N, N);
        }
    }

    /** Writes all sums to a wide tile. */
    void takeAll(int rows, float[] c) {
        for (int r = 0; r < rows; r++) {
            System.arraycopy(pairs[r >> 1], (r & 1) * W, c, r * W, columns);
        }
    }

    private static void four(float[] a, int i, int row, int step, float[] b, float[] c, int columns) {
        float p0 = a[i];
        float p1 = a[i + step];
        float p2 = a[i + 2 * step];
        float p3 = a[i + 3 * step];
        float q0 = a[i + row];
        float q1 = a[i + step + row];
        float q2 = a[i + 2 * step + row];
        float q3 = a[i + 3 * step + row];
        for (int j = 0; j < columns; j++) {
            float b0 = b[j];
            float b1 = b[W + j];
            float b2 = b[2 * W + j];
            float b3 = b[3 * W + j];
            c[j] = Math.fma(p3, b3, Math.fma(p2, b2, Math.fma(p1, b1, Math.fma(p0, b0, c[j]))));
            c[W + j] = Math.fma(q3, b3, Math.fma(q2, b2, Math.fma(q1, b1, Math.fma(q0, b0, c[W + j]))));
        }
    }

    private static void one(float p, float q, float[] b, float[] c, int columns) {
        for (int j = 0; j < columns; j++) {
            c[j] = Math.fma(p, b[j], c[j]);
            c[W + j] = Math.fma(q, b[j], c[W + j]);
        }
    }
}
