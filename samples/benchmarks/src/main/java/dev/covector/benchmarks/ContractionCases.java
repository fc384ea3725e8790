package dev.covector.benchmarks;

import dev.covector.runtime.Tensor;
import java.util.Arrays;

/** Products of matrices. */
final class ContractionCases {
    private ContractionCases() {}

    /** What multiplies an [m, k] matrix with a [k, n] one, by hand. */
    private interface Multiplication {
        void run(float[] a, float[] b, float[] out, int m, int k, int n);
    }

    /** Beside the three loops in the order that C2 vectorises. */
    static Case matmul(int m, int k, int n) {
        return matmul(m, k, n, ContractionCases::plain);
    }

    /** Beside loops that keep a block of the right matrix in cache, and load and store the sums less often. */
    static Case matmulInBlocks(int m, int k, int n) {
        return matmul(m, k, n, ContractionCases::inBlocks);
    }

    private static Case matmul(int m, int k, int n, Multiplication loop) {
        float[] a = Data.floats(m * k);
        float[] b = Data.floats(k * n);
        float[] out = new float[m * n];
        return Case.of(in -> in.get(0).matmul(in.get(1)), () -> loop.run(a, b, out, m, k, n), out, 0,
                Tensor.of(a, m, k), Tensor.of(b, k, n));
    }

    private static void plain(float[] a, float[] b, float[] out, int m, int k, int n) {
        Arrays.fill(out, 0);
        for (int i = 0; i < m; i++) {
            for (int l = 0; l < k; l++) {
                float left = a[i * k + l];
                for (int j = 0; j < n; j++) {
                    out[i * n + j] += left * b[l * n + j];
                }
            }
        }
    }

    private static void inBlocks(float[] a, float[] b, float[] out, int m, int k, int n) {
        int block = 32;
        int unrolled = 4;
        if (k % unrolled != 0) {
            throw new IllegalArgumentException("unrolled by " + unrolled + ", which does not divide " + k);
        }
        Arrays.fill(out, 0);
        for (int l0 = 0; l0 < k; l0 += block) {
            int l1 = Math.min(l0 + block, k);
            for (int i = 0; i < m; i++) {
                int row = i * n;
                for (int l = l0; l < l1; l += unrolled) {
                    float a0 = a[i * k + l];
                    float a1 = a[i * k + l + 1];
                    float a2 = a[i * k + l + 2];
                    float a3 = a[i * k + l + 3];
                    int b0 = l * n;
                    int b1 = b0 + n;
                    int b2 = b1 + n;
                    int b3 = b2 + n;
                    for (int j = 0; j < n; j++) {
                        out[row + j] += a0 * b[b0 + j] + a1 * b[b1 + j] + a2 * b[b2 + j] + a3 * b[b3 + j];
                    }
                }
            }
        }
    }

    static Case batch(int count, int size) {
        float[] a = Data.floats(count * size * size);
        float[] b = Data.floats(count * size * size);
        float[] out = new float[a.length];
        return Case.of(in -> in.get(0).matmul(in.get(1)), () -> batch(a, b, out, size), out, 0,
                Tensor.of(a, count, size, size), Tensor.of(b, count, size, size));
    }

    private static void batch(float[] a, float[] b, float[] out, int size) {
        Arrays.fill(out, 0);
        for (int start = 0; start < out.length; start += size * size) {
            for (int i = 0; i < size; i++) {
                for (int l = 0; l < size; l++) {
                    float left = a[start + i * size + l];
                    for (int j = 0; j < size; j++) {
                        out[start + i * size + j] += left * b[start + l * size + j];
                    }
                }
            }
        }
    }
}
