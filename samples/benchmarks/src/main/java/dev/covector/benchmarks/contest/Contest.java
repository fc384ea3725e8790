package dev.covector.benchmarks.contest;

import dev.covector.benchmarks.contest.ContenderProcess.Reading;
import dev.covector.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The contenders of one workload, measured side by side: each is warmed up, then all take turns in rounds. Two are compared
 * by the ratios of each round, of which the middle one counts: what disturbs a round, or slows the machine down for a
 * while, hits both.
 */
final class Contest {
    /** By so much may the checksums of two contenders differ, as a part of them. */
    private static final double TOLERANCE = 1e-3;
    /** Two readings that differ by no more are taken for the same. */
    private static final double STEADY = 0.03;
    /** What a JVM allocates on the side, in a run, is less. */
    private static final double QUIET_BYTES = 64;

    /** How long it may take. */
    record Effort(int rounds, int roundMillis, int leastWarmUpMillis, int mostWarmUpMillis) {}

    /** What is known of one contender. */
    static final class Standing {
        private final List<Reading> readings = new ArrayList<>();
        private @Nullable String problem;
        private boolean declined;
        private double checksum;
        private long peakMemory;

        /** Why there are no readings, or null. */
        @Nullable
        String problem() {
            return problem;
        }

        /** True if it can't compute this workload, which is no failure. */
        boolean declined() {
            return declined;
        }

        double nanos() {
            return middle(readings.stream().mapToDouble(Reading::nanos).toArray());
        }

        double bytes() {
            return middle(readings.stream().mapToDouble(Reading::bytes).toArray());
        }

        /** How many cores it kept busy in its rounds. */
        double cores() {
            return (double) readings.stream().mapToLong(Reading::processor).sum()
                    / readings.stream().mapToLong(Reading::wall).sum();
        }

        long peakMemory() {
            return peakMemory;
        }

        double[] rounds() {
            return readings.stream().mapToDouble(Reading::nanos).toArray();
        }
    }

    private final Map<String, Standing> standings = new LinkedHashMap<>();

    private Contest() {}

    /**
     * Measures them. The first one's checksum is what the others must have.
     *
     * @param data what they read
     * @param logs the directory of their error streams
     * @throws IOException if one can't be started
     */
    static Contest run(Workload workload, Path data, List<Entrant> entrants, int threads, Effort effort,
            Path logs)
            throws IOException {
        Contest contest = new Contest();
        Map<String, ContenderProcess> processes = new LinkedHashMap<>();
        try {
            for (Entrant entrant : entrants) {
                ContenderProcess process = ContenderProcess.start(entrant, workload.name(), data, threads,
                        logs.resolve(workload.name() + "-" + entrant.name().replace(' ', '-') + ".log"));
                processes.put(entrant.name(), process);
                contest.standings.put(entrant.name(), new Standing());
                warmUp(process, effort);
            }
            for (int round = 0; round < effort.rounds(); round++) {
                processes.forEach((name, process) -> {
                    Reading reading = process.run(effort.roundMillis());
                    if (reading != null) {
                        contest.of(name).readings.add(reading);
                    }
                });
            }
            processes.forEach((name, process) -> {
                Standing standing = contest.of(name);
                standing.problem = process.problem();
                standing.declined = process.declined();
                standing.checksum = process.checksum();
                standing.peakMemory = process.peakMemory();
            });
        } finally {
            processes.values().forEach(ContenderProcess::close);
        }
        contest.compareChecksums();
        return contest;
    }

    /** Until two runs in a row took the same time and allocated next to nothing. */
    static void warmUp(ContenderProcess process, Effort effort) {
        long begin = System.nanoTime();
        double before = Double.POSITIVE_INFINITY;
        for (long spent = 0; spent < effort.mostWarmUpMillis();) {
            Reading reading = process.run(effort.roundMillis());
            if (reading == null) {
                return;
            }
            spent = (System.nanoTime() - begin) / 1_000_000;
            boolean steady = Math.abs(reading.nanos() - before) <= STEADY * before
                    && !(reading.bytes() > QUIET_BYTES);
            if (steady && spent >= effort.leastWarmUpMillis()) {
                return;
            }
            before = reading.nanos();
        }
    }

    private void compareChecksums() {
        double wanted = standings.values().iterator().next().checksum;
        for (Standing standing : standings.values()) {
            if (standing.problem == null && !Double.isNaN(standing.checksum)
                    && !(Math.abs(standing.checksum - wanted) <= TOLERANCE * Math.abs(wanted))) {
                standing.problem = "checksum " + standing.checksum + " instead of " + wanted;
            }
        }
    }

    Map<String, Standing> standings() {
        return standings;
    }

    private Standing of(String name) {
        return Objects.requireNonNull(standings.get(name), name);
    }

    /** True if both have been measured. */
    boolean has(String one, String other) {
        return standings.containsKey(one) && standings.containsKey(other) && of(one).problem == null
                && of(other).problem == null;
    }

    /** The middle of what each round's times of two contenders give together. */
    double middle(String one, String other, DoubleBinaryOperator together) {
        double[] ones = of(one).rounds();
        double[] others = of(other).rounds();
        double[] values = new double[Math.min(ones.length, others.length)];
        Arrays.setAll(values, i -> together.applyAsDouble(ones[i], others[i]));
        return middle(values);
    }

    private static double middle(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }
}
