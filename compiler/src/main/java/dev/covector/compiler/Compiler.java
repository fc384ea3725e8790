package dev.covector.compiler;

import dev.covector.graph.Graph;
import dev.covector.graph.GraphException;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.Requirement;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.DType;
import dev.covector.runtime.kernel.DoubleGemm;
import dev.covector.runtime.kernel.FloatGemm;
import dev.covector.runtime.kernel.FunctionCode;
import dev.covector.runtime.kernel.Program;
import dev.covector.runtime.kernel.VectorSupport;
import dev.covector.runtime.kernel.Watch;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Compiles graphs to classes of this JVM.
 *
 * <pre>{@code
 * Session session = Compiler.compile(graph).newSession(42);
 * }</pre>
 *
 * <p>A graph equal to one compiled before, but for its name, the names of values and the user's lines, gets the same code
 * in less than a millisecond; {@link #cacheStatistics} counts. What is remembered of a graph that nobody uses any longer is
 * bounded, and the garbage collector's to take.
 *
 * <p>The passes in their order: simplify, differentiate, simplify, specialise; then, per function: fuse, lower, plan,
 * emit. {@link CompilerOptions#dumpTo} shows what each made.
 */
public final class Compiler {
    private static final CompileCache CACHE = new CompileCache();

    private Compiler() {}

    /** Compiles all functions of a graph. */
    public static CompiledGraph compile(Graph graph) {
        return compile(graph, CompilerOptions.defaults());
    }

    /**
     * Compiles all functions of a graph.
     *
     * @throws UncheckedIOException      if a dump can't be written
     * @throws InternalCompilerException if Covector has a bug that this graph shows
     */
    public static CompiledGraph compile(Graph graph, CompilerOptions options) {
        return compile(graph, options, CACHE);
    }

    /**
     * What {@link #compile} makes of a graph, stage by stage, and why. Nothing is defined in this JVM or remembered.
     *
     * @throws InternalCompilerException if Covector has a bug that this graph shows
     */
    public static Explanation explain(Graph graph) {
        try {
            return Explainer.explain(Compilation.of(graph));
        } catch (GraphException e) {
            throw e;
        } catch (RuntimeException e) {
            throw InternalCompilerException.compiling(graph, e);
        }
    }

    /** How often {@link #compile} was asked for a graph like one before, and what it remembers. */
    public static CacheStatistics cacheStatistics() {
        return CACHE.statistics();
    }

    static CompiledGraph compile(Graph graph, CompilerOptions options, CompileCache cache) {
        try {
            if (options.checks() != CompilerOptions.Checked.NOTHING) {
                return checked(graph, options, cache);
            }
            CompileCache.Key key = CompileCache.Key.of(graph);
            // A dump shows each stage, with the graph's own names and lines.
            Program known = options.dump() != null ? null : cache.find(key, graph);
            if (known != null) {
                return CompiledGraph.of(known);
            }
            warmTiles(graph);
            Compilation compilation = Compilation.of(graph);
            if (options.dump() != null) {
                Dump.write(compilation, options.dump());
            }
            Program program = program(compilation, cache);
            CompiledGraph compiled = CompiledGraph.of(program);
            cache.add(key, program);
            return compiled;
        } catch (GraphException | UncheckedIOException e) {
            throw e;
        } catch (RuntimeException e) {
            throw InternalCompilerException.compiling(graph, e);
        }
    }

    /** Nothing of this is remembered but the code. */
    private static CompiledGraph checked(Graph graph, CompilerOptions options, CompileCache cache) {
        Compilation compilation = Compilation.separate(graph);
        if (options.dump() != null) {
            Dump.write(compilation, options.dump());
        }
        boolean infinities = options.checks() == CompilerOptions.Checked.NAN_AND_INFINITY;
        return CompiledGraph.watched(program(compilation, cache),
                compilation.functions().stream().<Watch>map(compiled -> new CheckedCalls(compiled.name(),
                        compiled.plan(), graph, infinities)).toList());
    }

    /** In a cold JVM the shared tiles take about as long to become fast as a graph to compile: so at once. */
    private static void warmTiles(Graph graph) {
        Set<DType> types = Specialise.tileTypes(graph);
        if (types.contains(DType.FLOAT32)) {
            FloatGemm.warm();
        }
        if (types.contains(DType.FLOAT64)) {
            DoubleGemm.warm();
        }
    }

    static Program program(Compilation compilation, CompileCache cache) {
        return program(compilation, compiled -> load(compiled, cache));
    }

    /** The program over the code that {@code code} makes of each function. */
    static Program program(Compilation compilation, Function<Compilation.Compiled, FunctionCode> code) {
        Graph graph = compilation.specialised();
        List<Program.Parameter> parameters = graph.parameters().stream().map(
                p -> new Program.Parameter(p.name(), p.node().type().dtype(), p.node().type().shape(),
                        p.trainable()))
                .toList();
        List<Program.Function> functions = new ArrayList<>();
        for (Compilation.Compiled compiled : compilation.functions()) {
            functions.add(function(compiled, graph, code.apply(compiled)));
        }
        // The function that gives parameters their first values is compiled like the others, and comes last.
        return new Program(graph.name(), parameters, functions.subList(0, functions.size() - 1),
                functions.getLast());
    }

    private static Program.Function function(Compilation.Compiled compiled, Graph graph,
            FunctionCode code) {
        Plan plan = compiled.plan();
        Map<Node, Integer> slot = new LinkedHashMap<>();
        for (int i = 0; i < plan.slots().size(); i++) {
            slot.put(plan.slots().get(i), i);
        }
        List<Program.Port> inputs = plan.function().inputs().stream()
                .map(node -> port(((Op.Input) node.op()).name(), node, slot.getOrDefault(node, -1))).toList();
        List<Program.Port> results = new ArrayList<>();
        plan.function().results()
                .forEach((name, node) -> results.add(port(name, node, slot.getOrDefault(node, -1))));
        Map<Node, Integer> parameter = new HashMap<>();
        graph.parameters().forEach(p -> parameter.put(p.node(), parameter.size()));
        List<Integer> updates = plan.function().updates().stream()
                .map(update -> parameter.getOrDefault(update.parameter(), -1)).toList();
        boolean random =
                plan.function().nodes().stream().anyMatch(node -> node.op() instanceof Op.RandomBits);
        Program.Notes notes = compiled.notes();
        return new Program.Function(compiled.name(), inputs, results, plan.buffers(), plan.storages(),
                compiled.requirements().stream().map(Requirement::dim).toList(), plan.dims(), plan.reals(),
                plan.integers(), compiled.nests(), plan.toLaunches(), plan.commits(), updates, random, code,
                () -> notes);
    }

    private static FunctionCode load(Compilation.Compiled compiled, CompileCache cache) {
        int bits = VectorSupport.bits();
        return cache.code(compiled.scalar(), bits == 0 ? null : compiled.vectorRequest(bits),
                compiled.methodNumbers());
    }

    private static Program.Port port(String name, Node node, int slot) {
        return new Program.Port(name, node.type().dtype(), node.type().shape(), slot);
    }
}
