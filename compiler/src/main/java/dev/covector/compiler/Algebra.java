package dev.covector.compiler;

import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.CompareKind;
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
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes nodes under the names of algebra, all of them for one line of the user's code. Operands have the same shape: a
 * number becomes a tensor by {@link #like}. Movement that would change nothing makes no node.
 */
class Algebra {
    private final NodeFactory nodes;
    private final @Nullable SourceLine line;

    Algebra(NodeFactory nodes, @Nullable SourceLine line) {
        this.nodes = nodes;
        this.line = line;
    }

    final Node make(Op op, Node... operands) {
        return nodes.make(op, List.of(operands), line, null);
    }

    // ---- constants

    /** {@code value} in each element of {@code type}. */
    final Node full(Type type, double value) {
        Node scalar = make(new Op.Constant(Literal.of(type.dtype(), value)));
        return broadcast(scalar, type.shape(), List.of());
    }

    /** {@code value} in the type of {@code model}. */
    final Node like(Node model, double value) {
        return full(model.type(), value);
    }

    // ---- elementwise

    final Node neg(Node a) {
        return make(new Op.Unary(UnaryKind.NEG), a);
    }

    final Node sign(Node a) {
        return make(new Op.Unary(UnaryKind.SIGN), a);
    }

    final Node square(Node a) {
        return make(new Op.Unary(UnaryKind.SQUARE), a);
    }

    final Node not(Node a) {
        return make(new Op.Unary(UnaryKind.NOT), a);
    }

    final Node add(Node a, Node b) {
        return make(new Op.Binary(BinaryKind.ADD), a, b);
    }

    final Node sub(Node a, Node b) {
        return make(new Op.Binary(BinaryKind.SUB), a, b);
    }

    final Node mul(Node a, Node b) {
        return make(new Op.Binary(BinaryKind.MUL), a, b);
    }

    final Node mul(Node a, double b) {
        return mul(a, like(a, b));
    }

    final Node div(Node a, Node b) {
        return make(new Op.Binary(BinaryKind.DIV), a, b);
    }

    final Node and(Node a, Node b) {
        return make(new Op.Binary(BinaryKind.AND), a, b);
    }

    final Node or(Node a, Node b) {
        return make(new Op.Binary(BinaryKind.OR), a, b);
    }

    final Node compare(CompareKind kind, Node a, Node b) {
        return make(new Op.Compare(kind), a, b);
    }

    final Node select(Node condition, Node ifTrue, Node ifFalse) {
        return make(new Op.Select(), condition, ifTrue, ifFalse);
    }

    final Node cast(Node a, DType dtype) {
        return a.type().dtype() == dtype ? a : make(new Op.Cast(dtype), a);
    }

    // ---- movement and reduction

    final Node reshape(Node a, Shape shape) {
        return a.type().shape().equals(shape) ? a : make(new Op.Reshape(shape), a);
    }

    /** Axis {@code i} of {@code a} becomes axis {@code axes[i]} of {@code shape}. */
    final Node broadcast(Node a, Shape shape, List<Integer> axes) {
        return a.type().shape().equals(shape) ? a : make(new Op.Broadcast(shape, axes), a);
    }

    /** Axis {@code i} of the result is axis {@code permutation[i]} of {@code a}. */
    final Node transpose(Node a, List<Integer> permutation) {
        return permutation.equals(range(0, permutation.size())) ? a
                : make(new Op.Transpose(permutation), a);
    }

    final Node sum(Node a, List<Integer> axes) {
        return axes.isEmpty() ? a : reduce(ReduceKind.SUM, a, axes);
    }

    final Node reduce(ReduceKind kind, Node a, List<Integer> axes) {
        return make(new Op.Reduce(kind, axes), a);
    }

    // ---- lists of axes

    /** From {@code from} up to, not including, {@code to}. */
    static List<Integer> range(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    /** The axes of a tensor of {@code rank} that are not among {@code axes}, ascending. */
    static List<Integer> others(int rank, List<Integer> axes) {
        List<Integer> others = new ArrayList<>(range(0, rank));
        others.removeAll(axes);
        return List.copyOf(others);
    }

    /** The permutation that undoes {@code permutation}. */
    static List<Integer> inverse(List<Integer> permutation) {
        return range(0, permutation.size()).stream().map(permutation::indexOf).toList();
    }
}
