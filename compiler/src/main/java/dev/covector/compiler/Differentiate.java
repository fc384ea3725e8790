package dev.covector.compiler;

import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the gradients of a graph by expressions of primitives: reverse mode, one sweep for all gradients of a target
 * under a cotangent, so that the cost is a constant times that of the target however many sources there are.
 *
 * <p>Nodes are taken in topological order. When a gradient's turn comes, all that its target depends on has been
 * rewritten, earlier gradients included, so that gradients of gradients need nothing of their own. A sweep visits only
 * what lies between the sources and the target.
 *
 * <p>A gradient is with respect to a node, not to a value: with {@code h = 2x; z = h + 2x}, that of z by h is 1, though
 * the summands are equal. Forward nodes are therefore never shared here; only what the sweeps make is. A source that
 * the target reaches in no way that has a derivative gets zeros. Kinks and ties: see {@link GradientRules}; branches
 * that are not taken: see {@link TakenBranch}.
 */
final class Differentiate {
    /** What gradients that one sweep serves have in common; the cotangent is compared by {@link #identity}. */
    private record Sweep(Node target, Object cotangent) {}

    /** A summand of a cotangent, which is 0 where {@code predicate} is false; null is true everywhere. */
    record Share(Node value, @Nullable Node predicate) {}

    private final NodeFactory nodes = NodeFactory.sharing();
    private final Map<Node, Node> images = new HashMap<>();
    private final Map<Sweep, List<Node>> waiting = new HashMap<>();
    private final Set<Node> sources = new HashSet<>();

    private Differentiate() {}

    /** The same graph without gradients, and without what stops them or tells them. */
    static Graph differentiate(Graph graph) {
        return withoutStops(new Differentiate().withoutGradients(graph));
    }

    private Graph withoutGradients(Graph graph) {
        List<Node> gradients =
                graph.nodes().stream().filter(node -> node.op() instanceof Op.Gradient).toList();
        gradients.forEach(gradient -> sources.add(gradient.input(1)));
        gradients.forEach(
                gradient -> waiting.computeIfAbsent(sweepOf(gradient), s -> new ArrayList<>()).add(gradient));
        for (Node node : graph.nodes()) {
            if (node.op() instanceof Op.Gradient) {
                List<Node> served = waiting.remove(sweepOf(node));
                if (served != null) {
                    sweep(served);
                }
                if (!images.containsKey(node)) {
                    settle(node, new Algebra(nodes, node.line()).full(node.type(), 0));
                }
            } else {
                List<Node> operands = node.inputs().stream().map(this::image).toList();
                images.put(node, nodes.makeDistinct(node.op(), operands, node.line(), node.name()));
            }
        }
        return graph.mapped(this::image);
    }

    /** A copy in which each stop and each custom gradient is its value. */
    private static Graph withoutStops(Graph graph) {
        NodeFactory nodes = NodeFactory.plain();
        Map<Node, Node> images = new HashMap<>();
        for (Node node : graph.nodes()) {
            List<Node> operands = new ArrayList<>(node.inputs().size());
            for (Node input : node.inputs()) {
                operands.add(Objects.requireNonNull(images.get(input)));
            }
            images.put(node, node.op() instanceof Op.StopGradient || node.op() instanceof Op.CustomGradient
                    ? operands.get(0)
                    : nodes.make(node.op(), operands, node.line(), node.name()));
        }
        return graph.mapped(node -> Objects.requireNonNull(images.get(node)));
    }

    private Sweep sweepOf(Node gradient) {
        return new Sweep(gradient.input(0), identity(gradient.input(2)));
    }

    /** The node; but equal constants are equal, since each gradient of a scalar has a 1 of its own. */
    private Object identity(Node cotangent) {
        Node value = cotangent.op() instanceof Op.Broadcast ? cotangent.input(0) : cotangent;
        boolean constant = value.op() instanceof Op.Constant;
        return constant && !sources.contains(cotangent) && !sources.contains(value)
                ? List.of(cotangent.op(), value.op())
                : cotangent;
    }

    private Node image(Node node) {
        return Objects.requireNonNull(images.get(node), () -> node + " was used before its turn");
    }

    /** A gradient that is a source of others stays a node of its own. */
    private void settle(Node gradient, Node value) {
        images.put(gradient, sources.contains(gradient)
                ? nodes.makeDistinct(new Op.Reshape(value.type().shape()), List.of(value), gradient.line(),
                        null)
                : value);
    }

    /** Settles those of {@code gradients} whose source the target reaches. */
    private void sweep(List<Node> gradients) {
        Node target = image(gradients.get(0).input(0));
        Node cotangent = image(gradients.get(0).input(2));
        Set<Node> wanted = new HashSet<>();
        for (Node gradient : gradients) {
            Node source = images.get(gradient.input(1));
            // What has not had its turn is not among what the target depends on.
            if (source != null) {
                wanted.add(source);
            }
        }
        Map<Node, Node> found = cotangents(target, cotangent, wanted);
        for (Node gradient : gradients) {
            Node value = found.get(images.get(gradient.input(1)));
            if (value != null) {
                settle(gradient, value);
            }
        }
    }

    /** The cotangents of those of {@code wanted} that {@code target} reaches. */
    private Map<Node, Node> cotangents(Node target, Node cotangent, Set<Node> wanted) {
        Map<Node, Node> found = new HashMap<>();
        Map<Node, List<Share>> shares = new HashMap<>();
        List<Node> path = between(wanted, target);
        path.forEach(node -> shares.put(node, new ArrayList<>()));
        shares.getOrDefault(target, new ArrayList<>()).add(new Share(cotangent, null));
        for (Node y : path.reversed()) {
            GradientRules rules = new GradientRules(nodes, y.line());
            TakenBranch taken = new TakenBranch(nodes, y.line());
            List<Share> received = Objects.requireNonNull(shares.remove(y));
            if (received.isEmpty()) {
                continue;
            }
            Node g = received.get(0).value();
            Node p = received.get(0).predicate();
            for (Share more : received.subList(1, received.size())) {
                g = rules.add(g, more.value());
                p = taken.either(p, more.predicate());
            }
            if (wanted.contains(y)) {
                found.put(y, g);
            }
            for (int i = 0; i < y.inputs().size(); i++) {
                List<Share> share = shares.get(y.input(i));
                if (share != null && y.op() instanceof Op.CustomGradient) {
                    if (Op.CustomGradient.isOperand(y, i)) {
                        share.add(new CustomRule(nodes, y).share(i, g, p));
                    }
                    continue;
                }
                Node derived = share == null ? null : rules.cotangent(y, i, g);
                if (share != null && derived != null) {
                    share.add(new Share(taken.guard(y, i, derived, p), taken.predicate(y, i, p)));
                }
            }
        }
        return found;
    }

    /** All nodes on differentiable ways from {@code wanted} to {@code target}, in topological order. */
    private static List<Node> between(Set<Node> wanted, Node target) {
        int first = wanted.stream().mapToInt(Node::id).min().orElse(Integer.MAX_VALUE);
        Set<Node> before = new HashSet<>();
        Deque<Node> open = new ArrayDeque<>(List.of(target));
        while (!open.isEmpty()) {
            Node node = open.pop();
            // Ids ascend: what is before all sources depends on none.
            if (node.id() >= first && node.type().dtype().isFloating() && before.add(node)) {
                passedTo(node).forEach(open::push);
            }
        }
        Set<Node> after = new HashSet<>();
        List<Node> path = new ArrayList<>();
        for (Node node : before.stream().sorted((a, b) -> Integer.compare(a.id(), b.id())).toList()) {
            if (wanted.contains(node) || passedTo(node).stream().anyMatch(after::contains)) {
                after.add(node);
                path.add(node);
            }
        }
        return path;
    }

    private static List<Node> passedTo(Node node) {
        return node.op() instanceof Op.StopGradient ? List.of() : node.differentiableInputs();
    }
}
