package dev.covector.benchmarks;

import dev.covector.graph.Expr;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.Arrays;

/** Rows of a table by their number: an embedding, and its gradient. */
final class IndexedCases {
    private IndexedCases() {}

    static Case gather(int rows, int columns, int count) {
        float[] table = Data.floats(rows * columns);
        int[] indices = Data.indices(count, rows);
        float[] out = new float[count * columns];
        return Case.of(in -> in.get(0).gather(in.get(1), 0), () -> gather(table, indices, out), out, 0,
                Tensor.of(table, rows, columns), Tensor.of(indices, count));
    }

    private static void gather(float[] table, int[] indices, float[] out) {
        int columns = out.length / indices.length;
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(table, indices[i] * columns, out, i * columns, columns);
        }
    }

    static Case scatterAdd(int rows, int columns, int count) {
        int[] indices = Data.indices(count, rows);
        float[] updates = Data.floats(count * columns);
        float[] out = new float[rows * columns];
        return Case.of(in -> {
            Expr zeros = in.get(0).builder().full(DType.FLOAT32, Shape.of(rows, columns), 0);
            return zeros.scatterAdd(in.get(0), in.get(1), 0);
        }, () -> scatterAdd(indices, updates, out), out, 0, Tensor.of(indices, count),
                Tensor.of(updates, count, columns));
    }

    private static void scatterAdd(int[] indices, float[] updates, float[] out) {
        int columns = updates.length / indices.length;
        Arrays.fill(out, 0);
        for (int i = 0; i < indices.length; i++) {
            int row = indices[i] * columns;
            for (int j = 0; j < columns; j++) {
                out[row + j] += updates[i * columns + j];
            }
        }
    }
}
