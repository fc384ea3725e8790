package dev.covector.benchmarks.contest;

import dev.covector.benchmarks.Table;
import dev.covector.benchmarks.contender.FmaContender;
import dev.covector.benchmarks.contender.WorkloadGraph;
import dev.covector.benchmarks.contest.Contest.Standing;
import dev.covector.benchmarks.workload.Workload;
import dev.covector.compiler.PlanSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The table of contests: a row a workload. */
final class WorkloadTable {
    /** What a JVM's collector may do beside the steps, and what counting in hundredths of a second leaves open. */
    private static final double MOST_CORES_A_THREAD = 1.15;

    private final List<String> peers;
    private final int threads;
    private final Table table;
    private final List<String> problems = new ArrayList<>();

    /** With columns for these peers. */
    WorkloadTable(List<String> peers, int threads) {
        this.peers = peers;
        this.threads = threads;
        List<String> header =
                new ArrayList<>(List.of("us a step", Entrant.VECTOR.name(), Entrant.AUTO.name(),
                        Entrant.SCALAR.name(), Entrant.LOOP.name()));
        header.addAll(peers);
        header.add("loop/vector");
        if (!peers.isEmpty()) {
            header.add("best peer/vector");
        }
        header.addAll(List.of("of the limit", "cores"));
        if (!peers.isEmpty()) {
            header.add("cores best peer");
        }
        header.add("MB auto");
        if (!peers.isEmpty()) {
            header.add("MB best peer");
        }
        header.addAll(List.of("B a call", "plan kB", "least kB"));
        this.table = new Table(header);
    }

    void add(Workload workload, Contest contest) {
        Map<String, Standing> standings = contest.standings();
        standings.forEach((name, standing) -> {
            String problem = standing.problem();
            if (problem != null && !standing.declined()) {
                problems.add(workload.name() + " " + name + ": " + problem);
            }
            // A library that was told to use one thread may well use two: its ratio would compare two cores with one.
            if (peers.contains(name) && problem == null && standing.cores() > threads * MOST_CORES_A_THREAD) {
                problems.add(String.format(Locale.ROOT, "%s %s: kept %.2f cores busy with %d thread%s",
                        workload.name(), name,
                        standing.cores(), threads, threads == 1 ? "" : "s"));
            }
        });
        String vector = Entrant.VECTOR.name();
        List<String> row = new ArrayList<>(List.of(workload.name() + " " + workload.title()));
        for (String name : List.of(vector, Entrant.AUTO.name(), Entrant.SCALAR.name(), Entrant.LOOP.name())) {
            row.add(cell(standings, name, WorkloadTable::micros));
        }
        peers.forEach(peer -> row.add(cell(standings, peer, WorkloadTable::micros)));
        row.add(contest.has(vector, Entrant.LOOP.name()) ? ratio(contest, Entrant.LOOP.name()) : "");
        String best = "";
        double least = Double.POSITIVE_INFINITY;
        for (String peer : peers) {
            if (contest.has(vector, peer)) {
                double ratio = contest.middle(peer, vector, (theirs, ours) -> theirs / ours);
                best = ratio < least ? peer : best;
                least = Math.min(ratio, least);
            }
        }
        if (!peers.isEmpty()) {
            row.add(best.isEmpty() ? "" : ratio(contest, best) + " " + best);
        }
        row.add(limit(workload, contest));
        row.add(cell(standings, vector, WorkloadTable::cores));
        if (!peers.isEmpty()) {
            row.add(best.isEmpty() ? "" : cell(standings, best, WorkloadTable::cores));
        }
        row.add(cell(standings, Entrant.AUTO.name(), WorkloadTable::megabytes));
        if (!peers.isEmpty()) {
            row.add(best.isEmpty() ? "" : cell(standings, best, WorkloadTable::megabytes));
        }
        row.add(cell(standings, vector, standing -> String.format(Locale.ROOT, "%.0f", standing.bytes())));
        PlanSummary plan = WorkloadGraph.plan(workload);
        row.add(String.format(Locale.ROOT, "%.1f", plan.planned() / 1e3));
        row.add(String.format(Locale.ROOT, "%.1f", plan.least() / 1e3));
        table.add(row);
    }

    private static String cell(Map<String, Standing> standings, String name,
            Function<Standing, String> what) {
        Standing standing = standings.get(name);
        if (standing == null) {
            return "";
        }
        String problem = standing.problem();
        return standing.declined() ? "-" : problem != null ? problem : what.apply(standing);
    }

    private static String micros(Standing standing) {
        double micros = standing.nanos() / 1e3;
        return String.format(Locale.ROOT, micros < 1 ? "%.4f" : micros < 100 ? "%.2f" : "%.0f", micros);
    }

    private static String cores(Standing standing) {
        return String.format(Locale.ROOT, "%.2f", standing.cores());
    }

    private static String megabytes(Standing standing) {
        return String.format(Locale.ROOT, "%.0f", standing.peakMemory() / 1e6);
    }

    /** How many times as long a contender takes. */
    private static String ratio(Contest contest, String name) {
        return String.format(Locale.ROOT, "%.2f",
                contest.middle(name, Entrant.VECTOR.name(), (theirs, ours) -> theirs / ours));
    }

    /** Which part of its time the vector flavour would need at least, and for what. */
    private String limit(Workload workload, Contest contest) {
        String vector = Entrant.VECTOR.name();
        if (!contest.has(vector, Entrant.FMA.name()) || !contest.has(vector, Entrant.COPY.name())) {
            return "";
        }
        double steps = (double) workload.operations() / FmaContender.OPERATIONS / threads;
        double arithmetic = contest.middle(Entrant.FMA.name(), vector, (fma, ours) -> fma * steps / ours);
        double bytes = contest.middle(Entrant.COPY.name(), vector, (copy, ours) -> copy / ours);
        return String.format(Locale.ROOT, "%.2f %s", Math.max(arithmetic, bytes),
                arithmetic >= bytes ? "FMA" : "copy");
    }

    /** What must not be: contenders that stopped, and checksums that differ. */
    List<String> problems() {
        return problems;
    }

    @Override
    public String toString() {
        return table.toString();
    }
}
