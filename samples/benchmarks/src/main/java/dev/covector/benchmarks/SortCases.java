package dev.covector.benchmarks;

import dev.covector.graph.Expr;
import dev.covector.runtime.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Rows in order, and where their elements come from. */
final class SortCases {
    private SortCases() {}

    /** The loop sorts longs by the library: the number's bits in an order that integers have, and the index. */
    static Case sort(int rows, int columns) {
        SplittableRandom random = new SplittableRandom(rows);
        float[] x = new float[rows * columns];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        float[] values = new float[x.length];
        int[] order = new int[x.length];
        long[] pairs = new long[columns];
        return new Case(List.of(Tensor.of(x, rows, columns)), (g, in) -> {
            Expr row = in.get(0);
            return g.function(Case.FUNCTION).returns("values", row.sort(1)).returns("order", row.argSort(1));
        }, () -> sort(x, pairs, values, order), List.of(values, order), 0);
    }

    private static void sort(float[] x, long[] pairs, float[] values, int[] order) {
        for (int row = 0; row < x.length; row += pairs.length) {
            for (int i = 0; i < pairs.length; i++) {
                int bits = Float.floatToRawIntBits(x[row + i]);
                pairs[i] = (long) (bits ^ (bits >> 31) >>> 1) << 32 | i;
            }
            Arrays.sort(pairs);
            for (int i = 0; i < pairs.length; i++) {
                order[row + i] = (int) pairs[i];
                values[row + i] = x[row + (int) pairs[i]];
            }
        }
    }
}
