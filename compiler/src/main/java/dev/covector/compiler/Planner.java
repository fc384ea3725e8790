package dev.covector.compiler;

import dev.covector.compiler.emit.Emitter;
import dev.covector.compiler.emit.NestSizes;
import dev.covector.compiler.loop.Nest;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.Program;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Orders kernels in launches and gives buffers their memory.
 *
 * <p>A kernel runs as soon as what it reads is there, but a parameter is updated when nothing else reads its old
 * value any more, and nothing else can fail: then the update can be made in place. The memory of a temporary is used again once its
 * last reader is done, or by its last reader, which then overwrites each element just after reading it.
 */
final class Planner {
    /** How much of a method the parts of a kernel may take that none can hold: they read and write what they share. */
    private static final double PART_OF_A_METHOD = 0.8;

    private final Graph.Function function;
    private final List<Graph.Parameter> parameters;
    private final boolean separate;
    private final Roles roles;
    private final Buffers buffers;
    private final List<Nest> nests = new ArrayList<>();
    private final NestSizes sizes = new NestSizes();

    private Planner(Graph.Function function, List<Graph.Parameter> parameters, boolean separate) {
        this.function = function;
        this.parameters = parameters;
        this.separate = separate;
        this.roles = separate ? Roles.separate(function) : new Roles(function);
        this.buffers = new Buffers(roles);
    }

    /** {@code observer} is told of each stage when it is done: fusing, lowering, planning. */
    static Plan plan(Graph.Function function, List<Graph.Parameter> parameters, Consumer<Stage> observer) {
        return new Planner(function, parameters, false).run(observer);
    }

    /**
     * Each op has a kernel of its own, all that it reads is in memory until the call ends, and parameters keep their old
     * values until then.
     */
    static Plan separate(Graph.Function function, List<Graph.Parameter> parameters,
            Consumer<Stage> observer) {
        return new Planner(function, parameters, true).run(observer);
    }

    /** A kernel as loops, before its launch is known. */
    private record Draft(String name, Kernel kernel, Program.Task task, List<Integer> nests, Dim work,
            Cost cost, List<Accesses.Touch> touches, Set<Integer> reads, Set<Integer> writes,
            boolean canFail) {
        Draft(String name, Kernel kernel, Program.Task task, List<Integer> nests, Dim work, Cost cost,
                List<Accesses.Touch> touches, boolean canFail) {
            this(name, kernel, task, nests, work, cost, touches, Accesses.slots(touches, false),
                    Accesses.slots(touches, true), canFail);
        }
    }

    private Plan run(Consumer<Stage> observer) {
        Deque<Kernel> kernels = new ArrayDeque<>(separate ? Fusion.separate(function, roles)
                : Fusion.fuse(function, roles));
        observer.accept(Stage.FUSE);
        List<Draft> drafts = new ArrayList<>();
        while (!kernels.isEmpty()) {
            Kernel kernel = kernels.pop();
            Buffers.Mark mark = buffers.mark();
            int before = nests.size();
            String name = "k" + drafts.size() + "_" + KernelNames.of(kernel);
            Set<Node> stored = stored(kernel);
            List<Integer> numbers = new ArrayList<>();
            Program.Task task = lower(kernel, name, stored, numbers);
            List<Nest> made = nests.subList(before, nests.size());
            int size = kernel.members().size() == 1 ? 0 : made.stream().mapToInt(sizes::of).max().orElse(0);
            if (size < Emitter.METHOD_LIMIT) {
                drafts.add(new Draft(name, kernel, task, numbers, work(kernel),
                        Cost.of(kernel, stored, roles), Accesses.touches(task, made),
                        Accesses.canFail(made)));
            } else {
                made.clear();
                buffers.undo(mark);
                double part = PART_OF_A_METHOD * Emitter.METHOD_LIMIT / size;
                Fusion.split(kernel, part, roles).reversed().forEach(kernels::push);
            }
        }
        observer.accept(Stage.LOWER);
        // Every result and every input has a slot, also where no kernel asked for one.
        function.outputs().forEach(buffers::of);
        function.inputs().forEach(buffers::of);
        function.updates().forEach(update -> buffers.of(update.parameter()));

        int[] launch = launches(drafts);
        int count = 0;
        for (int number : launch) {
            count = Math.max(count, number + 1);
        }
        Map<Integer, Program.Buffer> places = new HashMap<>();
        List<Program.Commit> commits = placeLeavesAndUpdates(drafts, launch, places);
        List<Program.Storage> storages = placeTemporaries(drafts, launch, count, places);
        List<Plan.Step> steps = new ArrayList<>();
        for (int i = 0; i < drafts.size(); i++) {
            Draft draft = drafts.get(i);
            steps.add(new Plan.Step(draft.name(), draft.kernel(), launch[i], draft.task(), draft.nests(),
                    List.copyOf(draft.reads()), List.copyOf(draft.writes()), draft.work(),
                    draft.cost()));
        }
        steps.sort(Comparator.comparingInt(Plan.Step::launch));
        List<Program.Buffer> placed = new ArrayList<>();
        for (int slot = 0; slot < buffers.bySlot().size(); slot++) {
            placed.add(Objects.requireNonNull(places.get(slot)));
        }
        Plan plan = new Plan(function, steps, count, nests, buffers.bySlot(), placed, storages,
                Accesses.dims(nests), commits, buffers.reals(), buffers.integers(),
                List.copyOf(buffers.checks()), separate ? null : straight(steps), separate);
        PlanVerifier.verify(plan, parameters);
        observer.accept(Stage.PLAN);
        return plan;
    }

    private @Nullable Nest straight(List<Plan.Step> steps) {
        List<StraightLine.Run> runs = new ArrayList<>();
        for (Emitter.Run run : Plan.all(steps)) {
            runs.add(new StraightLine.Run(nests.get(run.nest()), run.extent()));
        }
        Set<Integer> kept = new HashSet<>();
        function.outputs().forEach(output -> kept.add(buffers.of(output).index()));
        return runs.isEmpty() ? null : StraightLine.of(runs, kept);
    }

    // ---- kernels to loops

    /** The members that must be in memory when the kernel is done. */
    private Set<Node> stored(Kernel kernel) {
        Set<Node> inside = new HashSet<>(kernel.members());
        Set<Node> stored = new LinkedHashSet<>();
        for (Node member : kernel.members()) {
            if (roles.isBuffered(member) || isReadElsewhere(member, inside)) {
                stored.add(member);
            }
        }
        return stored;
    }

    /** Adds the nests of a kernel, and their numbers to {@code numbers}. */
    private Program.Task lower(Kernel kernel, String name, Set<Node> stored, List<Integer> numbers) {
        try {
            return lowered(kernel, name, stored, numbers);
        } catch (RuntimeException e) {
            throw InternalCompilerException.in(kernel, name, e);
        }
    }

    private Program.Task lowered(Kernel kernel, String name, Set<Node> stored, List<Integer> numbers) {
        return switch (kernel.kind()) {
            case TILE -> {
                TileKernel.Lowered lowered = TileKernel.lower(name, kernel, stored, roles, buffers);
                int packA = packing(lowered.packA(), numbers);
                int packB = packing(lowered.packB(), numbers);
                int finish = add(lowered.finish());
                numbers.add(finish);
                Optional<Program.Task.InPlace> a = lowered.a().map(operand -> inPlace(operand, numbers));
                Optional<Program.Task.InPlace> b = lowered.b().map(operand -> inPlace(operand, numbers));
                yield new Program.Task.Contraction(lowered.dtype(), lowered.algorithm(), packA, packB,
                        finish, lowered.batch(), lowered.m(), lowered.n(), lowered.k(),
                        lowered.packsRows(), a, b, lowered.c());
            }
            case LOOP -> loop(LoopKernel.lower(name, kernel, stored, roles, buffers), numbers);
            case ALONE -> loop(LoneKernel.lower(name, kernel.members().getFirst(), roles, buffers), numbers);
        };
    }

    private int packing(Optional<Nest> nest, List<Integer> numbers) {
        if (nest.isEmpty()) {
            return -1;
        }
        numbers.add(add(nest.get()));
        return numbers.getLast();
    }

    private Program.Task.InPlace inPlace(InPlace operand, List<Integer> numbers) {
        numbers.add(add(operand.places()));
        return new Program.Task.InPlace(operand.slot(), numbers.getLast(), operand.run(), operand.step());
    }

    private Program.Task loop(LoopKernel.Lowered lowered, List<Integer> numbers) {
        numbers.add(add(lowered.nest()));
        return new Program.Task.Loop(numbers.getFirst(), lowered.extent());
    }

    private int add(Nest nest) {
        nests.add(nest);
        return nests.size() - 1;
    }

    private boolean isReadElsewhere(Node member, Set<Node> inside) {
        Set<Node> seen = new HashSet<>();
        List<Node> open = new ArrayList<>(roles.users(member));
        while (!open.isEmpty()) {
            Node user = open.removeLast();
            if (seen.add(user)) {
                if (!roles.isMember(user)) {
                    open.addAll(roles.users(user));
                } else if (!inside.contains(user)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Dim work(Kernel kernel) {
        return kernel.members().stream().map(Cost::work).reduce(Dim.of(0), Dim::plus);
    }

    // ---- launches

    private int[] launches(List<Draft> drafts) {
        Map<Integer, Integer> writer = new HashMap<>();
        int[] launch = new int[drafts.size()];
        for (int i = 0; i < drafts.size(); i++) {
            Draft draft = drafts.get(i);
            launch[i] = behindOperands(draft, i, writer, launch);
            for (int slot : draft.writes()) {
                writer.put(slot, i);
            }
        }
        Set<Integer> updating = updating(drafts);
        Map<Integer, Integer> behindReaders = new HashMap<>();
        int behindFailures = 0;
        for (int i = 0; i < drafts.size(); i++) {
            if (!updating.contains(i)) {
                int next = launch[i] + 1;
                drafts.get(i).reads().forEach(slot -> behindReaders.merge(slot, next, Math::max));
                behindFailures = drafts.get(i).canFail() ? Math.max(behindFailures, next) : behindFailures;
            }
        }
        Map<Integer, Integer> oldOf = new HashMap<>();
        function.updates().forEach(update -> oldOf.put(buffers.of(update.value()).index(),
                buffers.of(update.parameter()).index()));
        for (int i : updating) {
            Draft draft = drafts.get(i);
            launch[i] = Math.max(behindFailures, behindOperands(draft, i, writer, launch));
            for (int slot : draft.writes()) {
                launch[i] = Math.max(launch[i],
                        behindReaders.getOrDefault(oldOf.getOrDefault(slot, -1), 0));
            }
        }
        return launch;
    }

    /** The first launch in which all is there that a kernel reads. */
    private static int behindOperands(Draft draft, int number, Map<Integer, Integer> writer, int[] launch) {
        int earliest = 0;
        for (int slot : draft.reads()) {
            Integer producer = writer.get(slot);
            if (producer != null && producer != number) {
                earliest = Math.max(earliest, launch[producer] + 1);
            }
        }
        return earliest;
    }

    /** The kernels that only serve to give parameters their new values, by their number. */
    private Set<Integer> updating(List<Draft> drafts) {
        Set<Integer> updating = new TreeSet<>();
        Set<Integer> readByOthers = new HashSet<>();
        for (int i = drafts.size() - 1; i >= 0; i--) {
            Draft draft = drafts.get(i);
            if (draft.writes().stream().allMatch(slot -> roles.isUpdateOnly(buffers.bySlot().get(slot))
                    && !readByOthers.contains(slot))) {
                updating.add(i);
            } else {
                readByOthers.addAll(draft.reads());
            }
        }
        return updating;
    }

    // ---- memory

    private List<Program.Commit> placeLeavesAndUpdates(List<Draft> drafts, int[] launch,
            Map<Integer, Program.Buffer> places) {
        Map<Node, Integer> inputNumber = new HashMap<>();
        function.inputs().forEach(node -> inputNumber.put(node, inputNumber.size()));
        Map<Node, Integer> parameterNumber = new HashMap<>();
        for (int i = 0; i < parameters.size(); i++) {
            parameterNumber.put(parameters.get(i).node(), i);
        }
        List<Node> bySlot = buffers.bySlot();
        for (int slot = 0; slot < bySlot.size(); slot++) {
            Node node = bySlot.get(slot);
            switch (node.op()) {
                case Op.Input input -> places.put(slot,
                        new Program.Buffer.Input(Objects.requireNonNull(inputNumber.get(node))));
                case Op.Parameter parameter -> places.put(slot,
                        new Program.Buffer.Held(Objects.requireNonNull(parameterNumber.get(node))));
                case Op.Constant constant when roles.of(node) == Roles.Role.LEAF ->
                        places.put(slot, new Program.Buffer.Constant(constant.value().tensor()));
                default -> {
                }
            }
        }
        List<Program.Commit> commits = new ArrayList<>();
        Uses uses = Uses.of(drafts);
        Set<Node> results = new HashSet<>(function.results().values());
        for (Graph.Update update : function.updates()) {
            int parameter = Objects.requireNonNull(parameterNumber.get(update.parameter()));
            int old = buffers.of(update.parameter()).index();
            int fresh = buffers.of(update.value()).index();
            if (!separate && !results.contains(update.value())
                    && canUpdateInPlace(update, old, fresh, drafts, uses, launch)) {
                places.put(fresh, new Program.Buffer.Held(parameter));
            } else {
                commits.add(new Program.Commit(fresh, parameter));
            }
        }
        return commits;
    }

    /** Whether every read of the old value is done before the new one is written over it, index by index. */
    private boolean canUpdateInPlace(Graph.Update update, int old, int fresh, List<Draft> drafts, Uses uses,
            int[] launch) {
        Integer writing = uses.writer().get(fresh);
        if (writing == null || buffers.holder(update.value()) != update.value()) {
            return false;
        }
        return isLastReader(writing, old, uses, launch)
                && Accesses.readsJustBeforeWriting(drafts.get(writing).touches(), old, fresh);
    }

    /** Whether all others that read a slot do so in an earlier launch. */
    private static boolean isLastReader(int draft, int slot, Uses uses, int[] launch) {
        for (int reader : uses.readers().getOrDefault(slot, List.of())) {
            if (reader != draft && launch[reader] >= launch[draft]) {
                return false;
            }
        }
        return true;
    }

    /** Per slot, the numbers of the drafts that use it. */
    private record Uses(Map<Integer, Integer> writer, Map<Integer, List<Integer>> readers) {
        static Uses of(List<Draft> drafts) {
            Uses uses = new Uses(new HashMap<>(), new HashMap<>());
            for (int i = 0; i < drafts.size(); i++) {
                for (int slot : drafts.get(i).writes()) {
                    uses.writer.put(slot, i);
                }
                for (int slot : drafts.get(i).reads()) {
                    uses.readers.computeIfAbsent(slot, key -> new ArrayList<>()).add(i);
                }
            }
            return uses;
        }
    }

    private List<Program.Storage> placeTemporaries(List<Draft> drafts, int[] launch, int launches,
            Map<Integer, Program.Buffer> places) {
        int slots = buffers.bySlot().size();
        int[] first = new int[slots];
        int[] last = new int[slots];
        Arrays.fill(first, launches);
        Arrays.fill(last, -1);
        for (int i = 0; i < drafts.size(); i++) {
            for (int slot : drafts.get(i).writes()) {
                first[slot] = Math.min(first[slot], launch[i]);
                last[slot] = Math.max(last[slot], launch[i]);
            }
            for (int slot : drafts.get(i).reads()) {
                last[slot] = Math.max(last[slot], launch[i]);
            }
        }
        if (separate) {
            Arrays.fill(first, 0);
            Arrays.fill(last, launches);
        }
        // Results, and what is copied to parameters, must outlive the last launch.
        for (Node output : function.outputs()) {
            last[buffers.of(output).index()] = launches;
        }
        Map<Integer, Integer> successor = successors(drafts, launch, last, places);
        Set<Integer> successors = new HashSet<>(successor.values());
        Map<Integer, Integer> number = new HashMap<>();
        List<Storages.Wanted> wanted = new ArrayList<>();
        for (int slot = 0; slot < slots; slot++) {
            if (places.containsKey(slot) || successors.contains(slot)) {
                continue;
            }
            int end = slot;
            for (Integer next = slot; next != null; next = successor.get(next)) {
                number.put(next, wanted.size());
                end = next;
            }
            Node node = buffers.bySlot().get(slot);
            wanted.add(new Storages.Wanted(node.type().dtype(), node.type().shape().size(), first[slot],
                    Math.max(last[end], first[end])));
        }
        Storages storages = Storages.of(wanted);
        number.forEach((slot, value) -> places.put(slot, new Program.Buffer.Own(storages.of(value))));
        return storages.all();
    }

    /** The temporaries that a kernel can overwrite, index by index, with what it makes of them: the slot by the old one's. */
    private Map<Integer, Integer> successors(List<Draft> drafts, int[] launch, int[] last,
            Map<Integer, Program.Buffer> places) {
        Uses uses = Uses.of(drafts);
        Map<Integer, Integer> successor = new HashMap<>();
        for (int i = 0; i < drafts.size(); i++) {
            Draft draft = drafts.get(i);
            for (int fresh : draft.writes()) {
                for (int old : draft.reads()) {
                    if (last[old] == launch[i] && old != fresh && !places.containsKey(old)
                            && !places.containsKey(fresh)
                            && !successor.containsKey(old) && sameLength(old, fresh)
                            && isLastReader(i, old, uses, launch)
                            && (draft.writes().contains(old)
                                    ? Accesses.isDoneWhenWritten(draft.touches(), old, fresh)
                                    : Accesses.readsJustBeforeWriting(draft.touches(), old, fresh))) {
                        successor.put(old, fresh);
                        break;
                    }
                }
            }
        }
        return successor;
    }

    private boolean sameLength(int slot, int other) {
        Node node = buffers.bySlot().get(slot);
        Node otherNode = buffers.bySlot().get(other);
        return node.type().dtype() == otherNode.type().dtype()
                && node.type().shape().size().equals(otherNode.type().shape().size());
    }
}
