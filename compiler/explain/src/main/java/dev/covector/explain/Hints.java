package dev.covector.explain;

import dev.covector.compiler.Explanation;
import dev.covector.explain.PlainWords.Words;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.kernel.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What somebody who wants a function to be faster may look at; each with the user's lines. */
final class Hints {
    /** Of the estimated time, from which on it is worth a word. */
    private static final double WORTH = 0.05;

    /** From which on it can be seen at all. */
    private static final double SEEN = 0.01;

    private final Explanation.Function function;
    private final Estimate estimate;
    private final double total;
    private final List<String> hints = new ArrayList<>();

    private Hints(Explanation.Function function, Estimate estimate) {
        this.function = function;
        this.estimate = estimate;
        this.total = function.kernels().stream().mapToDouble(estimate::time).sum();
    }

    static List<String> of(Explanation.Function function, Estimate estimate) {
        if (function.execution() != Explanation.Execution.LAUNCHES) {
            return List.of();
        }
        Hints hints = new Hints(function, estimate);
        hints.kernels(kernel -> refused(kernel, "too short for lanes"), SEEN,
                "contractions with fewer columns than a vector has lanes leave lanes empty: more features in the last"
                        + " axis cost little");
        hints.kernels(kernel -> refused(kernel, "down the columns"), SEEN,
                "statistics of columns over many rows read the rows twice; statistics of rows, as in layer"
                        + " normalisation, read them once");
        hints.kernels(kernel -> kernel.ops().stream().anyMatch(node -> node.op() instanceof Op.ScatterAdd), 0,
                "a scatter runs on one thread, since updates of one element are added in their order; fewer indices, or"
                        + " a contraction with one-hot rows where the axis is short, may be faster");
        hints.kernels(kernel -> kernel.ops().stream().anyMatch(node -> node.op() instanceof Op.ArgSort),
                WORTH,
                "sorting takes a good part; top-k of fewer elements, or a maximum, is cheaper");
        hints.kernels(kernel -> isCopy(kernel), WORTH,
                "padding and joining are copies: windows that fit without padding, or values made in one piece, need"
                        + " none");
        hints.kernels(kernel -> isUpdate(kernel, function), 0.25,
                "giving parameters their new values takes this much whatever the batch is: larger batches need fewer"
                        + " updates, and SGD reads less than Adam");
        hints.smallLaunches();
        return hints.hints;
    }

    private void kernels(Predicate<Explanation.Kernel> which, double worth, String hint) {
        List<Explanation.Kernel> found = function.kernels().stream().filter(which).toList();
        double share = found.stream().mapToDouble(estimate::time).sum() / total;
        if (!found.isEmpty() && share >= worth) {
            List<Node> nodes = found.stream().flatMap(kernel -> kernel.ops().stream()).toList();
            hints.add(hint + " (" + found.size() + (found.size() == 1 ? " kernel, " : " kernels, ")
                    + Words.percent(share) + " of the estimated time, for " + Words.places(nodes) + ")");
        }
    }

    private static boolean refused(Explanation.Kernel kernel, String why) {
        return kernel.decisions().stream()
                .anyMatch(decision -> decision.refusal().filter(text -> text.contains(why)).isPresent());
    }

    private static boolean isCopy(Explanation.Kernel kernel) {
        return kernel.ops().stream()
                .allMatch(node -> node.op() instanceof Op.Pad || node.op() instanceof Op.Concat);
    }

    /** Updates and nothing else: those in the finish of a contraction cost next to nothing. */
    private static boolean isUpdate(Explanation.Kernel kernel, Explanation.Function function) {
        return kernel.kind() != Explanation.KernelKind.TILE && kernel.writes().stream().allMatch(
                slot -> function.buffers().get(slot).place() == Explanation.Buffer.Place.PARAMETER);
    }

    private void smallLaunches() {
        int small = 0;
        for (int launch = 0; launch < function.launches(); launch++) {
            int number = launch;
            double work = function.kernels().stream().filter(kernel -> kernel.launch() == number)
                    .mapToDouble(kernel -> Math.max(estimate.value(kernel.flops()),
                            estimate.value(kernel.bytes()) / 4))
                    .sum();
            small += work < Program.Launch.WORK_FOR_ONE ? 1 : 0;
        }
        if (small > 0 && 2 * small >= function.launches()) {
            hints.add(small + " of " + function.launches()
                    + " launches are so small that one thread runs them: larger batches use more threads");
        }
    }
}
