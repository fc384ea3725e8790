package dev.covector.benchmarks;

import dev.covector.compiler.StagedCompilation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** Adds to each iteration what the stages of its compilations took, one with another. */
public final class StageProfiler implements InternalProfiler {
    /** What the names of results begin with that are milliseconds a compilation, and that are numbers of nodes. */
    static final String MILLIS = "millis.";
    static final String NODES = "nodes.";
    /** The name of the result that has the milliseconds of all stages. */
    static final String TOTAL = "millis";

    private static final Map<String, StagedCompilation.Cost> TOTALS = new LinkedHashMap<>();
    private static int compilations;

    /** For JMH, which makes one in each JVM. */
    public StageProfiler() {}

    static synchronized void add(List<StagedCompilation.Cost> costs) {
        compilations++;
        for (StagedCompilation.Cost cost : costs) {
            TOTALS.merge(cost.stage(), cost, (a, b) -> new StagedCompilation.Cost(a.stage(), a.nodes(),
                    a.nanos() + b.nanos()));
        }
    }

    private static synchronized Collection<? extends Result<?>> take() {
        List<Result<?>> results = new ArrayList<>();
        if (compilations > 0) {
            double total = TOTALS.values().stream().mapToLong(StagedCompilation.Cost::nanos).sum();
            results.add(new ScalarResult(TOTAL, total / 1e6 / compilations, "ms", AggregationPolicy.AVG));
        }
        for (StagedCompilation.Cost cost : TOTALS.values()) {
            results.add(new ScalarResult(MILLIS + cost.stage(), cost.nanos() / 1e6 / compilations, "ms",
                    AggregationPolicy.AVG));
            results.add(new ScalarResult(NODES + cost.stage(), cost.nodes(), "nodes", AggregationPolicy.AVG));
        }
        TOTALS.clear();
        compilations = 0;
        return results;
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        take();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(BenchmarkParams benchmark,
            IterationParams iteration,
            IterationResult result) {
        return take();
    }

    @Override
    public String getDescription() {
        return "what each stage of a compilation took";
    }
}
