package dev.covector.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.covector.compiler.Compiler;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Workers;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One call of one {@link Case}, by one contender. Before anything is timed, Covector's results are compared, and the call
 * runs until it is warm.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CaseBenchmark {
    /** The contender that is the case's loop; the others are Covector's flavours. */
    static final String LOOP = "loop";

    @Param("")
    public String name = "";
    @Param("")
    public String contender = "";
    @Param("1")
    public int threads;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int MOST_WARM_UPS = 300;
    private static final int QUIET_IN_A_ROW = 3;
    /** Less than a vector for each call; what else the JVM does meanwhile allocates a little. */
    private static final long QUIET_BYTES = 10_000;

    private Workers workers = Workers.shared();
    private Runnable call = () -> {};
    private long calls;
    private long cpuTime;

    @Setup
    public void prepare() {
        boolean byHand = contender.equals(LOOP);
        workers = Workers.of(threads);
        SessionOptions options = SessionOptions.defaults().workers(workers)
                .flavour(byHand ? Flavour.SCALAR : Flavour.valueOf(contender.toUpperCase(Locale.ROOT)));
        Case made = Cases.make(name);
        PreparedCall prepared = made.prepare(Compiler::compile, options);
        made.check(prepared.run());
        call = byHand ? made.loop() : prepared::run;
        warmUp();
    }

    /** Until nothing is allocated any more: vectors are boxed while C2 has not compiled all of their code. */
    private void warmUp() {
        int quiet = 0;
        for (int i = 0; i < MOST_WARM_UPS && quiet < QUIET_IN_A_ROW; i++) {
            long bytes = THREADS.getTotalThreadAllocatedBytes();
            long end = System.nanoTime() + WARM_UP_NANOS;
            do {
                call.run();
            } while (System.nanoTime() < end);
            quiet = THREADS.getTotalThreadAllocatedBytes() - bytes < QUIET_BYTES ? quiet + 1 : 0;
        }
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
        workers.close();
    }
}
