package dev.covector.compiler;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.SourceLine;
import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What profiles say of a plan's tasks, in the order in which they are in its launches. */
final class KernelNotes {
    private KernelNotes() {}

    static List<Program.Kernel> of(Plan plan) {
        if (plan.isOneTask()) {
            return List.of(note(plan.steps().size() == 1 ? plan.steps().getFirst().name()
                    : "all " + plan.steps().size() + " kernels as one", plan.steps()));
        }
        List<Program.Kernel> notes = new ArrayList<>();
        for (List<Plan.Step> launch : plan.byLaunch()) {
            launch.forEach(step -> notes.add(note(step.name(), List.of(step))));
        }
        return notes;
    }

    private static Program.Kernel note(String name, List<Plan.Step> steps) {
        Dim flops = Dim.of(0);
        Dim bytes = Dim.of(0);
        Map<String, Set<String>> ops = new LinkedHashMap<>();
        Map<String, Dim> work = new LinkedHashMap<>();
        for (Plan.Step step : steps) {
            flops = flops.plus(step.cost().flops());
            bytes = bytes.plus(step.cost().bytes());
            for (Node member : step.kernel().members()) {
                SourceLine line = member.line();
                String place = line == null ? "" : line.toString();
                ops.computeIfAbsent(place, key -> new LinkedHashSet<>()).add(KernelNames.word(member));
                work.merge(place, Cost.work(member), Dim::plus);
            }
        }
        List<Program.Line> lines = new ArrayList<>();
        work.forEach((place, of) -> lines
                .add(new Program.Line(place, List.copyOf(ops.getOrDefault(place, Set.of())), of)));
        return new Program.Kernel(name, flops, bytes, lines);
    }
}
