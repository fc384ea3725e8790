package dev.covector.benchmarks.contest;

import dev.covector.benchmarks.Table;
import dev.covector.benchmarks.contender.WorkloadGraph;
import dev.covector.benchmarks.contest.ContenderProcess.Reading;
import dev.covector.benchmarks.contest.Contest.Effort;
import dev.covector.benchmarks.workload.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What HotSpot did with the vector flavour of workloads, as it logs it: for each kernel, and each tile that they share, by
 * which compiler its method was compiled last, and how much bytecode it has; and what a call allocates.
 */
final class KernelCheck {
    /** Such as {@code 345 b 4 covector.StepVector$Kernels::k0_sum (123 bytes) made not entrant}. */
    private static final Pattern LINE = Pattern.compile(
            "\\s(\\d+)\\s+([%s!bn ]*?)\\s*([1-4])\\s+(\\S+)::(\\S+)(?: @ -?\\d+)? \\((\\d+) bytes\\)(.*)");
    /** The classes whose methods count: those of a graph in vector code, and the tiles of the runtime. */
    private static final Pattern CLASSES = Pattern.compile("covector\\.\\w+Vector\\$Kernels\\d*"
            + "|dev\\.covector\\.runtime\\.kernel\\.(Float|Double)(Tile|Rows|Transpose)(?!Scalar)\\w+");

    private final int threads;
    private final Effort effort;
    private final Path logs;
    private final Table table =
            new Table(List.of("workload", "method", "compiled by", "bytecode", "B a call"));

    KernelCheck(int threads, Effort effort, Path logs) {
        this.threads = threads;
        this.effort = effort;
        this.logs = logs;
    }

    /** What is known of a method. */
    private static final class Method {
        private String size = "";
        /** The compilations that are in use: their number and their tier. */
        private final Map<String, Integer> tiers = new LinkedHashMap<>();

        String compiler() {
            int best = tiers.values().stream().mapToInt(tier -> tier).max().orElse(0);
            return best == 4 ? "C2" : best > 0 ? "C1, tier " + best : "nothing";
        }
    }

    /** Runs a workload in a JVM of its own, until it is warm. */
    void add(Workload workload, Path data) throws IOException {
        Path log = logs.resolve(workload.name() + "-compilations.log");
        Entrant logged = Entrant.VECTOR
                .withJvmOption("-Xlog:jit+compilation=debug:file=" + log + ":uptime:filecount=0");
        String bytes;
        try (ContenderProcess process = ContenderProcess.start(logged, workload.name(), data, threads,
                logs.resolve(workload.name() + "-check.log"))) {
            Contest.warmUp(process, effort);
            Reading reading = process.run(effort.roundMillis());
            bytes = reading == null ? process.problem() + ""
                    : String.format(Locale.ROOT, "%.2f", reading.bytes());
        }
        Map<String, Method> methods = new LinkedHashMap<>();
        WorkloadGraph.plan(workload).methods().forEach(name -> methods.put(name, new Method()));
        for (String line : Files.readAllLines(log)) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.find() && CLASSES.matcher(matcher.group(4)).matches()) {
                read(matcher, methods);
            }
        }
        methods.forEach(
                (name, method) -> table.add(List.of(workload.name(), name, method.compiler(), method.size,
                        bytes)));
    }

    private static void read(Matcher line, Map<String, Method> methods) {
        String owner = line.group(4);
        String name = owner.startsWith("covector.") ? line.group(5)
                : owner.substring(owner.lastIndexOf('.') + 1) + "." + line.group(5);
        Method method = methods.computeIfAbsent(name, key -> new Method());
        method.size = line.group(6);
        boolean onStackReplacement = line.group(2).contains("%");
        if (line.group(7).contains("made not entrant")) {
            method.tiers.remove(line.group(1));
        } else if (!onStackReplacement && !line.group(7).contains("COMPILE SKIPPED")) {
            method.tiers.put(line.group(1), Integer.parseInt(line.group(3)));
        }
    }

    @Override
    public String toString() {
        return table.toString();
    }
}
