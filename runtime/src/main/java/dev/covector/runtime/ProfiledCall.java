package dev.covector.runtime;

import dev.covector.runtime.kernel.Program;
import java.util.ArrayList;
import java.util.List;

/** Runs the launches of a prepared call and takes the time of each task. */
final class ProfiledCall {
    private final LinkedFunction linked;
    private final LaunchRun[] launches;
    private final List<Program.Kernel> kernels;
    private final Task[] tasks;
    private final long[] nanos;
    private final boolean[] vector;

    /** What a task costs, by the dimensions of a call. */
    private record Task(Formula flops, Formula bytes, Formula[] lines) {}

    ProfiledCall(LinkedFunction linked, LaunchRun[] launches) {
        this.linked = linked;
        this.launches = launches;
        this.kernels = kernels(linked.function);
        this.tasks = kernels.stream()
                .map(kernel -> new Task(linked.formula(kernel.flops()), linked.formula(kernel.bytes()),
                        kernel.lines().stream().map(line -> linked.formula(line.work()))
                                .toArray(Formula[]::new)))
                .toArray(Task[]::new);
        this.nanos = new long[tasks.length];
        this.vector = new boolean[tasks.length];
    }

    /** What the program says of each task, or numbers where it says nothing. */
    private static List<Program.Kernel> kernels(Program.Function function) {
        List<Program.Kernel> known = function.notes().get().kernels();
        List<Program.Kernel> kernels = new ArrayList<>();
        for (int launch = 0; launch < function.launches().size(); launch++) {
            for (int task = 0; task < function.launches().get(launch).tasks().size(); task++) {
                int number = kernels.size();
                kernels.add(number < known.size() ? known.get(number)
                        : new Program.Kernel("launch " + launch + " task " + task, Dim.of(0), Dim.of(0),
                                List.of()));
            }
        }
        return kernels;
    }

    /** {@code extents} are those of this call. */
    void run(Extents extents, Profile profile) {
        long begin = System.nanoTime();
        int first = 0;
        for (LaunchRun launch : launches) {
            for (int task = 0; task < launch.tasks(); task++) {
                vector[first + task] = launch.isVector(task);
            }
            launch.runTimed(nanos, first);
            first += launch.tasks();
        }
        long all = System.nanoTime() - begin;
        Profile.Tally[] tallies = profile.tallies(linked, kernels);
        synchronized (profile) {
            profile.addCall(linked, all);
            for (int i = 0; i < tasks.length; i++) {
                tallies[i].add(nanos[i], vector[i], value(tasks[i].flops, extents),
                        value(tasks[i].bytes, extents), shares(tasks[i].lines, extents));
            }
        }
    }

    private static double value(Formula formula, Extents extents) {
        return extents.evaluateLong(formula);
    }

    /** The lines' parts in a task's work, which make 1. */
    private static double[] shares(Formula[] lines, Extents extents) {
        double[] shares = new double[lines.length];
        double sum = 0;
        for (int i = 0; i < shares.length; i++) {
            shares[i] = value(lines[i], extents);
            sum += shares[i];
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] = sum == 0 ? 1.0 / shares.length : shares[i] / sum;
        }
        return shares;
    }
}
