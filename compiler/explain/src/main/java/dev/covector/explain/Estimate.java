package dev.covector.explain;

import dev.covector.compiler.Explanation;
import dev.covector.runtime.Dim;
import java.util.Map;
import java.util.TreeMap;

/**
 * How kernels compare where nothing was measured: each takes as long as its flops or its bytes, whichever is longer, on a
 * machine that does {@value #FLOPS_PER_BYTE} flops while it moves a byte.
 */
final class Estimate {
    static final int FLOPS_PER_BYTE = 4;
    /** What a named dimension is, if nobody says. */
    static final int ASSUMED = 32;

    private final Map<String, Integer> dims;

    Estimate(Map<String, Integer> dims) {
        this.dims = dims;
    }

    double value(Dim dim) {
        return (double) dim.evaluate(name -> dims.getOrDefault(name, ASSUMED));
    }

    /** In the time of moving a byte. */
    double time(Explanation.Kernel kernel) {
        return Math.max(value(kernel.flops()) / FLOPS_PER_BYTE, value(kernel.bytes()));
    }

    boolean isBoundByMemory(Explanation.Kernel kernel) {
        return value(kernel.flops()) / FLOPS_PER_BYTE <= value(kernel.bytes());
    }

    /** Such as {@code batch = 32 (assumed), steps = 10}; empty if nothing depends on names. */
    String assumptions(Explanation.Function function) {
        Map<String, String> all = new TreeMap<>();
        for (String name : ExplanationJson.names(function)) {
            all.put(name, name + " = " + dims.getOrDefault(name, ASSUMED)
                    + (dims.containsKey(name) ? "" : " (assumed)"));
        }
        return String.join(", ", all.values());
    }
}
