package dev.covector.graph;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.Type;
import dev.covector.runtime.Dim;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What must hold of a graph besides the type rules, which hold of each node since it was made. Runs whenever a graph is
 * made, so after every pass.
 */
final class GraphVerifier {
    private GraphVerifier() {}

    static void verify(Graph graph) {
        checkOrder(graph);
        checkParameters(graph);
        Set<String> names = new HashSet<>();
        for (Graph.Function function : graph.functions()) {
            check(names.add(function.name()), "the function \"" + function.name() + "\" is declared twice");
            checkFunction(function);
        }
    }

    /** Ids ascend from operand to user: that makes each list of nodes by id topological, and cycles impossible. */
    private static void checkOrder(Graph graph) {
        for (Node node : graph.nodes()) {
            for (Node input : node.inputs()) {
                check(input.id() < node.id(), node + " comes before its operand " + input);
            }
        }
    }

    private static void checkParameters(Graph graph) {
        Set<String> names = new HashSet<>();
        Set<Node> declared = new HashSet<>();
        for (Graph.Parameter parameter : graph.parameters()) {
            String name = parameter.name();
            check(names.add(name), "the parameter \"" + name + "\" is declared twice");
            declared.add(parameter.node());
            Type type = parameter.node().type();
            check(type.shape().isStatic(), "the parameter " + name + " has the shape " + type.shape()
                    + ", but a parameter's extents are fixed");
            check(parameter.initial().type().equals(type), "the initial value of " + name + " is "
                    + parameter.initial().type() + ", the parameter " + type);
            for (Node node : Graph.reachable(List.of(parameter.initial()))) {
                check(!(node.op() instanceof Op.Input) && !(node.op() instanceof Op.Parameter),
                        "the initial value of " + name + " depends on " + node
                                + "; it may only depend on constants and random numbers");
            }
        }
        for (Node node : graph.nodes()) {
            check(!(node.op() instanceof Op.Parameter) || declared.contains(node), node + " is not declared");
        }
    }

    private static void checkFunction(Graph.Function function) {
        Set<Node> updated = new HashSet<>();
        for (Graph.Update update : function.updates()) {
            check(update.parameter().op() instanceof Op.Parameter,
                    "the function " + function.name() + " updates "
                            + update.parameter() + ", which is not a parameter");
            check(updated.add(update.parameter()), "the function " + function.name() + " updates "
                    + update.parameter() + " twice");
            check(update.parameter().type().equals(update.value().type()), "the function " + function.name()
                    + " updates " + update.parameter() + " with a value of type " + update.value().type());
        }
        Set<String> inputs = new HashSet<>();
        Set<String> bound = new HashSet<>();
        for (Node input : function.inputs()) {
            check(inputs.add(((Op.Input) input.op()).name()), "the function " + function.name()
                    + " has two inputs called " + input.name());
            input.type().shape().dims().stream().filter(Dim::isName)
                    .forEach(dim -> bound.addAll(dim.names()));
        }
        for (Node node : function.nodes()) {
            Set<String> free = new HashSet<>(node.type().shape().names());
            if (node.op() instanceof Op.Extent extent) {
                free.addAll(extent.dim().names());
            }
            free.removeAll(bound);
            check(free.isEmpty(),
                    "the function " + function.name() + " can't tell the extent of " + free + " in "
                            + node + (node.line() == null ? "" : " at " + node.line())
                            + ": none of its inputs has an axis of just that name");
        }
    }

    private static void check(boolean holds, String message) {
        if (!holds) {
            throw new GraphException(message);
        }
    }
}
