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
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

    final Node make(UnaryKind kind, Node a) {
        return make(new Op.Unary(kind), a);
    }

    final Node neg(Node a) {
        return make(UnaryKind.NEG, a);
    }

    final Node sign(Node a) {
        return make(UnaryKind.SIGN, a);
    }

    final Node square(Node a) {
        return make(UnaryKind.SQUARE, a);
    }

    final Node not(Node a) {
        return make(UnaryKind.NOT, a);
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

    final Node pow(Node a, Node b) {
        return make(new Op.Binary(BinaryKind.POW), a, b);
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

    /** {@code value} put around, and between, the elements of {@code a}: see {@link Op.Pad}. */
    final Node pad(Node a, double value, List<Dim> low, List<Dim> high, List<Integer> interior) {
        boolean nothing = interior.stream().allMatch(width -> width == 0)
                && Stream.concat(low.stream(), high.stream()).allMatch(width -> width.isExactly(0));
        return nothing ? a : make(new Op.Pad(low, high, interior), a,
                make(new Op.Constant(Literal.of(a.type().dtype(), value))));
    }

    final Node reverse(Node a, List<Integer> axes) {
        return axes.isEmpty() ? a : make(new Op.Reverse(axes), a);
    }

    /**
     * Of {@code g}, which is over the elements of {@code y}, a movement op: each element where operand {@code i} had it
     * that it came from, and 0 or false for elements of the operand that {@code y} left out.
     */
    final Node movedBack(Node y, int i, Node g) {
        Shape shape = y.input(i).type().shape();
        return switch (y.op()) {
            case Op.Slice slice -> unsliced(slice, shape, g);
            case Op.Reverse reverse -> reverse(g, reverse.axes());
            case Op.Pad pad -> unpadded(pad, shape, g);
            case Op.Concat concat -> {
                Dim start = Dim.of(0);
                for (Node before : y.inputs().subList(0, i)) {
                    start = start.plus(before.type().shape().dim(concat.axis()));
                }
                List<Dim> starts = new ArrayList<>(Collections.nCopies(shape.rank(), Dim.of(0)));
                List<Dim> limits = new ArrayList<>(shape.dims());
                starts.set(concat.axis(), start);
                limits.set(concat.axis(), start.plus(shape.dim(concat.axis())));
                yield slice(g, starts, limits, Collections.nCopies(shape.rank(), 1));
            }
            default -> throw new IllegalArgumentException(y.op() + " does not say where elements went");
        };
    }

    private Node slice(Node a, List<Dim> starts, List<Dim> limits, List<Integer> steps) {
        boolean whole = steps.stream().allMatch(step -> step == 1) && limits.equals(a.type().shape().dims())
                && starts.stream().allMatch(start -> start.isExactly(0));
        return whole ? a : make(new Op.Slice(starts, limits, steps), a);
    }

    private Node unsliced(Op.Slice op, Shape shape, Node g) {
        List<Dim> high = new ArrayList<>();
        List<Integer> interior = new ArrayList<>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            int step = op.steps().get(axis);
            Dim spread = g.type().shape().dim(axis).times(step).minus(Dim.of(step - 1L));
            high.add(shape.dim(axis).minus(op.starts().get(axis)).minus(spread));
            interior.add(step - 1);
        }
        return pad(g, 0, op.starts(), high, interior);
    }

    /** What was padded away comes back as 0; then of each element and what was put behind it, the element. */
    private Node unpadded(Op.Pad op, Shape shape, Node g) {
        List<Dim> low = new ArrayList<>();
        List<Dim> high = new ArrayList<>();
        List<Dim> limits = new ArrayList<>();
        List<Integer> steps = new ArrayList<>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            int interior = op.interior().get(axis);
            low.add(op.low().get(axis).times(-1));
            high.add(Dim.of(interior).minus(op.high().get(axis)));
            limits.add(shape.dim(axis).times(1L + interior));
            steps.add(1 + interior);
        }
        List<Integer> none = Collections.nCopies(shape.rank(), 0);
        return slice(pad(g, 0, low, high, none), Collections.nCopies(shape.rank(), Dim.of(0)), limits, steps);
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

    @SafeVarargs
    static List<Integer> concat(List<Integer>... lists) {
        List<Integer> all = new ArrayList<>();
        for (List<Integer> list : lists) {
            all.addAll(list);
        }
        return all;
    }

    /** The permutation that undoes {@code permutation}. */
    static List<Integer> inverse(List<Integer> permutation) {
        return range(0, permutation.size()).stream().map(permutation::indexOf).toList();
    }
}
