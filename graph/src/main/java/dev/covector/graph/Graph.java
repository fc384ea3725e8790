package dev.covector.graph;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An immutable computation graph: named functions over shared parameters. Made by a {@link #builder}, or parsed from
 * text; the compiler's passes are functions from graph to graph.
 */
public final class Graph {

    /**
     * A value that a session keeps.
     *
     * @param node      an {@link Op.Parameter}
     * @param initial   its first value, of the same type
     * @param trainable whether optimisers take it unless told otherwise
     */
    public record Parameter(Node node, Node initial, boolean trainable) {
        /** The path, such as {@code hidden.weight}. */
        public String name() {
            return ((Op.Parameter) node.op()).name();
        }
    }

    /** {@code parameter} becomes {@code value} when the call ends. */
    public record Update(Node parameter, Node value) {}

    /**
     * What a session can call.
     *
     * @param inputs  what a call brings, in the order of their making: all that the results were written in terms of,
     *                also where a pass found that a result does not depend on one of them
     * @param results in the order declared
     */
    public record Function(String name, List<Node> inputs, Map<String, Node> results, List<Update> updates) {
        public Function {
            inputs = List.copyOf(inputs);
            results = Collections.unmodifiableMap(new LinkedHashMap<>(results));
            updates = List.copyOf(updates);
        }

        /** A function of the inputs that its results and updates depend on. */
        public Function(String name, Map<String, Node> results, List<Update> updates) {
            this(name, inputsOf(results, updates), results, updates);
        }

        private static List<Node> inputsOf(Map<String, Node> results, List<Update> updates) {
            return new Function("", List.of(), results, updates).nodes().stream()
                    .filter(node -> node.op() instanceof Op.Input).toList();
        }

        /** All that this computes: the results, then the updates' values. */
        public List<Node> outputs() {
            List<Node> outputs = new ArrayList<>(results.values());
            updates.forEach(update -> outputs.add(update.value()));
            return outputs;
        }

        /** The inputs and all nodes that the outputs depend on, in topological order. */
        public List<Node> nodes() {
            List<Node> roots = new ArrayList<>(inputs);
            roots.addAll(outputs());
            return reachable(roots);
        }
    }

    private final String name;
    private final List<Parameter> parameters;
    private final List<Function> functions;
    private final List<Node> nodes;

    private Graph(String name, List<Parameter> parameters, List<Function> functions) {
        this.name = name;
        this.parameters = List.copyOf(parameters);
        this.functions = List.copyOf(functions);
        List<Node> roots = new ArrayList<>();
        parameters.forEach(parameter -> Collections.addAll(roots, parameter.node(), parameter.initial()));
        functions.forEach(function -> {
            roots.addAll(function.inputs());
            roots.addAll(function.outputs());
            function.updates().forEach(update -> roots.add(update.parameter()));
        });
        this.nodes = reachable(roots);
    }

    /** A builder of a graph called {@code name}. */
    public static GraphBuilder builder(String name) {
        return new GraphBuilder(name);
    }

    /**
     * A graph of nodes that exist. For passes and parsers; users take a {@link #builder}.
     *
     * @throws GraphException if it is not well-formed
     */
    public static Graph of(String name, List<Parameter> parameters, List<Function> functions) {
        Graph graph = new Graph(name, parameters, functions);
        GraphVerifier.verify(graph);
        return graph;
    }

    /** The graph's name. */
    public String name() {
        return name;
    }

    /** The parameters in the order declared; unmodifiable. */
    public List<Parameter> parameters() {
        return parameters;
    }

    /** The functions in the order declared; unmodifiable. */
    public List<Function> functions() {
        return functions;
    }

    /**
     * The function called {@code name}.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Function function(String name) {
        return functions.stream().filter(function -> function.name().equals(name)).findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("the graph " + this.name + " has no function \""
                                + name + "\", only " + functions.stream().map(Function::name).toList()));
    }

    /** All nodes that something depends on, in topological order (ascending ids); unmodifiable. */
    public List<Node> nodes() {
        return nodes;
    }

    /** The same graph over other nodes: each that this one names is replaced by its image. */
    public Graph mapped(UnaryOperator<Node> image) {
        List<Parameter> newParameters = parameters.stream()
                .map(p -> new Parameter(image.apply(p.node()), image.apply(p.initial()), p.trainable()))
                .toList();
        List<Function> newFunctions = functions.stream().map(function -> {
            Map<String, Node> results = new LinkedHashMap<>();
            function.results().forEach((key, node) -> results.put(key, image.apply(node)));
            return new Function(function.name(), function.inputs().stream().map(image).toList(), results,
                    function.updates().stream()
                            .map(u -> new Update(image.apply(u.parameter()), image.apply(u.value())))
                            .toList());
        }).toList();
        return of(name, newParameters, newFunctions);
    }

    /** What {@code roots} depend on, themselves included, in ascending order of ids; without recursion. */
    public static List<Node> reachable(Collection<Node> roots) {
        @Nullable Node[] byId = new @Nullable Node[64];
        int count = 0;
        Deque<Node> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            Node node = open.pop();
            if (node.id() >= byId.length) {
                byId = Arrays.copyOf(byId, 2 * node.id());
            }
            if (byId[node.id()] == null) {
                byId[node.id()] = node;
                count++;
                for (Node input : node.inputs()) {
                    open.push(input);
                }
            }
        }
        List<Node> found = new ArrayList<>(count);
        for (Node node : byId) {
            if (node != null) {
                found.add(node);
            }
        }
        return Collections.unmodifiableList(found);
    }

    /** Name and size; the text form prints the whole. */
    @Override
    public String toString() {
        return "graph " + name + " (" + nodes.size() + " nodes, functions "
                + functions.stream().map(Function::name).toList() + ")";
    }
}
