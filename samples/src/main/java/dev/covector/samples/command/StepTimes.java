package dev.covector.samples.command;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/** How soon the first step of a training was done, and how long a step takes. */
public final class StepTimes {
    private long[] nanos = new long[1024];
    private int count;
    private long firstDone;

    /** Of no steps yet. */
    public StepTimes() {}

    public void add(long step) {
        if (count == 0) {
            firstDone = System.currentTimeMillis();
        }
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = step;
    }

    /** A line for the user; there must have been a step. */
    public String summary() {
        // Asked for only here, since loading the management classes takes longer than many steps.
        long start = ManagementFactory.getRuntimeMXBean().getStartTime();
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return String.format(Locale.ROOT,
                "first step done %.2f s after the start of Java, median %,.0f µs a step",
                (firstDone - start) / 1e3, sorted[count / 2] / 1e3);
    }
}
