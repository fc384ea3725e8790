package dev.covector.runtime;

import dev.covector.runtime.kernel.Program;
import dev.covector.runtime.kernel.Watch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A function of a compiled graph, prepared as far as all its calls in all sessions can share: names by their
 * index, dimensions as formulas.
 */
final class LinkedFunction {
    final Program.Function function;
    /** Looks at what calls compute. */
    final @Nullable Watch watch;
    /** The named dimensions that a call binds. */
    final List<String> names = new ArrayList<>();
    final InputPort[] inputs;
    /** The extents of each result. */
    final Formula[][] results;
    /** The dimensions of {@link Program.Function#requirements}. */
    final Formula[] requirements;
    /** {@link Program.Function#dims}. */
    final Formula[] dims;
    /** The lengths that each of {@link Program.Function#storages} must have. */
    final Formula[][] storages;
    /** {@link Program.Nest#numbers} of each nest. */
    final long[][] numbers;

    private final Map<String, Integer> inputIndices = new LinkedHashMap<>();
    private final Map<String, Integer> resultIndices = new LinkedHashMap<>();

    LinkedFunction(Program.Function function, @Nullable Watch watch) {
        this.function = function;
        this.watch = watch;
        for (Program.Port input : function.inputs()) {
            inputIndices.put(input.name(), inputIndices.size());
            for (Dim dim : input.shape().dims()) {
                if (dim.isName() && !names.contains(dim.toString())) {
                    names.add(dim.toString());
                }
            }
        }
        for (Program.Port result : function.results()) {
            resultIndices.put(result.name(), resultIndices.size());
        }
        inputs = function.inputs().stream().map(port -> new InputPort(function.name(), port, names))
                .toArray(InputPort[]::new);
        results = function.results().stream().map(port -> formulas(port.shape().dims()))
                .toArray(Formula[][]::new);
        requirements = formulas(function.requirements());
        dims = formulas(function.dims());
        storages = function.storages().stream().map(storage -> formulas(storage.lengths()))
                .toArray(Formula[][]::new);
        numbers = function.nests().stream()
                .map(nest -> nest.numbers().stream().mapToLong(Long::longValue).toArray())
                .toArray(long[][]::new);
    }

    String name() {
        return function.name();
    }

    Formula formula(Dim dim) {
        return dim.formula(names);
    }

    private Formula[] formulas(List<Dim> list) {
        return list.stream().map(this::formula).toArray(Formula[]::new);
    }

    List<String> inputNames() {
        return List.copyOf(inputIndices.keySet());
    }

    List<String> resultNames() {
        return List.copyOf(resultIndices.keySet());
    }

    int input(String name) {
        return index(inputIndices, "input", name);
    }

    int result(String name) {
        return index(resultIndices, "result", name);
    }

    private int index(Map<String, Integer> indices, String kind, String name) {
        Integer index = indices.get(name);
        if (index == null) {
            throw new CallException("function \"" + name() + "\" has no " + kind + " \"" + name + "\"; "
                    + (indices.isEmpty() ? "it has none" : "it has " + String.join(", ", indices.keySet())));
        }
        return index;
    }

    /** Whether a session that asks for this flavour runs vector code, at once or later. */
    boolean vector(Flavour flavour) {
        return flavour != Flavour.SCALAR && function.code().hasVector();
    }
}
