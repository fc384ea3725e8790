package dev.covector.benchmarks.contender.loops;

import java.util.Arrays;

/** Products of matrices, in the order of loops in which the innermost one goes along memory. */
final class Matrices {
    private Matrices() {}

    /** c[m, n] = a[m, k] · b[k, n]; arrays may begin anywhere. */
    static void product(float[] a, int fromA, float[] b, int fromB, float[] c, int fromC, int m, int k,
            int n) {
        Arrays.fill(c, fromC, fromC + m * n, 0);
        for (int i = 0; i < m; i++) {
            for (int p = 0; p < k; p++) {
                float factor = a[fromA + i * k + p];
                int row = fromB + p * n;
                int sum = fromC + i * n;
                for (int j = 0; j < n; j++) {
                    c[sum + j] += factor * b[row + j];
                }
            }
        }
    }

    static void product(float[] a, float[] b, float[] c, int m, int k, int n) {
        product(a, 0, b, 0, c, 0, m, k, n);
    }

    /** c[m, n] = a[k, m]ᵀ · b[k, n]. */
    static void leftTransposed(float[] a, int fromA, float[] b, int fromB, float[] c, int fromC, int m, int k,
            int n) {
        Arrays.fill(c, fromC, fromC + m * n, 0);
        for (int p = 0; p < k; p++) {
            for (int i = 0; i < m; i++) {
                float factor = a[fromA + p * m + i];
                int row = fromB + p * n;
                int sum = fromC + i * n;
                for (int j = 0; j < n; j++) {
                    c[sum + j] += factor * b[row + j];
                }
            }
        }
    }

    static void leftTransposed(float[] a, float[] b, float[] c, int m, int k, int n) {
        leftTransposed(a, 0, b, 0, c, 0, m, k, n);
    }

    /** c[m, n] = a[m, k] · b[n, k]ᵀ. */
    static void rightTransposed(float[] a, int fromA, float[] b, int fromB, float[] c, int fromC, int m,
            int k,
            int n) {
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                float sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += a[fromA + i * k + p] * b[fromB + j * k + p];
                }
                c[fromC + i * n + j] = sum;
            }
        }
    }

    static void rightTransposed(float[] a, float[] b, float[] c, int m, int k, int n) {
        rightTransposed(a, 0, b, 0, c, 0, m, k, n);
    }

    /** x[rows, n] + bias[n], in place. */
    static void addBias(float[] x, float[] bias, int rows) {
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < bias.length; j++) {
                x[i * bias.length + j] += bias[j];
            }
        }
    }

    /** The sums of the columns of x[rows, sums.length]. */
    static void sumRows(float[] x, float[] sums, int rows) {
        Arrays.fill(sums, 0);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < sums.length; j++) {
                sums[j] += x[i * sums.length + j];
            }
        }
    }

    /** Gradient descent, in place. */
    static void descend(float[] weight, float[] gradient, float rate) {
        for (int i = 0; i < weight.length; i++) {
            weight[i] -= rate * gradient[i];
        }
    }
}
