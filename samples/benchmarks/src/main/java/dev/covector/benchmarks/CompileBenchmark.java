package dev.covector.benchmarks;

import dev.covector.compiler.StagedCompilation;
import dev.covector.graph.Graph;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** One compilation of one of the {@link Graphs}; {@link StageProfiler} tells what its stages took. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class CompileBenchmark {
    @Param("")
    public String name = "";

    private Graph graph = Graph.builder("none").build();

    @Setup
    public void build() {
        graph = Graphs.make(name);
    }

    @Benchmark
    public List<StagedCompilation.Cost> compile() {
        List<StagedCompilation.Cost> costs = StagedCompilation.compile(graph);
        StageProfiler.add(costs);
        return costs;
    }
}
