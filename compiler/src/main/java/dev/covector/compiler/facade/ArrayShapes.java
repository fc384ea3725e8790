package dev.covector.compiler.facade;

import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.Program;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the lengths of arrays tell the named dimensions of a function, one after the other.
 *
 * @param steps in an order in which each knows all names but its own
 */
record ArrayShapes(List<Step> steps) {
    /**
     * {@code name} is the number of elements of an input divided by the product of {@code others}, which are its other
     * extents.
     */
    record Step(String name, Program.Port input, List<Dim> others) {}

    /** Nothing if the lengths leave a dimension open, or an extent is computed from others. */
    static Optional<ArrayShapes> of(List<Program.Port> inputs) {
        Set<String> open = new HashSet<>();
        for (Program.Port input : inputs) {
            for (Dim dim : input.shape().dims()) {
                if (dim.isName()) {
                    open.add(dim.toString());
                } else if (!dim.isConstant()) {
                    return Optional.empty();
                }
            }
        }
        List<Step> steps = new ArrayList<>();
        while (!open.isEmpty()) {
            Step step = next(inputs, open);
            if (step == null) {
                return Optional.empty();
            }
            open.remove(step.name());
            steps.add(step);
        }
        return Optional.of(new ArrayShapes(List.copyOf(steps)));
    }

    private static @Nullable Step next(List<Program.Port> inputs, Set<String> open) {
        for (Program.Port input : inputs) {
            List<Dim> unknown = new ArrayList<>();
            List<Dim> others = new ArrayList<>();
            for (Dim dim : input.shape().dims()) {
                (dim.isName() && open.contains(dim.toString()) ? unknown : others).add(dim);
            }
            if (unknown.size() == 1 && others.stream().noneMatch(dim -> dim.isExactly(0))) {
                return new Step(unknown.getFirst().toString(), input, others);
            }
        }
        return null;
    }
}
