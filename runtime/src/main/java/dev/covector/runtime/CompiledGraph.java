package dev.covector.runtime;

import dev.covector.runtime.kernel.DoubleGemm;
import dev.covector.runtime.kernel.FloatGemm;
import dev.covector.runtime.kernel.Program;
import dev.covector.runtime.kernel.Watch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph as code, without values: any number of sessions can run it. Immutable, but for what the JVM learns
 * about the code: a second session finds it warm.
 */
public final class CompiledGraph {
    private final Program program;
    private final Map<String, LinkedFunction> functions = new LinkedHashMap<>();
    private final LinkedFunction initial;
    private final boolean watched;

    private CompiledGraph(Program program, List<Watch> watches) {
        this.program = program;
        this.watched = !watches.isEmpty();
        for (Program.Function function : program.functions()) {
            functions.put(function.name(),
                    new LinkedFunction(function, watched ? watches.get(functions.size()) : null));
            warm(function);
        }
        this.initial = new LinkedFunction(program.initial(), watched ? watches.getLast() : null);
    }

    /**
     * What the compiler, or a class that was compiled ahead of time, makes of its program.
     *
     * @throws IllegalArgumentException if a function depends on a named dimension that is not the extent of
     *     an axis of any of its inputs
     */
    public static CompiledGraph of(Program program) {
        return new CompiledGraph(program, List.of());
    }

    /**
     * A graph whose calls are watched.
     *
     * @param watches of each function, and then of the one that gives parameters their first values
     * @throws IllegalArgumentException if that is not their number, or as {@link #of}
     */
    public static CompiledGraph watched(Program program, List<Watch> watches) {
        if (watches.size() != program.functions().size() + 1) {
            throw new IllegalArgumentException(
                    watches.size() + " watches for " + program.functions().size() + " functions");
        }
        return new CompiledGraph(program, watches);
    }

    /** The compiler has started the same as a rule; what was compiled ahead of time comes without it. */
    private static void warm(Program.Function function) {
        if (!function.code().hasVector()) {
            return;
        }
        for (Program.Launch launch : function.launches()) {
            for (Program.Task task : launch.tasks()) {
                if (task instanceof Program.Task.Contraction contraction) {
                    if (contraction.dtype() == DType.FLOAT64) {
                        DoubleGemm.warm();
                    } else {
                        FloatGemm.warm();
                    }
                }
            }
        }
    }

    /** A session with parameters of its own, whose initial and random values all follow from {@code seed}. */
    public Session newSession(long seed) {
        return newSession(seed, SessionOptions.defaults());
    }

    /**
     * A session with options.
     *
     * @throws IllegalStateException if they ask for {@link Flavour#VECTOR}, which this JVM or this graph
     *     lacks
     */
    public Session newSession(long seed, SessionOptions options) {
        return new Session(this, seed, options);
    }

    /** The name of the graph. */
    public String name() {
        return program.name();
    }

    /** The names of the functions, in the order of the graph. */
    public List<String> functionNames() {
        return List.copyOf(functions.keySet());
    }

    /**
     * The names of a function's inputs.
     *
     * @throws CallException if there is no such function
     */
    public List<String> inputNames(String function) {
        return function(function).inputNames();
    }

    /**
     * The names of a function's results.
     *
     * @throws CallException if there is no such function
     */
    public List<String> resultNames(String function) {
        return function(function).resultNames();
    }

    Program program() {
        return program;
    }

    /** Whether calls are watched. */
    boolean isWatched() {
        return watched;
    }

    /** Refuses a flavour that a function lacks. */
    void require(Flavour flavour) {
        for (Program.Function function : program.functions()) {
            if (flavour == Flavour.VECTOR && !function.code().hasVector() && !function.launches().isEmpty()) {
                throw new IllegalStateException(
                        "Flavour.VECTOR: function \"" + function.name() + "\" of graph \""
                                + name() + "\" was compiled without vector code");
            }
        }
    }

    LinkedFunction initial() {
        return initial;
    }

    LinkedFunction function(String name) {
        LinkedFunction function = functions.get(name);
        if (function == null) {
            throw new CallException("graph \"" + name() + "\" has no function \"" + name + "\"; "
                    + (functions.isEmpty() ? "it has none"
                            : "it has " + String.join(", ", functions.keySet())));
        }
        return function;
    }
}
