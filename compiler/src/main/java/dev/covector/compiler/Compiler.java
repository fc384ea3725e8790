package dev.covector.compiler;

import dev.covector.compiler.emit.Loader;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphException;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.kernel.Code;
import dev.covector.runtime.kernel.FunctionCode;
import dev.covector.runtime.kernel.Program;
import dev.covector.runtime.kernel.VectorSupport;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compiles graphs to classes of this JVM.
 *
 * <pre>{@code
 * Session session = Compiler.compile(graph).newSession(42);
 * }</pre>
 *
 * <p>The passes in their order: simplify, differentiate, simplify, specialise; then, per function: fuse, lower, plan,
 * emit. {@link CompilerOptions#dumpTo} shows what each made.
 */
public final class Compiler {
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
        try {
            Compilation compilation = Compilation.of(graph);
            if (options.dump() != null) {
                Dump.write(compilation, options.dump());
            }
            return CompiledGraph.of(program(compilation));
        } catch (GraphException | UncheckedIOException e) {
            throw e;
        } catch (RuntimeException e) {
            throw InternalCompilerException.compiling(graph, e);
        }
    }

    private static Program program(Compilation compilation) {
        Graph graph = compilation.specialised();
        List<Program.Parameter> parameters = graph.parameters().stream().map(
                p -> new Program.Parameter(p.name(), p.node().type().dtype(), p.node().type().shape(),
                        p.trainable()))
                .toList();
        Loader loader = new Loader();
        List<Program.Function> functions = new ArrayList<>();
        for (Compilation.Compiled compiled : compilation.functions()) {
            functions.add(function(compiled, graph, loader));
        }
        // The function that gives parameters their first values is compiled like the others, and comes last.
        return new Program(graph.name(), parameters, functions.subList(0, functions.size() - 1),
                functions.getLast());
    }

    private static Program.Function function(Compilation.Compiled compiled, Graph graph, Loader loader) {
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
        boolean random = plan.function().nodes().stream().anyMatch(node -> node.op() instanceof Op.Random);
        Code scalar = loader.load(compiled.scalar());
        List<String> checks = plan.checks();
        int bits = VectorSupport.bits();
        @Nullable Code vector = bits == 0 ? null : loader.load(compiled.vector(bits));
        return new Program.Function(compiled.name(), inputs, results, plan.buffers(), plan.storages(),
                plan.dims(),
                plan.reals(), plan.integers(), plan.toLaunches(), plan.commits(), updates, random,
                new FunctionCode(scalar, vector, plan.nests().size()), () -> checks);
    }

    private static Program.Port port(String name, Node node, int slot) {
        return new Program.Port(name, node.type().dtype(), node.type().shape(), slot);
    }
}
