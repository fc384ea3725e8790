package dev.covector.compiler;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rule of a custom gradient: copies of it, with the custom value and a cotangent in the placeholders' stead. What
 * comes out is made of ordinary nodes, and can be differentiated again.
 *
 * <p>Where the cotangent is that of a branch not taken, a rule that is elementwise keeps that branch from spoiling the
 * gradient, as {@link TakenBranch} does; in any other rule this ends.
 */
final class CustomRule extends Algebra {
    private final NodeFactory nodes;
    private final Node y;

    /** The rule of {@code y}, a custom gradient. */
    CustomRule(NodeFactory nodes, Node y) {
        super(nodes, y.line());
        this.nodes = nodes;
        this.y = y;
    }

    /** What operand {@code i} receives from the cotangent {@code g}, which is 0 where {@code p} is false. */
    Differentiate.Share share(int i, Node g, @Nullable Node p) {
        Node result = Op.CustomGradient.result(y);
        Node cotangent = Op.CustomGradient.cotangent(y);
        Map<Node, Node> copies = new HashMap<>(Map.of(result, y, cotangent, g));
        Map<Node, Node> predicates = new HashMap<>();
        if (p != null) {
            predicates.put(cotangent, p);
        }
        Set<Node> derived = new HashSet<>(Set.of(cotangent));
        Node told = Op.CustomGradient.derived(y, i);
        for (Node node : above(Math.min(result.id(), cotangent.id()), told)) {
            if (node.inputs().stream().anyMatch(copies::containsKey) && !isBound(node, cotangent)) {
                List<Node> inputs =
                        node.inputs().stream().map(input -> copies.getOrDefault(input, input)).toList();
                copies.put(node, nodes.make(node.op(), inputs, node.line(), node.name()));
                List<Node> from = node.inputs().stream().filter(derived::contains).distinct().toList();
                if (!from.isEmpty()) {
                    derived.add(node);
                    Node carried = carried(node, from, predicates);
                    if (carried != null) {
                        predicates.put(node, carried);
                    }
                }
            }
        }
        Node value = copies.getOrDefault(told, told);
        Node where = predicates.get(told);
        return new Differentiate.Share(
                where == null || told == cotangent ? value : select(where, value, like(value, 0)), where);
    }

    /** {@code root} and what it depends on, of the nodes after {@code id}, in topological order. */
    private static List<Node> above(int id, Node root) {
        Set<Node> found = new HashSet<>();
        List<Node> open = new ArrayList<>(List.of(root));
        while (!open.isEmpty()) {
            Node node = open.removeLast();
            if (node.id() > id && found.add(node)) {
                open.addAll(node.inputs());
            }
        }
        return found.stream().sorted(Comparator.comparingInt(Node::id)).toList();
    }

    /** Whether the placeholders are those of {@code node} itself, another copy of the same custom value. */
    private static boolean isBound(Node node, Node cotangent) {
        return node.op() instanceof Op.CustomGradient && Op.CustomGradient.cotangent(node) == cotangent;
    }

    /** Where {@code node} may be other than 0, from where those of its operands may that depend on the cotangent. */
    private @Nullable Node carried(Node node, List<Node> from, Map<Node, Node> predicates) {
        Node p = predicates.get(from.get(0));
        if (p == null || !from.stream().allMatch(input -> predicates.get(input) == p)) {
            return null;
        }
        return switch (node.op()) {
            case Op.Unary unary -> p;
            case Op.Binary binary -> p;
            case Op.Compare compare -> p;
            case Op.Select select -> p;
            case Op.Cast cast -> p;
            case Op.StopGradient stop -> p;
            case Op.Reshape reshape -> reshape(p, reshape.shape());
            case Op.Transpose transpose -> transpose(p, transpose.permutation());
            case Op.Broadcast broadcast -> broadcast(p, broadcast.shape(), broadcast.axes());
            default -> null;
        };
    }
}
