package dev.covector.benchmarks;

import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Adds to each iteration the processor time of a call, of the thread that calls. What other processes take is not in it,
 * so that it means something on a busy machine, too; nor is what other threads take.
 */
public final class CpuProfiler implements InternalProfiler {
    /** The name of the result, in ns. */
    static final String CPU = "cpu";

    private static volatile double nanos;

    /** For JMH, which makes one in each JVM. */
    public CpuProfiler() {}

    /** Called by the benchmark at the end of each iteration. */
    static void set(double nanosPerCall) {
        nanos = nanosPerCall;
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {}

    @Override
    public Collection<? extends Result<?>> afterIteration(BenchmarkParams benchmark,
            IterationParams iteration,
            IterationResult result) {
        return List.of(new ScalarResult(CPU, nanos, "ns", AggregationPolicy.AVG));
    }

    @Override
    public String getDescription() {
        return "processor time of a call";
    }
}
