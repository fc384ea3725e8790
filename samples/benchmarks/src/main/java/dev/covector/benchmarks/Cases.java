package dev.covector.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** All cases by their names, in the order of the report. */
final class Cases {
    private static final int MILLION = 1_000_000;
    private static final Map<String, Supplier<Case>> ALL = new LinkedHashMap<>();

    static {
        add("call: add two numbers", CallCases::addScalars);
        add("call: linear regression step, batch 10", () -> CallCases.linearRegression(10));
        add("relu(x*y+b)*c, 10k", () -> ElementwiseCases.chain(10_000));
        add("relu(x*y+b)*c, 1M", () -> ElementwiseCases.chain(MILLION));
        add("add a row to 1000x1000", () -> ElementwiseCases.addRow(1000, 1000));
        add("add a column to 1000x1000", () -> ElementwiseCases.addColumn(1000, 1000));
        add("transpose 1000x1000", () -> ElementwiseCases.transpose(1000, 1000));
        add("exp, 100k", ElementwiseCases::exp);
        add("tanh, 100k", ElementwiseCases::tanh);
        add("sigmoid, 100k", ElementwiseCases::sigmoid);
        add("random uniform, 1M", () -> ElementwiseCases.randomUniform(MILLION));
        add("sum of 1M, loop with 1 sum", () -> ReductionCases.sum(MILLION));
        add("sum of 1M, loop with 8 sums", () -> ReductionCases.sumInParts(MILLION));
        add("row sums 1000x1000", () -> ReductionCases.rowSums(1000, 1000));
        add("column sums 1000x1000", () -> ReductionCases.columnSums(1000, 1000));
        add("row maxima 1000x1000", () -> ReductionCases.rowMaxima(1000, 1000));
        add("row argmax 1000x1000", () -> ReductionCases.argmax(1000, 1000));
        add("sort 1M", () -> SortCases.sort(1, MILLION));
        add("sort rows of 1000x1000", () -> SortCases.sort(1000, 1000));
        add("softmax 256x1000", () -> RowCases.softmax(256, 1000));
        add("layer norm 256x1000", () -> RowCases.layerNorm(256, 1000));
        add("cross-entropy, gradient 256x1000", () -> RowCases.crossEntropy(256, 1000));
        add("matmul 256x784x256, plain loop", () -> ContractionCases.matmul(256, 784, 256));
        add("matmul 256x784x256, loop in blocks", () -> ContractionCases.matmulInBlocks(256, 784, 256));
        add("matmul of 1000 pairs 8x8", () -> ContractionCases.batch(1000, 8));
        add("gather 4096 of 10000 rows of 64", () -> IndexedCases.gather(10_000, 64, 4096));
        add("scatter-add 4096 to 10000 rows of 64", () -> IndexedCases.scatterAdd(10_000, 64, 4096));
    }

    private Cases() {}

    private static void add(String name, Supplier<Case> make) {
        ALL.put(name, make);
    }

    static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    /** Makes the case of this name, with its data. */
    static Case make(String name) {
        Supplier<Case> make = ALL.get(name);
        if (make == null) {
            throw new IllegalArgumentException("there is no case \"" + name + "\", only " + names());
        }
        return make.get();
    }
}
