package dev.covector.graph;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.Requirement;
import dev.covector.graph.ir.Type;
import dev.covector.runtime.Dim;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * What must hold of a graph besides the type rules, which hold of each node since it was made. Runs whenever a graph is
 * made, so after every pass.
 */
final class GraphVerifier {
    private GraphVerifier() {}

    static void verify(Graph graph) {
        checkOrder(graph);
        checkParameters(graph);
        checkPlaceholders(graph);
        Set<String> names = new HashSet<>();
        for (Graph.Function function : graph.functions()) {
            check(names.add(function.name()), () -> "the function " + function.name() + " is declared twice",
                    "");
            checkFunction(function);
        }
    }

    /** Ids ascend from operand to user: that makes each list of nodes by id topological, and cycles impossible. */
    private static void checkOrder(Graph graph) {
        for (Node node : graph.nodes()) {
            for (Node input : node.inputs()) {
                check(input.id() < node.id(),
                        () -> describe(node) + " comes before its operand " + describe(input), "");
            }
        }
    }

    /** Placeholders have no value: whatever depends on one must be part of the rule that it belongs to. */
    private static void checkPlaceholders(Graph graph) {
        if (graph.nodes().stream().noneMatch(
                node -> node.op() instanceof Op.Placeholder || node.op() instanceof Op.CustomGradient)) {
            return;
        }
        Map<Node, Set<Node>> open = new HashMap<>();
        for (Node node : graph.nodes()) {
            Set<Node> free = new LinkedHashSet<>();
            node.inputs().forEach(input -> free.addAll(open.getOrDefault(input, Set.of())));
            if (node.op() instanceof Op.Placeholder) {
                free.add(node);
            } else if (node.op() instanceof Op.CustomGradient) {
                for (Node own : List.of(Op.CustomGradient.result(node), Op.CustomGradient.cotangent(node))) {
                    check(own.op() instanceof Op.Placeholder,
                            () -> describe(node) + " has " + describe(own) + " in a placeholder's place", "");
                    check(!open.getOrDefault(node.input(0), Set.of()).contains(own),
                            () -> describe(node) + " depends on " + describe(own) + " outside of its rule",
                            "");
                    free.remove(own);
                }
            }
            if (!free.isEmpty()) {
                open.put(node, free);
            }
        }
        for (Graph.Function function : graph.functions()) {
            checkClosed("the function " + function.name(), function.outputs(), open);
        }
        for (Graph.Parameter parameter : graph.parameters()) {
            checkClosed("the initial value of " + parameter.name(), List.of(parameter.initial()), open);
        }
    }

    private static void checkClosed(String what, List<Node> values, Map<Node, Set<Node>> open) {
        for (Node value : values) {
            for (Node placeholder : open.getOrDefault(value, Set.of())) {
                check(false, () -> what + " depends on " + describe(placeholder),
                        "what a custom gradient's rule is given has a value in that rule only");
            }
        }
    }

    private static void checkParameters(Graph graph) {
        Set<String> names = new HashSet<>();
        Set<Node> declared = new HashSet<>();
        for (Graph.Parameter parameter : graph.parameters()) {
            String name = parameter.name();
            check(names.add(name), () -> "the parameter " + name + " is declared twice", "");
            declared.add(parameter.node());
            Type type = parameter.node().type();
            check(type.shape().isStatic(), () -> "the parameter " + name + " has the shape " + type.shape()
                    + ", but a parameter's extents are fixed", "named dimensions are for inputs");
            check(parameter.initial().type().equals(type), () -> "the initial value of " + name + " is "
                    + parameter.initial().type() + ", the parameter " + type, "");
        }
        checkInitialValues(graph);
        for (Node node : graph.nodes()) {
            check(!(node.op() instanceof Op.Parameter) || declared.contains(node),
                    () -> "the parameter " + describe(node) + " is not declared", "");
        }
    }

    /** One look at all initial values together, and at each only if something is wrong with one of them. */
    private static void checkInitialValues(Graph graph) {
        List<Node> initials = graph.parameters().stream().map(Graph.Parameter::initial).toList();
        if (Graph.reachable(initials).stream().noneMatch(GraphVerifier::dependsOnTheCall)) {
            return;
        }
        for (Graph.Parameter parameter : graph.parameters()) {
            for (Node node : Graph.reachable(List.of(parameter.initial()))) {
                check(!dependsOnTheCall(node), () -> "the initial value of " + parameter.name()
                        + " depends on " + describe(node),
                        "it may only depend on constants and random numbers");
            }
        }
    }

    private static boolean dependsOnTheCall(Node node) {
        return node.op() instanceof Op.Input || node.op() instanceof Op.Parameter;
    }

    private static void checkFunction(Graph.Function function) {
        String name = function.name();
        Set<Node> updated = new HashSet<>();
        for (Graph.Update update : function.updates()) {
            Node parameter = update.parameter();
            check(parameter.op() instanceof Op.Parameter, () -> "the function " + name + " updates "
                    + describe(parameter) + ", which is not a parameter", "");
            check(updated.add(parameter),
                    () -> "the function " + name + " updates " + describe(parameter) + " twice", "");
            check(parameter.type().equals(update.value().type()), () -> "the function " + name + " updates "
                    + describe(parameter) + " with a value of type " + update.value().type(), "");
        }
        Set<String> inputs = new HashSet<>();
        Set<String> bound = new HashSet<>();
        for (Node input : function.inputs()) {
            check(inputs.add(((Op.Input) input.op()).name()),
                    () -> "the function " + name + " has two inputs called " + input.name(), "");
            input.type().shape().dims().stream().filter(Dim::isName)
                    .forEach(dim -> bound.addAll(dim.names()));
        }
        for (Node node : function.nodes()) {
            Set<String> free = new TreeSet<>(Requirement.names(node));
            free.removeAll(bound);
            check(free.isEmpty(), () -> "the function " + name + " can't tell the dimension "
                    + String.join(", ", free) + " of " + describe(node),
                    "an input that the function reads must have an axis of just that name");
        }
    }

    private static String describe(Node node) {
        return GraphBuilder.describe(node) + ": " + node.type()
                + (node.line() == null ? "" : ", made at " + node.line());
    }

    /** The problem is told lazily: this runs after each pass, over each node. */
    private static void check(boolean holds, Supplier<String> problem, String hint) {
        if (!holds) {
            throw new GraphException(problem.get() + (hint.isEmpty() ? "" : "\n  hint: " + hint));
        }
    }
}
