package dev.covector.compiler.simplify;

import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.Literal;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.graph.ir.SourceLine;
import dev.covector.graph.ir.Type;
import dev.covector.graph.ir.UnaryKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes nodes in their simplest form: equal ones are shared, operands are in one order, and rules are applied until
 * none fits. Rules make their results through this, so that these are simplified as well.
 */
final class Rewriter {
    /**
     * Nodes that simplifying one node of the graph may make. Far above what any node needs; it is there so that rules
     * that undo each other would cost time, not hang the compiler.
     */
    static final int BUDGET = 256;

    private final NodeFactory nodes = NodeFactory.sharing();
    private final Map<Class<? extends Op>, List<Rule>> rules = new HashMap<>();
    private final BitSet pinned = new BitSet();
    private final Map<Node, Integer> uses = new HashMap<>();
    private final Map<String, Integer> applied = new LinkedHashMap<>();
    private @Nullable SourceLine line;
    private int budget;
    private boolean exhausted;

    Rewriter(List<Rule> rules) {
        rules.forEach(rule -> this.rules.computeIfAbsent(rule.op(), op -> new ArrayList<>()).add(rule));
    }

    /** The simplest form of a node of the graph, given that of its operands and the number of its users. */
    Node image(Node node, List<Node> in, int users) {
        line = node.line();
        budget = BUDGET;
        Node image = make(node.op(), in, node.name());
        uses.merge(image, users, Integer::sum);
        return image;
    }

    /** A copy of a node that is neither shared, nor replaced, nor looked into. */
    Node pinnedImage(Node node, List<Node> in) {
        Node image = nodes.makeDistinct(node.op(), in, node.line(), node.name());
        pinned.set(image.id());
        return image;
    }

    /** How often each rule was applied. */
    Map<String, Integer> applied() {
        return applied;
    }

    /** Whether some node's budget ran out, which means that rules undo each other. */
    boolean exhausted() {
        return exhausted;
    }

    // ---- what an operand is

    /** The op of an operand; an input, which no rule knows anything of, if it must not be looked into. */
    Op op(Node node) {
        return pinned.get(node.id()) ? new Op.Input("pinned", node.type()) : node.op();
    }

    /** x, if {@code node} is {@code kind(x)}. */
    @Nullable
    Node argument(Node node, UnaryKind kind) {
        return op(node) instanceof Op.Unary unary && unary.kind() == kind ? node.input(0) : null;
    }

    /** Whether {@code node} is {@code kind(x, y)}. */
    boolean isBinary(Node node, BinaryKind kind) {
        return op(node) instanceof Op.Binary binary && binary.kind() == kind;
    }

    /** The scalar that each element of {@code node} is, if it is a constant, repeated or not. */
    @Nullable
    Literal constant(Node node) {
        Node scalar = scalar(node);
        return scalar != null && op(scalar) instanceof Op.Constant constant ? constant.value() : null;
    }

    /** The node of rank 0 that each element of {@code node} is, if there is one. */
    @Nullable
    Node scalar(Node node) {
        Node source = op(node) instanceof Op.Broadcast ? node.input(0) : node;
        return source.type().shape().rank() == 0 ? source : null;
    }

    /** Whether each element of {@code node} is the constant {@code value}; +0 and -0 are told apart for floats. */
    boolean is(Node node, double value) {
        Literal constant = constant(node);
        return constant != null && constant.isExactly(value);
    }

    /** Whether nothing else in the graph needs {@code node}, so that a changed copy of it costs nothing. */
    boolean usedOnce(Node node) {
        return uses.getOrDefault(node, 2) == 1;
    }

    // ---- making

    /** The simplest node equal to {@code op} over {@code in}. */
    Node make(Op op, List<Node> in) {
        return make(op, in, null);
    }

    private Node make(Op op, List<Node> in, @Nullable String name) {
        List<Node> operands = ordered(op, in);
        if (budget-- > 0) {
            for (Rule rule : rules.getOrDefault(op.getClass(), List.of())) {
                Node simpler = rule.rewrite().apply(this, op, operands);
                if (simpler != null) {
                    applied.merge(rule.name(), 1, Integer::sum);
                    return simpler;
                }
            }
        } else {
            exhausted = true;
        }
        Node node = nodes.make(op, operands, line, name);
        Literal value = rules.isEmpty() ? null : Constants.fold(this, node);
        return value == null ? node : nodes.make(new Op.Constant(value), List.of(), line, name);
    }

    /** Constants to the right, else the older operand to the left, so that a+b and b+a meet. */
    private List<Node> ordered(Op op, List<Node> in) {
        if (!(op instanceof Op.Binary binary) || !binary.kind().isCommutative()) {
            return in;
        }
        boolean firstConstant = constant(in.get(0)) != null;
        boolean secondConstant = constant(in.get(1)) != null;
        boolean swap = firstConstant == secondConstant ? in.get(0).id() > in.get(1).id() : firstConstant;
        return swap ? List.of(in.get(1), in.get(0)) : in;
    }

    Node unary(UnaryKind kind, Node x) {
        return make(new Op.Unary(kind), List.of(x));
    }

    Node neg(Node x) {
        return unary(UnaryKind.NEG, x);
    }

    Node binary(BinaryKind kind, Node x, Node y) {
        return make(new Op.Binary(kind), List.of(x, y));
    }

    Node constant(DType dtype, double value) {
        return make(new Op.Constant(Literal.of(dtype, value)), List.of());
    }

    /** A tensor of one value. */
    Node full(Type type, double value) {
        return broadcast(constant(type.dtype(), value), type.shape(), List.of());
    }

    Node reshape(Node x, Shape shape) {
        return make(new Op.Reshape(shape), List.of(x));
    }

    Node broadcast(Node x, Shape shape, List<Integer> axes) {
        return make(new Op.Broadcast(shape, axes), List.of(x));
    }

    Node transpose(Node x, List<Integer> permutation) {
        return make(new Op.Transpose(permutation), List.of(x));
    }

    Node reduce(ReduceKind kind, Node x, List<Integer> axes) {
        return make(new Op.Reduce(kind, axes), List.of(x));
    }
}
