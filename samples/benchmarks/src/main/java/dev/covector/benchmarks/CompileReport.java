package dev.covector.benchmarks;

import dev.covector.benchmarks.Jmh.Measured;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.runner.RunnerException;

/** The table of {@link CompileBenchmark}: a row a stage, a column a graph. */
final class CompileReport {
    /** As {@link dev.covector.compiler.StagedCompilation} names them. */
    static final List<String> STAGES = List.of("simplify", "differentiate", "simplify again", "specialise",
            "fuse", "lower", "plan", "print", "emit", "define");

    private final Jmh jmh;
    private final Map<String, Measured> results = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();

    CompileReport(Jmh jmh) {
        this.jmh = jmh;
    }

    void measure(String graph) {
        try {
            results.put(graph, jmh.run(CompileBenchmark.class, Map.of("name", graph),
                    List.of(StageProfiler.class), "compile " + graph));
        } catch (RunnerException e) {
            failures.add(graph + " failed; " + jmh.logs() + " says why");
        }
    }

    List<String> failures() {
        return failures;
    }

    @Override
    public String toString() {
        List<String> header = new ArrayList<>(List.of("ms per 1,000 nodes (nodes)"));
        header.addAll(results.keySet());
        Table table = new Table(header);
        for (String stage : STAGES) {
            List<String> row = new ArrayList<>(List.of(stage));
            for (Measured measured : results.values()) {
                double nodes = measured.middle(StageProfiler.NODES + stage);
                row.add(String.format(Locale.ROOT, "%.2f (%.0f)",
                        measured.middle(StageProfiler.MILLIS + stage) * 1000 / nodes, nodes));
            }
            table.add(row);
        }
        List<String> total = new ArrayList<>(List.of("all, ms a compilation"));
        results.values().forEach(measured -> total.add(String.format(Locale.ROOT, "%.1f ±%.0f %%",
                measured.middle(StageProfiler.TOTAL), 100 * measured.spread(StageProfiler.TOTAL))));
        table.add(total);
        return table.toString();
    }
}
