package dev.covector.compiler;

import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.kernel.Program;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a plan promises, in a time linear in its size:
 *
 * <ol>
 * <li>Each slot is written by one kernel, and not if it is an input, data of the graph or a parameter's old value.
 * <li>It is read in later launches only, or by its own kernel where that has just written it.
 * <li>Slots in one array are not needed in the same launch, but where a kernel overwrites each element just after its last read.
 * <li>Kernels of one launch don't write what another of them reads or writes.
 * <li>A parameter gets its new value once: copied at the end, or in place, after all other reads of the old value.
 * <li>Each result has an array until the end, which nothing else writes.
 * </ol>
 */
final class PlanVerifier {
    private final Plan plan;
    private final List<Graph.Parameter> parameters;
    /** Per slot: the launch that writes it, and the last one that reads it; -1 for none. */
    private final int[] written;
    private final int[] lastRead;
    private final Plan.@Nullable Step[] writer;
    private final Map<Node, Integer> slotOf = new HashMap<>();

    private PlanVerifier(Plan plan, List<Graph.Parameter> parameters) {
        this.plan = plan;
        this.parameters = parameters;
        this.written = new int[plan.slots().size()];
        this.lastRead = new int[plan.slots().size()];
        this.writer = new Plan.@Nullable Step[plan.slots().size()];
        Arrays.fill(written, -1);
        Arrays.fill(lastRead, -1);
        for (int slot = 0; slot < plan.slots().size(); slot++) {
            slotOf.put(plan.slots().get(slot), slot);
        }
    }

    /** @throws InternalCompilerException if the plan breaks one of the rules */
    static void verify(Plan plan, List<Graph.Parameter> parameters) {
        PlanVerifier verifier = new PlanVerifier(plan, parameters);
        verifier.writes();
        verifier.reads();
        verifier.launches();
        verifier.updates();
        verifier.outputs();
        verifier.arrays();
    }

    private void writes() {
        for (Plan.Step step : plan.steps()) {
            for (int slot : step.writes()) {
                require(written[slot] < 0, step, () -> "writes " + name(slot) + ", as another kernel does");
                require(switch (plan.slots().get(slot).op()) {
                    case Op.Input input -> false;
                    case Op.Parameter parameter -> false;
                    default -> !(plan.buffers().get(slot) instanceof Program.Buffer.Constant);
                }, step, () -> "writes " + name(slot) + ", which is not its to write");
                written[slot] = step.launch();
                writer[slot] = step;
            }
        }
    }

    private void reads() {
        for (Plan.Step step : plan.steps()) {
            Set<Integer> own = new HashSet<>(step.writes());
            for (int slot : step.reads()) {
                lastRead[slot] = Math.max(lastRead[slot], step.launch());
                if (own.contains(slot)) {
                    require(readsWhatItWrote(step, slot), step,
                            () -> "reads " + name(slot) + " where it has not written it");
                } else {
                    require(isGiven(slot) || written[slot] >= 0 && written[slot] < step.launch(), step,
                            () -> "reads " + name(slot) + " before it is computed");
                }
            }
        }
    }

    private List<Accesses.Touch> touches(Plan.Step step) {
        return Accesses.touches(step.task(), step.nests().stream().map(plan.nests()::get).toList());
    }

    /** Whether each load from a slot comes after a store: to the same index, if threads share the kernel's loops. */
    private boolean readsWhatItWrote(Plan.Step step, int slot) {
        boolean oneThread = step.kernel().kind() == Kernel.Kind.ALONE;
        Set<List<Object>> stored = new HashSet<>();
        for (Accesses.Touch touch : touches(step)) {
            if (!touch.isOf(slot)) {
                continue;
            }
            List<Object> index = List.of(touch.access().offset(), touch.access().terms());
            if (touch.isStore()) {
                stored.add(index);
            } else if (!stored.contains(index) && !(oneThread && !stored.isEmpty())) {
                return false;
            }
        }
        return true;
    }

    private void launches() {
        for (List<Plan.Step> launch : plan.byLaunch()) {
            Map<Object, Plan.Step> writer = new HashMap<>();
            for (Plan.Step step : launch) {
                for (int slot : step.writes()) {
                    Plan.Step other = writer.put(place(slot), step);
                    require(other == null || other == step, step,
                            () -> "writes to the array of " + name(slot) + " while another kernel does");
                }
            }
            for (Plan.Step step : launch) {
                for (int slot : step.reads()) {
                    Plan.Step other = writer.getOrDefault(place(slot), step);
                    require(other == step, step,
                            () -> "reads " + name(slot) + " while " + other.name() + " writes to its array");
                }
            }
        }
    }

    private void updates() {
        Map<Node, Integer> values = new HashMap<>();
        plan.function().updates().forEach(update -> values.put(update.parameter(), slot(update.value())));
        Map<Integer, Integer> fresh = new HashMap<>();
        for (int parameter = 0; parameter < parameters.size(); parameter++) {
            Integer value = values.get(parameters.get(parameter).node());
            if (value != null) {
                fresh.put(parameter, value);
            }
        }
        Set<Integer> updated = new HashSet<>();
        for (Program.Commit commit : plan.commits()) {
            require(Integer.valueOf(commit.slot()).equals(fresh.get(commit.parameter())),
                    () -> "copies " + name(commit.slot()) + " to a parameter that it is not the value of");
            require(updated.add(commit.parameter()),
                    () -> "copies to " + parameterName(commit.parameter()) + " twice");
            require(plan.buffers().get(commit.slot()) instanceof Program.Buffer.Own,
                    () -> "copies " + name(commit.slot()) + " from an array that is not the call's own");
        }
        for (int slot = 0; slot < written.length; slot++) {
            if (written[slot] >= 0 && plan.buffers().get(slot) instanceof Program.Buffer.Held held) {
                int update = slot;
                require(Integer.valueOf(slot).equals(fresh.get(held.parameter())),
                        () -> "writes " + name(update) + " to a parameter that it is not the value of");
                require(updated.add(held.parameter()),
                        () -> "writes to " + parameterName(held.parameter()) + " twice");
                inPlace(slot, held.parameter());
            }
        }
        fresh.keySet().forEach(parameter -> require(updated.contains(parameter),
                () -> "never updates " + parameterName(parameter)));
    }

    /** Updates are simultaneous: whoever reads the old value does so before the new one is there. */
    private void inPlace(int slot, int parameter) {
        Integer old = slotOf.get(parameters.get(parameter).node());
        if (old == null) {
            return;
        }
        Plan.Step step = writer[slot];
        if (step != null) {
            require(Accesses.readsJustBeforeWriting(touches(step), old, slot), step,
                    () -> "reads " + name(old) + " elsewhere than where it updates it");
        }
        // Another kernel of the same launch was refused before.
        require(lastRead[old] <= written[slot],
                () -> name(old) + " is read in launch " + lastRead[old] + ", after its update in launch "
                        + written[slot]);
    }

    private void outputs() {
        Set<Object> arrays = new HashSet<>();
        plan.function().results().forEach((name, node) -> {
            int slot = slot(node);
            require(written[slot] >= 0 && plan.buffers().get(slot) instanceof Program.Buffer.Own,
                    () -> "the result \"" + name + "\" is not in an array of the call's own");
            require(arrays.add(place(slot)),
                    () -> "the result \"" + name + "\" shares its array with another");
            lastRead[slot] = plan.launches();
        });
        plan.commits().forEach(commit -> lastRead[commit.slot()] = plan.launches());
    }

    private void arrays() {
        List<List<Integer>> slots = new ArrayList<>();
        plan.storages().forEach(storage -> slots.add(new ArrayList<>()));
        for (int slot = 0; slot < written.length; slot++) {
            if (plan.buffers().get(slot) instanceof Program.Buffer.Own own) {
                int owner = slot;
                Node node = plan.slots().get(slot);
                Program.Storage storage = plan.storages().get(own.storage());
                require(storage.dtype() == node.type().dtype()
                        && storage.lengths().contains(node.type().shape().size()),
                        () -> "the array of " + name(owner) + " does not fit it");
                slots.get(own.storage()).add(slot);
            }
        }
        for (List<Integer> shared : slots) {
            shared.sort((a, b) -> Integer.compare(written[a], written[b]));
            for (int i = 1; i < shared.size(); i++) {
                int before = shared.get(i - 1);
                int after = shared.get(i);
                require(Math.max(written[before], lastRead[before]) < written[after]
                        || isOverwritten(before, after),
                        () -> name(after) + " overwrites " + name(before) + ", which is still needed");
            }
        }
    }

    /** Whether {@code after} takes the place of {@code before}; another kernel of the same launch was refused before. */
    private boolean isOverwritten(int before, int after) {
        Plan.Step step = writer[after];
        if (step == null || lastRead[before] != written[after]) {
            return false;
        }
        return writer[before] == step ? Accesses.isDoneWhenWritten(touches(step), before, after)
                : written[before] < written[after]
                        && Accesses.readsJustBeforeWriting(touches(step), before, after);
    }

    // ---- words

    private boolean isGiven(int slot) {
        return switch (plan.slots().get(slot).op()) {
            case Op.Input input -> true;
            case Op.Parameter parameter -> true;
            default -> plan.buffers().get(slot) instanceof Program.Buffer.Constant;
        };
    }

    /** Equal for slots in one array. */
    private Object place(int slot) {
        return plan.buffers().get(slot);
    }

    private int slot(Node node) {
        Integer slot = slotOf.get(node);
        if (slot == null) {
            throw InternalCompilerException.at(node, "no slot holds what the function gives");
        }
        return slot;
    }

    private String parameterName(int parameter) {
        return "the parameter " + parameters.get(parameter).name();
    }

    private String name(int slot) {
        Node node = plan.slots().get(slot);
        return "slot " + slot + " (" + (node.name() != null ? node.name() : node.op().word()) + ")";
    }

    private void require(boolean holds, Plan.Step step, Supplier<String> otherwise) {
        require(holds, () -> "kernel " + step.name() + " of launch " + step.launch() + " " + otherwise.get());
    }

    private void require(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw InternalCompilerException
                    .of("the plan of \"" + plan.function().name() + "\": " + otherwise.get());
        }
    }
}
