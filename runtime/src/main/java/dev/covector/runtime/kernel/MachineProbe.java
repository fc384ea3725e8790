package dev.covector.runtime.kernel;

import dev.covector.runtime.Workers;

/** Short measurements of what a machine can do at most. The fastest of many steps counts, the others were disturbed. */
public final class MachineProbe {
    /** Operations of a step on one thread; a multiplication and addition are two. */
    private static final int OPERATIONS = 1 << 20;
    private static final long PATIENCE_NANOS = 200_000_000;
    private static final long MOST_NANOS = 3_000_000_000L;
    private static final int COPIED_BYTES = 1 << 25;
    /** A part of a thread is a multiple of this. */
    private static final int GRAIN = 1 << 16;
    /** They stay in a first-level cache, and are enough to hide how long an operation takes. */
    private static final int ELEMENTS = 2048;

    private MachineProbe() {}

    /** Of float32, of all threads together. */
    public static double flopsPerSecond(Workers workers) {
        double[] results = new double[workers.threads()];
        float[][] arrays = new float[workers.threads()][ELEMENTS];
        long nanos = fastest(() -> workers.run(results.length, 1,
                (worker, from, to) -> results[worker] += multiplyAdd(arrays[worker])));
        return 1e9 * OPERATIONS * results.length / nanos;
    }

    /** Read and written, of all threads together. */
    public static double bytesPerSecond(Workers workers) {
        byte[] source = new byte[COPIED_BYTES];
        byte[] target = new byte[COPIED_BYTES];
        long nanos = fastest(() -> workers.run(COPIED_BYTES, GRAIN,
                (worker, from, to) -> System.arraycopy(source, from, target, from, to - from)));
        return 2e9 * COPIED_BYTES / nanos;
    }

    /** The fastest step, when for {@link #PATIENCE_NANOS} none was much faster. */
    private static long fastest(Runnable step) {
        long fastest = Long.MAX_VALUE;
        long start = System.nanoTime();
        long improved = start;
        for (long begin = start; begin - improved < PATIENCE_NANOS && begin - start < MOST_NANOS;) {
            step.run();
            long end = System.nanoTime();
            long nanos = Math.max(1, end - begin);
            if (nanos < 0.95 * fastest) {
                improved = end;
            }
            fastest = Math.min(fastest, nanos);
            begin = end;
        }
        return fastest;
    }

    /** HotSpot makes vector code of this, with the module jdk.incubator.vector or without. */
    private static double multiplyAdd(float[] x) {
        for (int step = 0; step < OPERATIONS / (16 * ELEMENTS); step++) {
            for (int i = 0; i < x.length; i++) {
                float a = x[i];
                a = Math.fma(a, 0.999f, 0.5f);
                a = Math.fma(a, 0.999f, 0.5f);
                a = Math.fma(a, 0.999f, 0.5f);
                a = Math.fma(a, 0.999f, 0.5f);
                a = Math.fma(a, 0.999f, 0.5f);
                a = Math.fma(a, 0.999f, 0.5f);
                a = Math.fma(a, 0.999f, 0.5f);
                x[i] = Math.fma(a, 0.999f, 0.5f);
            }
        }
        return x[0];
    }
}
