package dev.covector.benchmarks;

import dev.covector.runtime.Tensor;
import java.util.Arrays;

/** One number for many. */
final class ReductionCases {
    private ReductionCases() {}

    static Case sum(int size) {
        float[] x = Data.floats(size);
        float[] out = new float[1];
        return Case.of(in -> in.get(0).sum(), () -> sum(x, out), out, 0, Tensor.of(x, size));
    }

    private static void sum(float[] x, float[] out) {
        float sum = 0;
        for (float value : x) {
            sum += value;
        }
        out[0] = sum;
    }

    /** With a loop that doesn't wait for each addition before it begins the next. */
    static Case sumInParts(int size) {
        float[] x = Data.floats(size);
        float[] out = new float[1];
        return Case.of(in -> in.get(0).sum(), () -> sumInParts(x, out), out, 0, Tensor.of(x, size));
    }

    private static void sumInParts(float[] x, float[] out) {
        float sum0 = 0;
        float sum1 = 0;
        float sum2 = 0;
        float sum3 = 0;
        float sum4 = 0;
        float sum5 = 0;
        float sum6 = 0;
        float sum7 = 0;
        int i = 0;
        for (; i <= x.length - 8; i += 8) {
            sum0 += x[i];
            sum1 += x[i + 1];
            sum2 += x[i + 2];
            sum3 += x[i + 3];
            sum4 += x[i + 4];
            sum5 += x[i + 5];
            sum6 += x[i + 6];
            sum7 += x[i + 7];
        }
        for (; i < x.length; i++) {
            sum0 += x[i];
        }
        out[0] = ((sum0 + sum1) + (sum2 + sum3)) + ((sum4 + sum5) + (sum6 + sum7));
    }

    static Case rowSums(int rows, int columns) {
        float[] x = Data.floats(rows * columns);
        float[] out = new float[rows];
        return Case.of(in -> in.get(0).sum(1), () -> rowSums(x, out), out, 0, Tensor.of(x, rows, columns));
    }

    private static void rowSums(float[] x, float[] out) {
        int columns = x.length / out.length;
        for (int i = 0; i < out.length; i++) {
            float sum = 0;
            for (int j = i * columns; j < (i + 1) * columns; j++) {
                sum += x[j];
            }
            out[i] = sum;
        }
    }

    static Case columnSums(int rows, int columns) {
        float[] x = Data.floats(rows * columns);
        float[] out = new float[columns];
        return Case.of(in -> in.get(0).sum(0), () -> columnSums(x, out), out, 0, Tensor.of(x, rows, columns));
    }

    private static void columnSums(float[] x, float[] out) {
        Arrays.fill(out, 0);
        for (int start = 0; start < x.length; start += out.length) {
            for (int j = 0; j < out.length; j++) {
                out[j] += x[start + j];
            }
        }
    }

    static Case rowMaxima(int rows, int columns) {
        float[] x = Data.floats(rows * columns);
        float[] out = new float[rows];
        return Case.of(in -> in.get(0).max(1), () -> rowMaxima(x, out), out, 0, Tensor.of(x, rows, columns));
    }

    private static void rowMaxima(float[] x, float[] out) {
        int columns = x.length / out.length;
        for (int i = 0; i < out.length; i++) {
            float max = Float.NEGATIVE_INFINITY;
            for (int j = i * columns; j < (i + 1) * columns; j++) {
                max = Math.max(max, x[j]);
            }
            out[i] = max;
        }
    }

    static Case argmax(int rows, int columns) {
        float[] x = Data.floats(rows * columns);
        int[] out = new int[rows];
        return Case.of(in -> in.get(0).argmax(1), () -> argmax(x, out), out, 0, Tensor.of(x, rows, columns));
    }

    private static void argmax(float[] x, int[] out) {
        int columns = x.length / out.length;
        for (int i = 0; i < out.length; i++) {
            int best = 0;
            for (int j = 1; j < columns; j++) {
                if (x[i * columns + j] > x[i * columns + best]) {
                    best = j;
                }
            }
            out[i] = best;
        }
    }
}
