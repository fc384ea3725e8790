package dev.covector.compiler;

import dev.covector.compiler.loop.Nest;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.Program;
import java.util.ArrayList;
import java.util.List;

/**
 * How a function runs: its kernels in launches, and the memory of their buffers.
 *
 * @param steps    the kernels, by launch
 * @param nests    all nests; a task names them by their place here
 * @param slots    the node that each slot holds
 * @param buffers  per slot, where it is
 * @param storages the arrays of a call's own
 * @param dims     the extents and strides that depend on names
 * @param checks   what each check of an index says when it fails
 */
record Plan(Graph.Function function, List<Step> steps, int launches, List<Nest> nests, List<Node> slots,
        List<Program.Buffer> buffers, List<Program.Storage> storages, List<Dim> dims,
        List<Program.Commit> commits,
        double[] reals, long[] integers, List<String> checks) {

    /**
     * A kernel in its place.
     *
     * @param launch  which launch it is part of; those of one launch don't depend on each other
     * @param reads   slots
     * @param writes  slots
     * @param work    about how many elementary operations
     */
    record Step(String name, Kernel kernel, int launch, Program.Task task, List<Integer> nests,
            List<Integer> reads,
            List<Integer> writes, Dim work) {}

    /** The kernels of each launch. */
    List<List<Step>> byLaunch() {
        List<List<Step>> result = new ArrayList<>();
        for (int number = 0; number < launches; number++) {
            result.add(new ArrayList<>());
        }
        steps.forEach(step -> result.get(step.launch()).add(step));
        return result;
    }

    /** The launches as the runtime takes them. */
    List<Program.Launch> toLaunches() {
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
