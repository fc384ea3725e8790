package dev.covector.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.covector.benchmarks.contender.WorkloadGraph;
import dev.covector.benchmarks.workload.Workload;
import dev.covector.benchmarks.workload.Workloads;
import dev.covector.compiler.Compiler;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.DType;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Session;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What profiles cost: a step of a workload on one thread, in a session that never had a profile, that had one which is
 * closed, and while one is open. Run it by JMH's own command line, with {@code -prof} {@link CpuProfiler} on a busy
 * machine:
 *
 * <pre>{@code
 * java --add-modules jdk.incubator.vector -cp CLASSES:LIBRARIES org.openjdk.jmh.Main ProfileBenchmark \
 *     -prof dev.covector.benchmarks.CpuProfiler
 * }</pre>
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 3, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
public class ProfileBenchmark {
    @Param({"W1", "W3"})
    public String workload = "";
    @Param({"never", "closed", "open"})
    public String profile = "";

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Workers workers = Workers.shared();
    private Runnable call = () -> {};
    private Runnable close = () -> {};
    private long calls;
    private long cpuTime;

    @Setup
    public void prepare() {
        workers = Workers.of(1);
        Workload named = Workloads.named(workload);
        Map<String, Tensor> data = named.data().get();
        CompiledGraph graph = Compiler.compile(WorkloadGraph.of(named, data));
        Session session = graph.newSession(42, SessionOptions.defaults().workers(workers));
        named.weights().forEach(name -> session.parameters().set(name, tensor(data, name)));
        String function = graph.functionNames().getFirst();
        PreparedCall prepared = session.prepare(function);
        graph.inputNames(function).forEach(name -> prepared.input(name, tensor(data, name)));
        call = prepared::run;
        switch (profile) {
            case "open" -> close = session.profile()::close;
            case "closed" -> {
                session.profile().close();
                call.run();
            }
            default -> call.run();
        }
    }

    /** Labels are int32 in graphs. */
    private static Tensor tensor(Map<String, Tensor> data, String name) {
        Tensor tensor = Objects.requireNonNull(data.get(name), name);
        if (tensor.dtype() != DType.INT64) {
            return tensor;
        }
        int[] labels = new int[tensor.size()];
        Arrays.setAll(labels, i -> (int) tensor.getLong(i));
        return Tensor.of(labels, tensor.shape());
    }

    @Setup(Level.Iteration)
    public void begin() {
        calls = 0;
        cpuTime = THREADS.getCurrentThreadCpuTime();
    }

    @Benchmark
    public void call() {
        calls++;
        call.run();
    }

    @TearDown(Level.Iteration)
    public void end() {
        CpuProfiler.set((double) (THREADS.getCurrentThreadCpuTime() - cpuTime) / calls);
    }

    @TearDown
    public void close() {
        close.run();
        workers.close();
    }
}
