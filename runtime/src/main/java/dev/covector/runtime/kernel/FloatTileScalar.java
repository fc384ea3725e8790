package dev.covector.runtime.kernel;

/**
 * The tile without the Vector API, shaped so that C2 vectorises its inner loop: along the columns,
 * two rows and four steps at a time, each element's sum still in the order of the steps.
 */
final class FloatTileScalar {
    private static final int N = FloatGemm.TILE_N;
    private static final int A = FloatGemm.A_STRIDE;

    private FloatTileScalar() {}

    /** Writes the sums over {@code kc} steps of the first {@code rows} rows, rounded up to two. */
    static void block(float[] a, int ao, float[] b, int bo, int kc, float[] c, int co, int rows) {
        for (int r = 0; r < rows; r += 2) {
            int c0 = co + r * N;
            for (int j = 0; j < 2 * N; j++) {
                c[c0 + j] = 0f;
            }
            int k = 0;
            for (; k < kc - 3; k += 4) {
                four(a, ao + k * A + r, b, bo + k * N, c, c0);
            }
            for (; k < kc; k++) {
                one(a, ao + k * A + r, b, bo + k * N, c, c0);
            }
        }
    }

    private static void four(float[] a, int ai, float[] b, int bi, float[] c, int ci) {
        float p0 = a[ai];
        float p1 = a[ai + A];
        float p2 = a[ai + 2 * A];
        float p3 = a[ai + 3 * A];
        float q0 = a[ai + 1];
        float q1 = a[ai + A + 1];
        float q2 = a[ai + 2 * A + 1];
        float q3 = a[ai + 3 * A + 1];
        for (int j = 0; j < N; j++) {
            float b0 = b[bi + j];
            float b1 = b[bi + N + j];
            float b2 = b[bi + 2 * N + j];
            float b3 = b[bi + 3 * N + j];
            c[ci + j] = Math.fma(p3, b3, Math.fma(p2, b2, Math.fma(p1, b1, Math.fma(p0, b0, c[ci + j]))));
            c[ci + N + j] =
                    Math.fma(q3, b3, Math.fma(q2, b2, Math.fma(q1, b1, Math.fma(q0, b0, c[ci + N + j]))));
        }
    }

    private static void one(float[] a, int ai, float[] b, int bi, float[] c, int ci) {
        float p = a[ai];
        float q = a[ai + 1];
        for (int j = 0; j < N; j++) {
            float b0 = b[bi + j];
            c[ci + j] = Math.fma(p, b0, c[ci + j]);
            c[ci + N + j] = Math.fma(q, b0, c[ci + N + j]);
        }
    }
}
