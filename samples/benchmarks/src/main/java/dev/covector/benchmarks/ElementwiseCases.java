package dev.covector.benchmarks;

import dev.covector.graph.Expr;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/** One element at a time, or one element for each element. */
final class ElementwiseCases {
    private static final int FUNCTION_SIZE = 100_000;

    private ElementwiseCases() {}

    static Case chain(int size) {
        float[] x = Data.floats(size);
        float[] y = Data.floats(size);
        float[] out = new float[size];
        return Case.of(in -> in.get(0).times(in.get(1)).plus(0.25).relu().times(0.5), () -> chain(x, y, out),
                out,
                0, Tensor.of(x, size), Tensor.of(y, size));
    }

    private static void chain(float[] x, float[] y, float[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = Math.max(x[i] * y[i] + 0.25f, 0) * 0.5f;
        }
    }

    static Case exp() {
        float[] x = Data.floats(FUNCTION_SIZE);
        float[] out = new float[FUNCTION_SIZE];
        return function(Expr::exp, () -> exp(x, out), x, out);
    }

    private static void exp(float[] x, float[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) Math.exp(x[i]);
        }
    }

    static Case tanh() {
        float[] x = Data.floats(FUNCTION_SIZE);
        float[] out = new float[FUNCTION_SIZE];
        return function(Expr::tanh, () -> tanh(x, out), x, out);
    }

    private static void tanh(float[] x, float[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) Math.tanh(x[i]);
        }
    }

    static Case sigmoid() {
        float[] x = Data.floats(FUNCTION_SIZE);
        float[] out = new float[FUNCTION_SIZE];
        return function(Expr::sigmoid, () -> sigmoid(x, out), x, out);
    }

    private static void sigmoid(float[] x, float[] out) {
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) (1 / (1 + Math.exp(-x[i])));
        }
    }

    private static Case function(UnaryOperator<Expr> function, Runnable loop, float[] x, float[] out) {
        return Case.of(in -> function.apply(in.get(0)), loop, out, 1e-6, Tensor.of(x, x.length));
    }

    static Case addRow(int rows, int columns) {
        float[] x = Data.floats(rows * columns);
        float[] row = Data.floats(columns);
        float[] out = new float[x.length];
        return Case.of(in -> in.get(0).plus(in.get(1)), () -> addRow(x, row, out), out, 0,
                Tensor.of(x, rows, columns), Tensor.of(row, columns));
    }

    private static void addRow(float[] x, float[] row, float[] out) {
        for (int start = 0; start < x.length; start += row.length) {
            for (int j = 0; j < row.length; j++) {
                out[start + j] = x[start + j] + row[j];
            }
        }
    }

    static Case addColumn(int rows, int columns) {
        float[] x = Data.floats(rows * columns);
        float[] column = Data.floats(rows);
        float[] out = new float[x.length];
        return Case.of(in -> in.get(0).plus(in.get(1)), () -> addColumn(x, column, out), out, 0,
                Tensor.of(x, rows, columns), Tensor.of(column, rows, 1));
    }

    private static void addColumn(float[] x, float[] column, float[] out) {
        int columns = x.length / column.length;
        for (int i = 0; i < column.length; i++) {
            float added = column[i];
            for (int j = i * columns; j < (i + 1) * columns; j++) {
                out[j] = x[j] + added;
            }
        }
    }

    static Case transpose(int rows, int columns) {
        float[] x = Data.floats(rows * columns);
        float[] out = new float[x.length];
        return Case.of(in -> in.get(0).transpose(1, 0), () -> transpose(x, out, rows, columns), out, 0,
                Tensor.of(x, rows, columns));
    }

    private static void transpose(float[] x, float[] out, int rows, int columns) {
        int block = 32;
        for (int i0 = 0; i0 < rows; i0 += block) {
            for (int j0 = 0; j0 < columns; j0 += block) {
                int i1 = Math.min(i0 + block, rows);
                int j1 = Math.min(j0 + block, columns);
                for (int j = j0; j < j1; j++) {
                    for (int i = i0; i < i1; i++) {
                        out[j * rows + i] = x[i * columns + j];
                    }
                }
            }
        }
    }

    /** The same numbers on both sides: Philox4x32-10, of which the loop takes all four words of a block. */
    static Case randomUniform(int size) {
        float[] out = new float[size];
        PhiloxLoop loop = new PhiloxLoop(out);
        return new Case(List.of(),
                (g, in) -> g.function(Case.FUNCTION).returns("result",
                        g.randomUniform(DType.FLOAT32, Shape.of(size))),
                loop, List.of(out), 0);
    }

    private static final class PhiloxLoop implements Runnable {
        private final float[] out;
        private int step;

        PhiloxLoop(float[] out) {
            this.out = out;
        }

        @Override
        public void run() {
            step++;
            for (int i = 0; i < out.length; i += 4) {
                int c0 = i >>> 2;
                int c1 = step;
                int c2 = 0;
                int c3 = 0;
                int k0 = (int) Case.SEED;
                int k1 = (int) (Case.SEED >>> 32);
                for (int round = 0; round < 10; round++) {
                    long product0 = 0xD2511F53L * (c0 & 0xFFFFFFFFL);
                    long product1 = 0xCD9E8D57L * (c2 & 0xFFFFFFFFL);
                    c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
                    c1 = (int) product1;
                    c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
                    c3 = (int) product0;
                    k0 += 0x9E3779B9;
                    k1 += 0xBB67AE85;
                }
                out[i] = (c0 >>> 8) * 0x1p-24f;
                out[i + 1] = (c1 >>> 8) * 0x1p-24f;
                out[i + 2] = (c2 >>> 8) * 0x1p-24f;
                out[i + 3] = (c3 >>> 8) * 0x1p-24f;
            }
        }
    }
}
