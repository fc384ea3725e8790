package dev.covector.compiler.simplify;

import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Movement merged and cancelled. The normal form: axes of extent 1 come from a reshape only, a broadcast repeats
 * along axes that its operand does not have, and where an elementwise op and a broadcast meet, the op comes first, on the
 * smaller shape.
 */
final class Movement {
    private Movement() {}

    static final List<Rule> RULES = List.of(

            // ---- reshape

            // reshape(x) to its own shape = x
            Rule.on(Op.Reshape.class, "reshape-same",
                    (r, op, in) -> op.shape().equals(in.get(0).type().shape()) ? in.get(0) : null),
            // reshape(reshape(x)) = reshape(x)
            Rule.on(Op.Reshape.class, "reshape-reshape",
                    (r, op, in) -> r.op(in.get(0)) instanceof Op.Reshape ? r.make(op, in.get(0).inputs())
                            : null),
            // reshape(broadcast(x)) = broadcast(x), where only axes of extent 1 come and go, or x is one number
            Rule.on(Op.Reshape.class, "reshape-broadcast", (r, op, in) -> {
                if (!(r.op(in.get(0)) instanceof Op.Broadcast broadcast)) {
                    return null;
                }
                Node x = in.get(0).input(0);
                if (broadcast.axes().isEmpty()) {
                    return r.broadcast(x, op.shape(), List.of());
                }
                List<Integer> from = Axes.nonUnit(broadcast.shape());
                List<Integer> to = Axes.nonUnit(op.shape());
                return Axes.sameButUnit(broadcast.shape(), op.shape()) && from.containsAll(broadcast.axes())
                        ? r.broadcast(x, op.shape(),
                                broadcast.axes().stream().map(axis -> to.get(from.indexOf(axis))).toList())
                        : null;
            }),

            // ---- broadcast

            // broadcast(x) to its own shape = x
            Rule.on(Op.Broadcast.class, "broadcast-same",
                    (r, op, in) -> op.shape().equals(in.get(0).type().shape()) ? in.get(0) : null),
            // broadcast(broadcast(x)) = broadcast(x)
            Rule.on(Op.Broadcast.class, "broadcast-broadcast",
                    (r, op, in) -> r.op(in.get(0)) instanceof Op.Broadcast inner
                            ? r.broadcast(in.get(0).input(0), op.shape(), Axes.at(op.axes(), inner.axes()))
                            : null),
            // broadcast(x: [1,n]) = broadcast(reshape(x): [n])
            Rule.on(Op.Broadcast.class, "broadcast-unit-axes", (r, op, in) -> {
                Shape shape = in.get(0).type().shape();
                List<Integer> kept = Axes.nonUnit(shape);
                return kept.size() == shape.rank() ? null
                        : r.broadcast(r.reshape(in.get(0), Axes.at(shape, kept)), op.shape(),
                                Axes.at(op.axes(), kept));
            }),
            // broadcast(x: [n]) to [1,n] = reshape(x)
            Rule.on(Op.Broadcast.class, "broadcast-nothing",
                    (r, op, in) -> Axes.sameButUnit(op.shape(), in.get(0).type().shape())
                            ? r.reshape(in.get(0), op.shape()) : null),

            // ---- transpose

            // transpose(x) in the same order = x
            Rule.on(Op.Transpose.class, "transpose-same",
                    (r, op, in) -> op.permutation().equals(Axes.all(op.permutation().size())) ? in.get(0)
                            : null),
            // transpose(transpose(x)) = transpose(x)
            Rule.on(Op.Transpose.class, "transpose-transpose",
                    (r, op, in) -> r.op(in.get(0)) instanceof Op.Transpose inner
                            ? r.transpose(in.get(0).input(0), Axes.at(inner.permutation(), op.permutation()))
                            : null),
            // transpose(x) that moves axes of extent 1 only = reshape(x)
            Rule.on(Op.Transpose.class, "transpose-unit-axes", (r, op, in) -> {
                Shape shape = in.get(0).type().shape();
                List<Integer> moved =
                        op.permutation().stream().filter(axis -> !shape.dim(axis).isExactly(1)).toList();
                return Axes.ascend(moved) ? r.reshape(in.get(0), Axes.at(shape, op.permutation())) : null;
            }),
            // transpose(broadcast(x)) = broadcast(transpose(x))
            Rule.on(Op.Transpose.class, "transpose-broadcast", (r, op, in) -> {
                if (!(r.op(in.get(0)) instanceof Op.Broadcast broadcast)) {
                    return null;
                }
                List<Integer> places =
                        broadcast.axes().stream().map(axis -> op.permutation().indexOf(axis)).toList();
                List<Integer> order = Axes.sorting(places);
                return r.broadcast(r.transpose(in.get(0).input(0), order),
                        Axes.at(broadcast.shape(), op.permutation()), Axes.at(places, order));
            }),

            // ---- elementwise

            elementwise(Op.Unary.class, "unary-broadcast"), elementwise(Op.Binary.class, "binary-broadcast"),
            elementwise(Op.Compare.class, "compare-broadcast"),
            elementwise(Op.Select.class, "select-broadcast"), elementwise(Op.Cast.class, "cast-broadcast"),
            elementwise(Op.StopGradient.class, "stop-broadcast"));

    /** f(broadcast(x), broadcast(y)) = broadcast(f(x, y)), on the axes that x or y has; a new axis of extent 1 counts. */
    private static <O extends Op> Rule elementwise(Class<O> op, String name) {
        return Rule.on(op, name, (r, f, in) -> {
            if (mayFail(f, in.get(0))) {
                return null;
            }
            TreeSet<Integer> axes = new TreeSet<>();
            List<Spread> spreads = new ArrayList<>();
            for (Node operand : in) {
                Spread spread = Spread.of(r, operand);
                if (spread == null) {
                    return null;
                }
                spreads.add(spread);
                axes.addAll(spread.axes());
            }
            Shape shape = in.get(0).type().shape();
            if (axes.size() == shape.rank()) {
                return null;
            }
            List<Integer> kept = List.copyOf(axes);
            Shape smaller = Axes.at(shape, kept);
            List<Node> operands = spreads.stream().map(spread -> r.broadcast(spread.source(), smaller,
                    spread.axes().stream().map(kept::indexOf).toList())).toList();
            return r.broadcast(r.make(f, operands), shape, kept);
        });
    }

    /** Over no elements a division by zero does not fail; on a smaller shape it would. */
    private static boolean mayFail(Op op, Node operand) {
        return op instanceof Op.Binary binary && operand.type().dtype().isInteger()
                && (binary.kind() == BinaryKind.DIV || binary.kind() == BinaryKind.REM);
    }

    /** A source of which axis {@code i} is axis {@code axes[i]} of the whole, the same along all others. */
    record Spread(Node source, List<Integer> axes) {

        /** How a broadcast, or a reshape that adds axes of extent 1, is made. */
        static @Nullable Spread of(Rewriter r, Node node) {
            if (r.op(node) instanceof Op.Broadcast broadcast) {
                return new Spread(node.input(0), broadcast.axes());
            }
            if (r.op(node) instanceof Op.Reshape reshape) {
                Shape from = node.input(0).type().shape();
                List<Integer> axes = Axes.nonUnit(reshape.shape());
                return axes.size() == from.rank() && from.rank() < reshape.shape().rank()
                        && Axes.sameButUnit(from, reshape.shape()) ? new Spread(node.input(0), axes) : null;
            }
            return null;
        }
    }

    /** Lists of axes. */
    static final class Axes {
        private Axes() {}

        static List<Integer> all(int rank) {
            return IntStream.range(0, rank).boxed().toList();
        }

        static List<Integer> nonUnit(Shape shape) {
            return all(shape.rank()).stream().filter(axis -> !shape.dim(axis).isExactly(1)).toList();
        }

        /** Whether the shapes are the same but for axes of extent 1. */
        static boolean sameButUnit(Shape a, Shape b) {
            return at(a, nonUnit(a)).equals(at(b, nonUnit(b)));
        }

        static Shape at(Shape shape, List<Integer> axes) {
            return Shape.of(axes.stream().map(shape::dim).toList());
        }

        static List<Integer> at(List<Integer> values, List<Integer> indices) {
            return indices.stream().map(values::get).toList();
        }

        /** Where to find the least value, the next, and so on. */
        static List<Integer> sorting(List<Integer> values) {
            return values.stream().sorted().map(values::indexOf).toList();
        }

        static boolean ascend(List<Integer> values) {
            return sorting(values).equals(all(values.size()));
        }

        static List<Integer> without(int rank, List<Integer> axes) {
            return all(rank).stream().filter(axis -> !axes.contains(axis)).toList();
        }
    }
}
