package dev.covector.compiler;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.SourceLine;
import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.Algorithm;
import dev.covector.runtime.kernel.Program;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Plans as text: which kernels run when and why they are what they are, and where buffers are in memory. */
final class PlanText {
    private PlanText() {}

    /** The comment above each nest of the listing. */
    static List<List<String>> headers(Plan plan) {
        Map<Integer, List<String>> headers = new TreeMap<>();
        for (Plan.Step step : plan.steps()) {
            List<String> lines = new ArrayList<>();
            Set<String> places = new LinkedHashSet<>();
            for (Node member : step.kernel().members()) {
                SourceLine line = member.line();
                if (line != null) {
                    places.add(line.toString());
                }
            }
            lines.add("computes " + step.kernel().members().stream().map(PlanText::describe)
                    .collect(Collectors.joining(", ")));
            // Always a line, so that the classes' line numbers don't depend on whether the user's are known.
            lines.add("for " + (places.isEmpty() ? "no known line" : String.join(", ", places)));
            step.kernel().decisions().stream().map(Explanation.Decision::toString).distinct()
                    .forEach(lines::add);
            headers.put(step.nests().getFirst(), lines);
        }
        if (plan.straight() != null) {
            return List.of(headers.values().stream().flatMap(List::stream).toList());
        }
        List<List<String>> inOrder = new ArrayList<>();
        for (int nest = 0; nest < plan.nests().size(); nest++) {
            inOrder.add(headers.getOrDefault(nest, List.of()));
        }
        return inOrder;
    }

    private static String describe(Node node) {
        return Explanation.label(node) + ": " + node.type();
    }

    /** Launches with their kernels, in short: what golden listings hold. */
    static String launches(Plan plan) {
        StringBuilder text = new StringBuilder();
        if (plan.straight() != null) {
            text.append("all in one nest without loops\n");
        } else if (!plan.whole().isEmpty()) {
            text.append("all in one nest, one after the other\n");
        }
        List<List<Plan.Step>> launches = plan.byLaunch();
        for (int number = 0; number < launches.size(); number++) {
            text.append("launch ").append(number).append('\n');
            for (Plan.Step step : launches.get(number)) {
                text.append("  ").append(step.name()).append(": ").append(task(step.task())).append('\n');
                text.append("    reads ").append(labels(plan, step.reads())).append('\n');
                text.append("    writes ").append(labels(plan, step.writes())).append('\n');
            }
        }
        for (Program.Commit commit : plan.commits()) {
            text.append("then copies ").append(Explanation.label(plan.slots().get(commit.slot())))
                    .append(" to parameter ")
                    .append(commit.parameter()).append('\n');
        }
        return text.toString();
    }

    private static String task(Program.Task task) {
        return switch (task) {
            case Program.Task.Loop loop -> "loop over " + loop.extent();
            case Program.Task.Contraction c ->
                    "contraction " + how(c.algorithm())
                            + (c.batch().isExactly(1) ? "" : c.batch() + " times ") + c.m()
                            + "x" + c.k() + "x" + c.n();
        };
    }

    private static String how(Algorithm algorithm) {
        return switch (algorithm) {
            case DIRECT -> "";
            case LANES -> "by lanes ";
            case WINOGRAD, WINOGRAD_GRADIENT -> "by Winograd ";
        };
    }

    private static String labels(Plan plan, List<Integer> slots) {
        return slots.stream().map(slot -> Explanation.label(plan.slots().get(slot)))
                .collect(Collectors.joining(", "));
    }

    /** The launches, and the memory: each buffer's place, each array's length, and the bytes of all. */
    static String print(Plan plan) {
        StringBuilder text = new StringBuilder("# function ").append(plan.function().name()).append("\n\n");
        text.append(launches(plan)).append("\nbuffers\n");
        for (int slot = 0; slot < plan.slots().size(); slot++) {
            text.append("  ").append(describe(plan.slots().get(slot))).append(" in ")
                    .append(switch (plan.buffers()
                            .get(slot)) {
                        case Program.Buffer.Input input -> "the input's array";
                        case Program.Buffer.Held held -> "parameter " + held.parameter() + "'s array";
                        case Program.Buffer.Constant constant -> "the graph's data";
                        case Program.Buffer.Own own -> "array " + own.storage();
                    }).append('\n');
        }
        text.append("\narrays of a call\n");
        Dim fixed = Dim.of(0);
        List<String> open = new ArrayList<>();
        for (int number = 0; number < plan.storages().size(); number++) {
            Program.Storage storage = plan.storages().get(number);
            Set<String> bytes = new TreeSet<>();
            for (Dim length : storage.lengths()) {
                bytes.add(length.times(storage.dtype().bytes()).toString());
            }
            String size =
                    bytes.size() == 1 ? bytes.iterator().next() : "max(" + String.join(", ", bytes) + ")";
            text.append("  array ").append(number).append(": ").append(storage.dtype()).append(", ")
                    .append(size)
                    .append(" bytes\n");
            if (storage.lengths().size() == 1) {
                fixed = fixed.plus(storage.lengths().getFirst().times(storage.dtype().bytes()));
            } else {
                open.add(size);
            }
        }
        text.append("peak: ").append(fixed);
        open.forEach(size -> text.append(" + ").append(size));
        return text.append(" bytes, besides inputs and parameters\n").toString();
    }
}
