package dev.covector.compiler;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.Type;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Values whose axes lie in memory in another order than the graph's, and the ops that take them as they lie. So the batch
 * of a convolution with few channels stays innermost from layer to layer, where lanes are many neighbours instead of
 * few channels.
 */
final class Layouts extends Algebra {
    Layouts(NodeFactory nodes, Node like) {
        super(nodes, like.line());
    }

    /** A value as {@code node}, whose axis {@code i} is the value's axis {@code order.get(i)}. */
    record Laid(Node node, List<Integer> order) {
        static Laid plain(Node node) {
            return new Laid(node, all(node.type().shape().rank()));
        }

        boolean isPlain() {
            for (int axis = 0; axis < order.size(); axis++) {
                if (order.get(axis) != axis) {
                    return false;
                }
            }
            return true;
        }

        /** Where each axis of the value is. */
        List<Integer> places() {
            return inverse(order);
        }

        static List<Integer> inverse(List<Integer> order) {
            return all(order.size()).stream().map(order::indexOf).toList();
        }
    }

    /** An op on operands as they lie, and how its result lies. */
    record Moved(Op op, List<Node> inputs, List<Integer> order) {}

    private static List<Integer> all(int rank) {
        return IntStream.range(0, rank).boxed().toList();
    }

    private static <T> List<T> at(List<T> values, List<Integer> indices) {
        return indices.stream().map(values::get).toList();
    }

    private static Shape at(Shape shape, List<Integer> axes) {
        return Shape.of(at(shape.dims(), axes));
    }

    /** A transposed value as what is transposed. */
    static Laid seen(Laid x) {
        return x.isPlain() && x.node().op() instanceof Op.Transpose transpose
                ? new Laid(x.node().input(0), Laid.inverse(transpose.permutation())) : x;
    }

    /** The value with its axes in the graph's order. */
    Node plain(Laid x) {
        return x.isPlain() ? x.node() : transpose(x.node(), x.places());
    }

    /** What {@code op} becomes where an operand is not plain; null if it takes none but plain ones. */
    @Nullable
    Moved moved(Op op, List<Laid> inputs) {
        return switch (op) {
            case Op.Unary unary -> elementwise(op, inputs);
            case Op.Binary binary -> elementwise(op, inputs);
            case Op.Compare compare -> elementwise(op, inputs);
            case Op.Select select -> elementwise(op, inputs);
            case Op.Cast cast -> elementwise(op, inputs);
            case Op.StopGradient stop -> elementwise(op, inputs);
            case Op.Broadcast broadcast -> broadcast(broadcast, inputs.getFirst());
            case Op.Reshape reshape -> reshape(reshape, inputs.getFirst());
            case Op.Reduce reduce -> reduce(reduce, inputs.getFirst());
            case Op.ReduceWindow w -> along(inputs, order -> new Op.ReduceWindow(w.kind(),
                    at(w.windows(), order), at(w.strides(), order)));
            case Op.ArgWindow w when keepsOrder(w, inputs.getFirst()) -> along(inputs,
                    order -> new Op.ArgWindow(w.kind(), at(w.windows(), order), at(w.strides(), order)));
            case Op.Pad pad -> along(inputs, order -> new Op.Pad(at(pad.low(), order), at(pad.high(), order),
                    at(pad.interior(), order)));
            case Op.Slice slice -> along(inputs, order -> new Op.Slice(at(slice.starts(), order),
                    at(slice.limits(), order), at(slice.steps(), order)));
            case Op.Reverse reverse -> along(inputs, order -> new Op.Reverse(
                    reverse.axes().stream().map(order::indexOf).sorted().toList()));
            default -> null;
        };
    }

    private interface Along {
        Op op(List<Integer> order);
    }

    /** An op with something to say about each axis, of which it keeps all; operands behind the first are scalars. */
    private static @Nullable Moved along(List<Laid> inputs, Along op) {
        Laid x = inputs.getFirst();
        return x.isPlain() ? null
                : new Moved(op.op(x.order()), inputs.stream().map(Laid::node).toList(), x.order());
    }

    /** Whether the axes of windows lie in the order in which an index within a window counts along them. */
    private static boolean keepsOrder(Op.ArgWindow op, Laid x) {
        List<Integer> counted = x.order().stream().filter(axis -> op.windows().get(axis) > 1).toList();
        return counted.equals(counted.stream().sorted().toList());
    }

    private Moved elementwise(Op op, List<Laid> inputs) {
        List<Integer> order =
                inputs.stream().filter(x -> !x.isPlain()).findFirst().orElseThrow().order();
        return new Moved(op, inputs.stream().map(x -> as(x, order)).toList(), order);
    }

    private static Moved reduce(Op.Reduce op, Laid x) {
        List<Integer> kept =
                all(x.order().size()).stream().filter(axis -> !op.axes().contains(axis)).toList();
        return new Moved(
                new Op.Reduce(op.kind(), op.axes().stream().map(x.order()::indexOf).sorted().toList()),
                List.of(x.node()), x.order().stream().filter(kept::contains).map(kept::indexOf).toList());
    }

    /** New axes lie behind the axis that they come after in the graph. */
    private static Moved broadcast(Op.Broadcast op, Laid x) {
        List<Integer> order = new ArrayList<>();
        int rank = op.shape().rank();
        added(op, 0, order);
        for (int axis : x.order()) {
            order.add(op.axes().get(axis));
            added(op, op.axes().get(axis) + 1, order);
        }
        if (order.size() != rank) {
            throw InternalCompilerException.of("axes " + order + " of " + op.shape());
        }
        return new Moved(new Op.Broadcast(at(op.shape(), order),
                all(rank).stream().filter(i -> op.axes().contains(order.get(i))).toList()),
                List.of(x.node()), order);
    }

    private static void added(Op.Broadcast op, int from, List<Integer> order) {
        for (int axis = from; axis < op.shape().rank() && !op.axes().contains(axis); axis++) {
            order.add(axis);
        }
    }

    private static @Nullable Moved reshape(Op.Reshape op, Laid x) {
        List<Group> groups = groups(Shape.of(at(x.node().type().shape().dims(), x.places())), op.shape());
        List<Integer> order = groups == null ? null : order(x.order(), groups, op.shape().rank());
        return order == null ? null
                : new Moved(new Op.Reshape(at(op.shape(), order)), List.of(x.node()), order);
    }

    // ---- reshapes, group by group

    /** Axes of an operand that a reshape takes together, and what it makes of them. */
    private record Group(List<Integer> from, List<Integer> to) {
        Group inverse() {
            return new Group(to, from);
        }
    }

    /** The groups of axes with an extent other than 1; null if it can't be told. */
    private static @Nullable List<Group> groups(Shape from, Shape to) {
        List<Group> groups = new ArrayList<>();
        int i = 0;
        int j = 0;
        while (true) {
            while (i < from.rank() && from.dim(i).isExactly(1)) {
                i++;
            }
            while (j < to.rank() && to.dim(j).isExactly(1)) {
                j++;
            }
            if (i == from.rank() || j == to.rank()) {
                return i == from.rank() && j == to.rank() ? groups : null;
            }
            Group group = new Group(new ArrayList<>(List.of(i)), new ArrayList<>(List.of(j)));
            Dim left = from.dim(i++);
            Dim right = to.dim(j++);
            while (!left.equals(right)) {
                // With a named extent on one side, the other one has to catch up with it.
                boolean leftIsBehind = left.isConstant() && right.isConstant() ? left.value() < right.value()
                        : left.isConstant()
                                || !right.isConstant() && left.names().size() < right.names().size();
                if (leftIsBehind ? i == from.rank() : j == to.rank()) {
                    return null;
                }
                if (leftIsBehind) {
                    group.from().add(i);
                    left = left.times(from.dim(i++));
                } else {
                    group.to().add(j);
                    right = right.times(to.dim(j++));
                }
            }
            groups.add(group);
        }
    }

    /** How the result lies where the operand lies in {@code order}; null where a group does not lie together. */
    private static @Nullable List<Integer> order(List<Integer> order, List<Group> groups, int rank) {
        Map<Integer, Group> beginning = new HashMap<>();
        groups.forEach(group -> beginning.put(group.from().getFirst(), group));
        List<Integer> counted =
                order.stream().filter(axis -> groups.stream().anyMatch(g -> g.from().contains(axis)))
                        .toList();
        List<Integer> result = new ArrayList<>(all(rank).stream()
                .filter(axis -> groups.stream().noneMatch(g -> g.to().contains(axis))).toList());
        for (int at = 0; at < counted.size();) {
            Group group = beginning.get(counted.get(at));
            if (group == null || at + group.from().size() > counted.size()
                    || !counted.subList(at, at + group.from().size()).equals(group.from())) {
                return null;
            }
            result.addAll(group.to());
            at += group.from().size();
        }
        return result;
    }

    // ---- plain values in another order

    /** The value with its axes in {@code order}. */
    Node as(Laid x, List<Integer> order) {
        return x.order().equals(order) ? x.node() : as(plain(x), order);
    }

    /** What repeats or renames elements is made in the order asked for; all else is transposed. */
    private Node as(Node x, List<Integer> order) {
        if (order.equals(all(order.size()))) {
            return x;
        }
        Node made = switch (x.op()) {
            case Op.Broadcast broadcast -> broadcastAs(broadcast, x.input(0), order);
            case Op.Reshape reshape -> reshapeAs(x, order);
            case Op.Iota iota ->
                    make(new Op.Iota(new Type(x.type().dtype(), at(x.type().shape(), order)),
                            order.indexOf(iota.axis())));
            case Op.Transpose transpose -> transposeAs(x.input(0), at(transpose.permutation(), order));
            default -> null;
        };
        return made != null ? made : transpose(x, order);
    }

    private Node transposeAs(Node x, List<Integer> permutation) {
        return permutation.equals(all(permutation.size())) ? x : transpose(x, permutation);
    }

    private Node broadcastAs(Op.Broadcast op, Node x, List<Integer> order) {
        Map<Integer, Integer> axisAt = new TreeMap<>();
        for (int axis = 0; axis < op.axes().size(); axis++) {
            axisAt.put(order.indexOf(op.axes().get(axis)), axis);
        }
        return make(new Op.Broadcast(at(op.shape(), order), List.copyOf(axisAt.keySet())),
                as(x, List.copyOf(axisAt.values())));
    }

    private @Nullable Node reshapeAs(Node x, List<Integer> order) {
        Node operand = x.input(0);
        Shape from = operand.type().shape();
        List<Group> groups = groups(from, x.type().shape());
        if (groups == null) {
            return null;
        }
        List<Integer> inner = order(order, groups.stream().map(Group::inverse).toList(), from.rank());
        return inner == null ? null
                : make(new Op.Reshape(at(x.type().shape(), order)), as(operand, inner));
    }
}
