package dev.covector.runtime.kernel;

/**
 * The tile without the Vector API, shaped so that C2 vectorises its inner loop: along the columns,
 * two rows and four steps at a time, each element's sum still in the order of the steps.
 */
final class DoubleTileScalar {
    private static final int N = DoubleGemm.TILE_N;
    private static final int A = DoubleGemm.A_STRIDE;

    private DoubleTileScalar() {}

    /** Writes the sums over {@code kc} steps of the first {@code rows} rows, rounded up to two. */
    static void block(double[] a, int ao, double[] b, int bo, int kc, double[] c, int co, int rows) {
        for (int r = 0; r < rows; r += 2) {
            int c0 = co + r * N;
            for (int j = 0; j < 2 * N; j++) {
                c[c0 + j] = 0d;
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

    private static void four(double[] a, int ai, double[] b, int bi, double[] c, int ci) {
        double p0 = a[ai];
        double p1 = a[ai + A];
        double p2 = a[ai + 2 * A];
        double p3 = a[ai + 3 * A];
        double q0 = a[ai + 1];
        double q1 = a[ai + A + 1];
        double q2 = a[ai + 2 * A + 1];
        double q3 = a[ai + 3 * A + 1];
        for (int j = 0; j < N; j++) {
            double b0 = b[bi + j];
            double b1 = b[bi + N + j];
            double b2 = b[bi + 2 * N + j];
            double b3 = b[bi + 3 * N + j];
            c[ci + j] = Math.fma(p3, b3, Math.fma(p2, b2, Math.fma(p1, b1, Math.fma(p0, b0, c[ci + j]))));
            c[ci + N + j] =
                    Math.fma(q3, b3, Math.fma(q2, b2, Math.fma(q1, b1, Math.fma(q0, b0, c[ci + N + j]))));
        }
    }

    private static void one(double[] a, int ai, double[] b, int bi, double[] c, int ci) {
        double p = a[ai];
        double q = a[ai + 1];
        for (int j = 0; j < N; j++) {
            double b0 = b[bi + j];
            c[ci + j] = Math.fma(p, b0, c[ci + j]);
            c[ci + N + j] = Math.fma(q, b0, c[ci + N + j]);
        }
    }
}
