package dev.covector.compiler;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Elementwise ops of a value whose elements are repeated along new axes, which a reshape then joins with those beside them:
 * the derivative of average pooling, for instance. They are computed before axes are joined, where a repeated element is only
 * read at another index; once they are joined it has to be written as often as it is repeated.
 */
final class Repeated {
    /** Nodes that are computed again before axes are joined, because nothing else may need them. */
    private static final int MOST_MOVED = 8;
    /** Up to so many elements are written as often as they are repeated. */
    private static final int FEW = 1 << 12;

    private final NodeFactory nodes;
    /** What is the reshape of something that was computed before axes were joined. */
    private final Set<Node> joined = new HashSet<>();

    Repeated(NodeFactory nodes) {
        this.nodes = nodes;
    }

    /** The elementwise {@code op}, computed before axes are joined; null if no operand is repeated so. */
    @Nullable
    Node elementwise(Node like, Op op, List<Node> inputs) {
        for (Node input : inputs) {
            if (Roles.isElementwise(like) && isJoined(input)) {
                List<Node> apart = new ArrayList<>();
                int[] left = {MOST_MOVED};
                for (Node operand : inputs) {
                    Node moved = apart(operand, input.input(0).type().shape(), left);
                    if (moved == null) {
                        return null;
                    }
                    apart.add(moved);
                }
                Node result = nodes.make(op, apart, like.line(), null);
                Node whole = nodes.make(new Op.Reshape(input.type().shape()), List.of(result), like.line(),
                        like.name());
                joined.add(whole);
                return whole;
            }
        }
        return null;
    }

    /** Another shape of what was computed before axes were joined, which is in memory; null if {@code x} was not. */
    @Nullable
    Node reshape(Node like, Shape shape, Node x) {
        return joined.contains(x)
                ? nodes.make(new Op.Reshape(shape), x.inputs(), like.line(), like.name()) : null;
    }

    private boolean isJoined(Node node) {
        return joined.contains(node) || node.op() instanceof Op.Reshape && !IndexMaps.isIndexMap(node)
                && node.input(0).op() instanceof Op.Broadcast && repeats(node.input(0))
                && !isFew(node.type().shape().size());
    }

    private static boolean isFew(Dim size) {
        return size.isConstant() && size.value() <= FEW;
    }

    /** Whether a broadcast has each element several times. */
    static boolean repeats(Node broadcast) {
        Shape shape = broadcast.type().shape();
        List<Integer> axes = ((Op.Broadcast) broadcast.op()).axes();
        return !axes.isEmpty() && IntStream.range(0, shape.rank())
                .anyMatch(axis -> !axes.contains(axis) && !shape.dim(axis).isExactly(1));
    }

    /** The same elements in another shape; null if they would have to be written for it. */
    private @Nullable Node apart(Node node, Shape shape, int[] left) {
        if (node.op() instanceof Op.Reshape && node.input(0).type().shape().equals(shape)) {
            return node.input(0);
        }
        if (node.op() instanceof Op.Broadcast(Shape all, List<Integer> axes)) {
            List<Integer> places = axesApart(shape, all, axes);
            boolean along = node.input(0).type().shape().dims().equals(axes.stream().map(all::dim).toList());
            return places == null || !along ? null
                    : nodes.make(new Op.Broadcast(shape, places), List.of(reshaped(node.input(0),
                            Shape.of(places.stream().map(shape::dim).toList()))), node.line(), node.name());
        }
        if (Roles.isElementwise(node) && Roles.isCheap(node) && left[0]-- > 0) {
            List<Node> operands = new ArrayList<>();
            for (Node input : node.inputs()) {
                Node moved = apart(input, shape, left);
                if (moved == null) {
                    return null;
                }
                operands.add(moved);
            }
            return nodes.make(node.op(), operands, node.line(), node.name());
        }
        return Roles.isMovement(node) ? null : reshaped(node, shape);
    }

    private Node reshaped(Node node, Shape shape) {
        return node.type().shape().equals(shape) ? node
                : nodes.make(new Op.Reshape(shape), List.of(node), node.line(), null);
    }

    /** Over which axes of what was computed before axes were joined to sum instead of {@code axes}; null if it was not. */
    @Nullable
    List<Integer> axes(Node x, List<Integer> axes) {
        return joined.contains(x) ? axesApart(x.input(0).type().shape(), x.type().shape(), axes) : null;
    }

    /** The axes of {@code apart} that became {@code axes} of {@code joined}; null if that can't be told. */
    private static @Nullable List<Integer> axesApart(Shape apart, Shape joined, List<Integer> axes) {
        List<Integer> found = new ArrayList<>();
        int next = 0;
        for (int axis = 0; axis < joined.rank(); axis++) {
            Dim extent = Dim.of(1);
            int first = next;
            while (next < apart.rank() && (next == first || !extent.equals(joined.dim(axis))
                    || axis == joined.rank() - 1)) {
                extent = extent.times(apart.dim(next++));
            }
            if (!extent.equals(joined.dim(axis))) {
                return null;
            }
            if (axes.contains(axis)) {
                IntStream.range(first, next).forEach(found::add);
            }
        }
        return found;
    }
}
