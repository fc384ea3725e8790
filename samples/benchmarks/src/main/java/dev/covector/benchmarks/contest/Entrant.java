package dev.covector.benchmarks.contest;

import dev.covector.benchmarks.contender.CopyContender;
import dev.covector.benchmarks.contender.CovectorContender;
import dev.covector.benchmarks.contender.FmaContender;
import dev.covector.benchmarks.contender.loops.LoopContender;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How to start a contender.
 *
 * @param name    the column of the table
 * @param command what comes before the arguments that all contenders take
 * @param options what comes behind them
 */
record Entrant(String name, List<String> command, List<String> options) {
    static final Entrant AUTO = ours("auto", CovectorContender.class, "auto");
    static final Entrant VECTOR = ours("vector", CovectorContender.class, "vector");
    static final Entrant SCALAR = ours("scalar", CovectorContender.class, "scalar");
    static final Entrant LOOP = ours("loop", LoopContender.class);
    static final Entrant FMA = ours("fma", FmaContender.class);
    static final Entrant COPY = ours("copy", CopyContender.class);

    /** In a JVM as this one. */
    private static Entrant ours(String name, Class<?> main, String... options) {
        List<String> command = java();
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        return new Entrant(name, command, List.of(options));
    }

    /** The JVM that runs this, with its options. */
    static List<String> java() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        return command;
    }

    /** With more options of the JVM. */
    Entrant withJvmOption(String option) {
        List<String> more = new ArrayList<>(command);
        more.add(1, option);
        return new Entrant(name, more, options);
    }

    List<String> commandLine(String workload, Path data, int threads) {
        List<String> line = new ArrayList<>(command);
        line.addAll(List.of(workload, data.toString(), Integer.toString(threads)));
        line.addAll(options);
        return line;
    }
}
