package dev.covector.compiler;

import dev.covector.compiler.loop.Nest;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.Program;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the compiler plans for a function: its methods, and its memory beside what no plan with these kernels could go
 * below. Inputs and parameters are in neither, nor is what a product of matrices packs, for which each thread has room.
 *
 * @param methods of its generated classes, one a nest of loops
 * @param planned bytes of all arrays of a call
 * @param least   bytes of all values that are needed during a launch, of the launch with most of them
 */
public record PlanSummary(List<String> methods, long planned, long least) {
    /** Of a function whose extents are all fixed. */
    public static PlanSummary of(Graph graph, String function) {
        Plan plan = Compilation.of(graph).functions().stream()
                .filter(compiled -> compiled.name().equals(function))
                .findFirst().orElseThrow(() -> new IllegalArgumentException("no function " + function))
                .plan();
        long planned = 0;
        for (Program.Storage storage : plan.storages()) {
            planned += storage.lengths().stream().mapToLong(Dim::value).max().orElse(0)
                    * storage.dtype().bytes();
        }
        return new PlanSummary(plan.nests().stream().map(Nest::name).toList(), planned,
                Arrays.stream(needed(plan)).max().orElse(0));
    }

    /** Bytes by launch; behind the last one, those of what is returned and copied to parameters. */
    private static long[] needed(Plan plan) {
        int[] first = new int[plan.slots().size()];
        int[] last = new int[first.length];
        Arrays.fill(first, plan.launches());
        Arrays.fill(last, -1);
        for (Plan.Step step : plan.steps()) {
            for (int slot : step.writes()) {
                first[slot] = Math.min(first[slot], step.launch());
                last[slot] = Math.max(last[slot], step.launch());
            }
            for (int slot : step.reads()) {
                last[slot] = Math.max(last[slot], step.launch());
            }
        }
        Buffers buffers = new Buffers(new Roles(plan.function()));
        Set<Node> outputs =
                plan.function().outputs().stream().map(buffers::holder).collect(Collectors.toSet());
        long[] needed = new long[plan.launches() + 1];
        for (int slot = 0; slot < first.length; slot++) {
            if (plan.buffers().get(slot) instanceof Program.Buffer.Own) {
                Node node = plan.slots().get(slot);
                int until = outputs.contains(node) ? plan.launches()
                        : last[slot] - (overwritten(plan, slot, last[slot], first) ? 1 : 0);
                for (int launch = first[slot]; launch <= until; launch++) {
                    needed[launch] += node.type().shape().size().value() * node.type().dtype().bytes();
                }
            }
        }
        return needed;
    }

    /** Whether a kernel of the last launch that needs a slot overwrites it as it goes. */
    private static boolean overwritten(Plan plan, int slot, int last, int[] first) {
        for (int other = 0; other < first.length; other++) {
            if (other != slot && first[other] == last
                    && plan.buffers().get(other).equals(plan.buffers().get(slot))) {
                return true;
            }
        }
        return false;
    }
}
