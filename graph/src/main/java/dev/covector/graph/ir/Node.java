package dev.covector.graph.ir;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A value: an op, its operands, and what is known of the result. Immutable; equal only to itself. Ids ascend in the
 * order in which a {@link NodeFactory} made its nodes, so that an operand's id is below its user's.
 */
public final class Node {
    private final int id;
    private final Op op;
    private final List<Node> inputs;
    private final Type type;
    private final @Nullable SourceLine line;
    private final @Nullable String name;

    Node(int id, Op op, List<Node> inputs, Type type, @Nullable SourceLine line, @Nullable String name) {
        this.id = id;
        this.op = op;
        this.inputs = List.copyOf(inputs);
        this.type = type;
        this.line = line;
        this.name = name;
    }

    /** Unique within the factory that made this; dense enough to index arrays. */
    public int id() {
        return id;
    }

    /** What this computes. */
    public Op op() {
        return op;
    }

    /** The operands in order; unmodifiable. */
    public List<Node> inputs() {
        return inputs;
    }

    /** The operand at {@code index}. */
    public Node input(int index) {
        return inputs.get(index);
    }

    /** Those inputs that a derivative passes to, if they are floating. */
    public List<Node> differentiableInputs() {
        return !op.hasDerivative() ? List.of()
                : op instanceof Op.CustomGradient ? Op.CustomGradient.operands(this) : inputs;
    }

    /** Dtype and shape of the result. */
    public Type type() {
        return type;
    }

    /** Where the user made this, or made the op that it was derived from. */
    public @Nullable SourceLine line() {
        return line;
    }

    /** What the user calls this: the name of an input or parameter, or one given by {@code named}. */
    public @Nullable String name() {
        return name;
    }

    /** The id: as spread as identity is, cheaper to ask for, and the same in each run. */
    @Override
    public int hashCode() {
        return id;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    /** For messages and debuggers; the text form prints graphs. */
    @Override
    public String toString() {
        return (name != null ? name : "%" + id) + ": " + type;
    }
}
