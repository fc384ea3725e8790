package dev.covector.benchmarks.contest;

import dev.covector.benchmarks.Progress;
import dev.covector.benchmarks.contest.Contest.Effort;
import dev.covector.benchmarks.workload.Workload;
import dev.covector.benchmarks.workload.WorkloadFiles;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Measures workloads one after the other. */
public final class Contests {
    private static final Effort QUICK = new Effort(5, 100, 700, 5_000);
    private static final Effort FULL = new Effort(9, 200, 1_500, 10_000);

    private final List<Workload> workloads;
    private final int threads;
    private final Effort effort;
    private final Path logs;

    /**
     * Of these workloads.
     *
     * @param logs the directory for data and for what contenders say besides
     */
    public Contests(List<Workload> workloads, int threads, boolean quick, Path logs) {
        this.workloads = workloads;
        this.threads = threads;
        this.effort = quick ? QUICK : FULL;
        this.logs = logs;
    }

    /**
     * Prints the table to {@code out}, and problems to {@code err}.
     *
     * @param peers the folder of the module with other libraries, or null to do without them
     * @return whether there was no problem
     * @throws IOException if a contender can't be started
     */
    public boolean measure(@Nullable Path peers, PrintStream out, PrintStream err) throws IOException {
        List<Entrant> others = peers == null ? List.of() : Peers.of(peers);
        List<Entrant> entrants =
                new ArrayList<>(
                        List.of(Entrant.VECTOR, Entrant.AUTO, Entrant.SCALAR, Entrant.LOOP, Entrant.FMA,
                                Entrant.COPY));
        entrants.addAll(others);
        WorkloadTable table = new WorkloadTable(others.stream().map(Entrant::name).toList(), threads);
        Progress progress = new Progress(workloads.size());
        for (Workload workload : workloads) {
            progress.begins(workload.name());
            Path data = WorkloadFiles.write(workload, logs);
            table.add(workload, Contest.run(workload, data, entrants, threads, effort, logs));
            Files.delete(data);
        }
        out.println(table);
        table.problems().forEach(err::println);
        return table.problems().isEmpty();
    }

    /**
     * What HotSpot made of each kernel, as a table.
     *
     * @throws IOException if a JVM can't be started
     */
    public String check() throws IOException {
        KernelCheck check = new KernelCheck(threads, effort, logs);
        Progress progress = new Progress(workloads.size());
        for (Workload workload : workloads) {
            progress.begins(workload.name());
            Path data = WorkloadFiles.write(workload, logs);
            check.add(workload, data);
            Files.delete(data);
        }
        return check.toString();
    }
}
