package dev.covector.graph.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Makes the nodes of one graph, each verified by its type rule. With sharing on, equal ops of the same operands become
 * one node (hash-consing); a builder has it off, because a gradient may be asked with respect to one of two equal
 * values.
 */
public final class NodeFactory {
    private record Key(Op op, List<Node> inputs) {}

    private final @Nullable Map<Key, Node> shared;
    private int nextId;

    private NodeFactory(@Nullable Map<Key, Node> shared) {
        this.shared = shared;
    }

    /** Each call makes a node of its own. */
    public static NodeFactory plain() {
        return new NodeFactory(null);
    }

    /** Equal ops of the same operands are one node. */
    public static NodeFactory sharing() {
        return new NodeFactory(new HashMap<>());
    }

    /**
     * A node of {@code op} over {@code inputs}; with sharing on, possibly one made before, which keeps its own name and
     * line.
     *
     * @throws TypeException if the op does not take these operands
     */
    public Node make(Op op, List<Node> inputs, @Nullable SourceLine line, @Nullable String name) {
        if (shared == null) {
            return create(op, inputs, line, name);
        }
        Key key = new Key(op, inputs);
        Node known = shared.get(key);
        if (known == null) {
            known = create(op, inputs, line, name);
            shared.put(key, known);
        }
        return known;
    }

    /** As {@link #make}, but never shared: neither with a node made before nor with one made later. */
    public Node makeDistinct(Op op, List<Node> inputs, @Nullable SourceLine line, @Nullable String name) {
        return create(op, inputs, line, name);
    }

    private Node create(Op op, List<Node> inputs, @Nullable SourceLine line, @Nullable String name) {
        List<Type> types = new ArrayList<>(inputs.size());
        for (Node input : inputs) {
            types.add(input.type());
        }
        Type type = TypeRules.infer(op, types);
        return new Node(nextId++, op, inputs, type, line, name);
    }
}
