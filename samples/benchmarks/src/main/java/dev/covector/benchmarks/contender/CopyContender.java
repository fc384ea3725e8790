package dev.covector.benchmarks.contender;

import dev.covector.benchmarks.workload.Contender;
import dev.covector.benchmarks.workload.ContenderLoop;
import dev.covector.benchmarks.workload.Workloads;
import dev.covector.runtime.Workers;

/**
 * How fast the machine moves as many bytes as the workload must at least: a step copies half of them, so that it reads
 * and writes all together as many. What stays in the workload's caches stays in this one's.
 */
public final class CopyContender implements Contender {
    /** Less is not worth another thread. */
    private static final int GRAIN = 1 << 16;

    private final Workers workers;
    private final byte[] from;
    private final byte[] to;

    private CopyContender(int threads, long bytes) {
        this.workers = Workers.of(threads);
        this.from = new byte[Math.toIntExact(bytes / 2)];
        this.to = new byte[from.length];
    }

    /** Serves. */
    public static void main(String[] arguments) {
        System.exit(
                ContenderLoop.serve(arguments, (name, data, threads, options) -> new CopyContender(threads,
                        Workloads.named(name).bytes())));
    }

    @Override
    public void step() {
        workers.run(from.length, GRAIN,
                (worker, begin, end) -> System.arraycopy(from, begin, to, begin, end - begin));
    }

    /** There is nothing to compare. */
    @Override
    public double checksum() {
        return Double.NaN;
    }
}
