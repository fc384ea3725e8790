package dev.covector.compiler;

import dev.covector.compiler.emit.Emitter;
import dev.covector.compiler.loop.Methods;
import dev.covector.compiler.loop.Nest;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.Program;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a function runs: its kernels in launches, and the memory of their buffers. A small function is one launch of one nest,
 * whatever its kernels: without loops if it is tiny, else one that runs their nests.
 *
 * @param steps    the kernels, by launch
 * @param nests    all nests; a task names them by their place here
 * @param slots    the node that each slot holds
 * @param buffers  per slot, where it is
 * @param storages the arrays of a call's own
 * @param dims     the extents and strides that depend on names
 * @param checks   what each check of an index says when it fails
 * @param straight all kernels without loops, if the function is so small; it runs instead of their nests
 * @param separate whether each kernel is to be run by itself, however small the function
 */
record Plan(Graph.Function function, List<Step> steps, int launches, List<Nest> nests, List<Node> slots,
        List<Program.Buffer> buffers, List<Program.Storage> storages, List<Dim> dims,
        List<Program.Commit> commits,
        double[] reals, long[] integers, List<String> checks, @Nullable Nest straight, boolean separate) {

    /** Calls in one method, which HotSpot must compile. */
    private static final int MOST_IN_ONE = 256;

    /**
     * A kernel in its place.
     *
     * @param launch  which launch it is part of; those of one launch don't depend on each other
     * @param reads   slots
     * @param writes  slots
     * @param work    about how many elementary operations
     * @param cost    what it computes, reads and writes at least
     */
    record Step(String name, Kernel kernel, int launch, Program.Task task, List<Integer> nests,
            List<Integer> reads,
            List<Integer> writes, Dim work, Cost cost) {}

    /** The kernels of each launch. */
    List<List<Step>> byLaunch() {
        List<List<Step>> result = new ArrayList<>();
        for (int number = 0; number < launches; number++) {
            result.add(new ArrayList<>());
        }
        steps.forEach(step -> result.get(step.launch()).add(step));
        return result;
    }

    /** The nests that are run, and which of them share a method: none that are called by one more nest. */
    Methods methods() {
        return straight != null ? Methods.apart(List.of(straight))
                : whole().isEmpty() ? Methods.shared(nests) : Methods.apart(nests);
    }

    /** What a nest runs that comes after {@link #nests}; nothing if the function has no such nest. */
    List<Emitter.Run> whole() {
        return separate || straight != null || steps.size() == 1 ? List.of() : all(steps);
    }

    /** The nests of kernels and their extents, one after the other; nothing if it needs more than that to run them. */
    static List<Emitter.Run> all(List<Step> steps) {
        List<Emitter.Run> runs = new ArrayList<>();
        Dim work = Dim.of(0);
        for (Step step : steps) {
            work = work.plus(step.work());
            if (!(step.task() instanceof Program.Task.Loop loop) || !loop.extent().isConstant()) {
                return List.of();
            }
            runs.add(new Emitter.Run(loop.nest(), Math.toIntExact(loop.extent().value())));
        }
        boolean few = steps.size() <= MOST_IN_ONE;
        return few && work.isConstant() && work.value() < Program.Launch.WORK_FOR_ONE ? runs : List.of();
    }

    /** Whether all kernels are one task. */
    boolean isOneTask() {
        return straight != null || !whole().isEmpty();
    }

    /** The launches as the runtime takes them. */
    List<Program.Launch> toLaunches() {
        if (isOneTask()) {
            Dim work = steps.stream().map(Step::work).reduce(Dim.of(0), Dim::plus);
            Program.Task task = new Program.Task.Loop(straight != null ? 0 : nests.size(), Dim.of(1));
            return List.of(new Program.Launch(List.of(task), work));
        }
        List<Program.Launch> result = new ArrayList<>();
        for (List<Step> launch : byLaunch()) {
            Dim work = Dim.of(0);
            for (Step step : launch) {
                work = work.plus(step.work());
            }
            result.add(new Program.Launch(launch.stream().map(Step::task).toList(), work));
        }
        return result;
    }
}
