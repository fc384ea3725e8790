package dev.covector.compiler;

import dev.covector.compiler.emit.Disassembly;
import dev.covector.compiler.loop.LoopPrinter;
import dev.covector.compiler.loop.Nest;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.Type;
import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.Program;
import dev.covector.runtime.kernel.VectorSupport;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes an {@link Explanation} of a compilation: tells what it holds, in public terms. */
final class Explainer {
    private Explainer() {}

    static Explanation explain(Compilation compilation) {
        List<Explanation.Stage> stages = List.of(
                Correspondence.first("source", compilation.source()),
                Correspondence.stage("simplified", compilation.source(), compilation.simplified()),
                Correspondence.stage("differentiated", compilation.simplified(),
                        compilation.differentiated()),
                Correspondence.stage("simplified-again", compilation.differentiated(),
                        compilation.simplifiedAgain()),
                Correspondence.stage("specialised", compilation.simplifiedAgain(),
                        compilation.specialised()));
        return new Explanation(compilation.source().name(), stages,
                compilation.functions().stream().map(Explainer::function).toList());
    }

    private static Explanation.Function function(Compilation.Compiled compiled) {
        Plan plan = compiled.plan();
        Roles roles = new Roles(plan.function());
        Map<String, String> scalar = Disassembly.methods(compiled.scalar());
        int bits = VectorSupport.bits();
        Map<String, String> vector = bits == 0 ? Map.of() : Disassembly.methods(compiled.vector(bits));
        List<Explanation.Kernel> kernels = new ArrayList<>();
        for (Plan.Step step : plan.steps()) {
            List<Nest> nests = step.nests().stream().map(plan.nests()::get).toList();
            List<Nest> methods = plan.straight() != null ? List.of()
                    : step.nests().stream().map(n -> plan.nests().get(compiled.methods().model(n))).toList();
            kernels.add(new Explanation.Kernel(step.name(), kind(step.kernel()), step.launch(),
                    step.kernel().members(), inlined(step.kernel(), roles), decisions(step.kernel()),
                    step.reads(), step.writes(), step.cost().flops(), step.cost().read(),
                    step.cost().written(), code(nests, methods, scalar, vector)));
        }
        Explanation.Execution execution = execution(plan);
        Optional<Explanation.Code> whole = execution == Explanation.Execution.STRAIGHT_LINE
                ? Optional.of(code(compiled.methods().nests(), compiled.methods().nests(), scalar, vector))
                : Optional.empty();
        return new Explanation.Function(compiled.name(), plan.function(), execution, kernels, plan.launches(),
                buffers(plan), arrays(plan),
                plan.commits().stream()
                        .map(commit -> new Explanation.Commit(commit.slot(), commit.parameter())).toList(),
                whole);
    }

    private static Explanation.Execution execution(Plan plan) {
        return plan.straight() != null ? Explanation.Execution.STRAIGHT_LINE
                : plan.whole().isEmpty() ? Explanation.Execution.LAUNCHES
                : Explanation.Execution.ONE_AFTER_THE_OTHER;
    }

    // ---- kernels

    private static Explanation.KernelKind kind(Kernel kernel) {
        return switch (kernel.kind()) {
            case LOOP -> Explanation.KernelKind.LOOP;
            case TILE -> Explanation.KernelKind.TILE;
            case ALONE -> Explanation.KernelKind.ALONE;
        };
    }

    /** What is computed wherever a member reads it, in topological order. */
    private static List<Node> inlined(Kernel kernel, Roles roles) {
        Set<Node> seen = new HashSet<>();
        Deque<Node> open = new ArrayDeque<>();
        kernel.members().forEach(member -> open.addAll(member.inputs()));
        while (!open.isEmpty()) {
            Node node = open.pop();
            if (roles.of(node) == Roles.Role.INLINE && seen.add(node)) {
                open.addAll(node.inputs());
            }
        }
        List<Node> inlined = new ArrayList<>(seen);
        inlined.sort(Comparator.comparingInt(Node::id));
        return inlined;
    }

    /** Each once, in the order in which they were made. */
    private static List<Explanation.Decision> decisions(Kernel kernel) {
        return List.copyOf(new LinkedHashSet<>(kernel.decisions()));
    }

    /** The nests, and the methods that they run, of which some may be those of other nests. */
    private static Explanation.Code code(List<Nest> nests, List<Nest> methods, Map<String, String> scalar,
            Map<String, String> vector) {
        return new Explanation.Code(LoopPrinter.print(nests, List.of()).text(), methods(methods, scalar),
                methods(methods, vector));
    }

    private static String methods(List<Nest> nests, Map<String, String> texts) {
        return nests.stream().filter(nest -> texts.containsKey(nest.name()))
                .map(nest -> nest.name() + "\n" + texts.get(nest.name())).collect(Collectors.joining("\n"));
    }

    // ---- memory

    private static List<Explanation.Buffer> buffers(Plan plan) {
        int count = plan.slots().size();
        int[] first = new int[count];
        int[] last = new int[count];
        boolean[] written = new boolean[count];
        for (Plan.Step step : plan.steps()) {
            for (int slot : step.writes()) {
                first[slot] = written[slot] ? Math.min(first[slot], step.launch()) : step.launch();
                written[slot] = true;
                last[slot] = Math.max(last[slot], step.launch());
            }
            for (int slot : step.reads()) {
                last[slot] = Math.max(last[slot], step.launch());
            }
        }
        Set<Node> outputs = new HashSet<>(plan.function().outputs());
        List<Explanation.Buffer> buffers = new ArrayList<>();
        for (int slot = 0; slot < count; slot++) {
            Node node = plan.slots().get(slot);
            buffers.add(switch (plan.buffers().get(slot)) {
                case Program.Buffer.Input input -> buffer(node, Explanation.Buffer.Place.INPUT, input.input(),
                        0, plan.launches());
                case Program.Buffer.Held held -> buffer(node, Explanation.Buffer.Place.PARAMETER,
                        held.parameter(), first[slot], plan.launches());
                case Program.Buffer.Constant constant ->
                        buffer(node, Explanation.Buffer.Place.CONSTANT, 0, 0, plan.launches());
                case Program.Buffer.Own own -> buffer(node, Explanation.Buffer.Place.ARRAY, own.storage(),
                        first[slot], isResult(node, outputs, plan) ? plan.launches() : last[slot]);
            });
        }
        return buffers;
    }

    /** Whether what {@code holder} has in memory is needed when the launches are done. */
    private static boolean isResult(Node holder, Set<Node> outputs, Plan plan) {
        return outputs.contains(holder) || plan.function().outputs().stream().anyMatch(output -> {
            Node at = output;
            while (at != holder && at.op() instanceof Op.Reshape) {
                at = at.input(0);
            }
            return at == holder;
        });
    }

    private static Explanation.Buffer buffer(Node node, Explanation.Buffer.Place place, int index, int first,
            int last) {
        return new Explanation.Buffer(node, place, index, bytes(node), first, last);
    }

    private static Dim bytes(Node node) {
        Type type = node.type();
        return type.shape().size().times(type.dtype().bytes());
    }

    private static List<Explanation.Array> arrays(Plan plan) {
        return plan.storages().stream().map(storage -> new Explanation.Array(storage.dtype(),
                storage.lengths().stream().map(length -> length.times(storage.dtype().bytes())).toList()))
                .toList();
    }
}
