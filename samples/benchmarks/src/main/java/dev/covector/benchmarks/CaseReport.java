package dev.covector.benchmarks;

import dev.covector.benchmarks.Jmh.Measured;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.RunnerException;

/** The table of {@link CaseBenchmark}: a row a case, a column a contender, the loop last. */
final class CaseReport {
    private static final String BYTES = "gc.alloc.rate.norm";

    private final Jmh jmh;
    private final List<String> contenders;
    private final int threads;
    /** Which result counts: where all work is the calling thread's, its own time. */
    private final String time;
    private final Table table;
    private final List<String> failures = new ArrayList<>();

    /** With what is compared to the loop. */
    CaseReport(Jmh jmh, List<String> contenders, int threads) {
        this.jmh = jmh;
        this.contenders = contenders;
        this.threads = threads;
        this.time = threads == 1 ? CpuProfiler.CPU : Jmh.TIME;
        List<String> header = new ArrayList<>(List.of("a call"));
        header.addAll(contenders);
        header.add(CaseBenchmark.LOOP);
        contenders.forEach(contender -> header.add(contender + "/" + CaseBenchmark.LOOP));
        contenders.forEach(contender -> header.add("B " + contender));
        this.table = new Table(header);
    }

    /** Measures all contenders of a case one after the other, so that what the machine does besides hits all. */
    void measure(String name) {
        try {
            Measured loop = run(name, CaseBenchmark.LOOP);
            List<Measured> others = new ArrayList<>();
            for (String contender : contenders) {
                others.add(run(name, contender));
            }
            List<String> row = new ArrayList<>(List.of(name));
            others.forEach(other -> row.add(time(other)));
            row.add(time(loop));
            others.forEach(other -> row
                    .add(String.format(Locale.ROOT, "%.2f", other.middle(time) / loop.middle(time))));
            others.forEach(other -> row.add(String.format(Locale.ROOT, "%.0f", other.middle(BYTES))));
            table.add(row);
        } catch (RunnerException e) {
            failures.add(name + " failed; " + jmh.logs() + " says why");
        }
    }

    private Measured run(String name, String contender) throws RunnerException {
        return jmh.run(CaseBenchmark.class,
                Map.of("name", name, "contender", contender, "threads", Integer.toString(threads)),
                List.of(GCProfiler.class, CpuProfiler.class), name + " " + contender);
    }

    List<String> failures() {
        return failures;
    }

    private String time(Measured measured) {
        double nanos = measured.middle(time);
        TimeUnit unit = nanos < 1e3 ? TimeUnit.NANOSECONDS : nanos < 1e6 ? TimeUnit.MICROSECONDS
                : TimeUnit.MILLISECONDS;
        double value = nanos / unit.toNanos(1);
        String name = switch (unit) {
            case NANOSECONDS -> "ns";
            case MICROSECONDS -> "us";
            default -> "ms";
        };
        return String.format(Locale.ROOT, value < 10 ? "%.2f %s ±%.0f %%" : value < 100 ? "%.1f %s ±%.0f %%"
                : "%.0f %s ±%.0f %%", value, name, 100 * measured.spread(time));
    }

    @Override
    public String toString() {
        return table.toString();
    }
}
