package dev.covector.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.openjdk.jmh.profile.Profiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs a benchmark in a JVM of its own, with the options of this one.
 *
 * @param effort how long
 * @param logs   the directory for what JMH says meanwhile
 */
record Jmh(Effort effort, Path logs) {
    /** The result that every benchmark has: the time of a call on the clock. */
    static final String TIME = "time";

    /** Iterations and their milliseconds. */
    record Effort(int warmups, int warmupMillis, int iterations, int iterationMillis) {}

    /** What the iterations of a run measured: the values of each result, in ascending order. */
    record Measured(Map<String, double[]> results) {
        /** The middle value: on a busy machine, a mean says more about others. */
        double middle(String result) {
            double[] values = values(result);
            return values[values.length / 2];
        }

        /** Half of what lies between the least and the greatest, as a part of the middle one. */
        double spread(String result) {
            double[] values = values(result);
            return (values[values.length - 1] - values[0]) / 2 / middle(result);
        }

        private double[] values(String result) {
            double[] values = results.get(result);
            if (values == null) {
                throw new IllegalStateException("JMH measured " + results.keySet() + ", not " + result);
            }
            return values;
        }
    }

    /** Those of the names of which a part matches one of the patterns; all if there is none. */
    static List<String> matching(List<Pattern> patterns, List<String> names) {
        return names.stream()
                .filter(name -> patterns.isEmpty() || patterns.stream().anyMatch(p -> p.matcher(name).find()))
                .toList();
    }

    /**
     * The result of one combination of parameters.
     *
     * @param log what the file is called that JMH writes to
     * @throws RunnerException if the benchmark failed; the log says why
     */
    Measured run(Class<?> benchmark, Map<String, String> parameters,
            List<Class<? extends Profiler>> profilers,
            String log) throws RunnerException {
        OptionsBuilder options = new OptionsBuilder();
        options.include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
                .forks(1).threads(1).shouldFailOnError(true)
                .warmupIterations(effort.warmups()).warmupTime(TimeValue.milliseconds(effort.warmupMillis()))
                .measurementIterations(effort.iterations())
                .measurementTime(TimeValue.milliseconds(effort.iterationMillis()))
                .output(logs.resolve(log.replaceAll("[^A-Za-z0-9.]+", "-") + ".log").toString());
        profilers.forEach(options::addProfiler);
        parameters.forEach(options::param);
        Collection<RunResult> results = new Runner(options.build()).run();
        if (results.size() != 1) {
            throw new IllegalStateException(benchmark.getName() + " gave " + results.size() + " results for "
                    + parameters);
        }
        return measured(results.iterator().next());
    }

    private static Measured measured(RunResult run) {
        Map<String, List<Double>> values = new TreeMap<>();
        for (BenchmarkResult fork : run.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                values.computeIfAbsent(TIME, key -> new ArrayList<>())
                        .add(iteration.getPrimaryResult().getScore());
                iteration.getSecondaryResults().forEach((label, result) -> values
                        .computeIfAbsent(label, key -> new ArrayList<>()).add(score(result)));
            }
        }
        Map<String, double[]> sorted = new TreeMap<>();
        values.forEach((label, list) -> sorted.put(label,
                list.stream().mapToDouble(value -> value).sorted().toArray()));
        return new Measured(sorted);
    }

    private static double score(Result<?> result) {
        return result.getScore();
    }
}
