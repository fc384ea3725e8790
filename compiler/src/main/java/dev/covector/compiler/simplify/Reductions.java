package dev.covector.compiler.simplify;

import dev.covector.compiler.simplify.Movement.Axes;
import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.graph.ir.UnaryKind;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reductions over fewer elements. Merged sums are taken in another order, which rounds differently. */
final class Reductions {
    private Reductions() {}

    static final List<Rule> RULES = List.of(
            // max(x) over no axes = x, and the like for others; sum(x) over no axes = x + 0, which is x but for -0
            Rule.on(Op.Reduce.class, "reduce-no-axes", (r, op, in) -> {
                Node x = in.get(0);
                return !op.axes().isEmpty() ? null
                        : op.kind() != ReduceKind.SUM ? x : r.binary(BinaryKind.ADD, x, r.full(x.type(), 0));
            }),
            // sum(x: [n,1]) = sum(reshape(x): [n]), and the like for others
            Rule.on(Op.Reduce.class, "reduce-unit-axes", (r, op, in) -> {
                Shape shape = in.get(0).type().shape();
                List<Integer> unit = op.axes().stream().filter(axis -> shape.dim(axis).isExactly(1)).toList();
                if (unit.isEmpty()) {
                    return null;
                }
                List<Integer> kept = Axes.without(shape.rank(), unit);
                return r.reduce(op.kind(), r.reshape(in.get(0), Axes.at(shape, kept)),
                        op.axes().stream().filter(axis -> !unit.contains(axis)).map(kept::indexOf).toList());
            }),
            // sum(sum(x)) = sum(x), and the like for others
            Rule.on(Op.Reduce.class, "reduce-reduce", (r, op, in) -> {
                if (!(r.op(in.get(0)) instanceof Op.Reduce inner) || inner.kind() != op.kind()
                        || !r.usedOnce(in.get(0))) {
                    return null;
                }
                Node x = in.get(0).input(0);
                List<Integer> left = Axes.without(x.type().shape().rank(), inner.axes());
                List<Integer> kept = Axes.at(left, Axes.without(left.size(), op.axes()));
                return r.reduce(op.kind(), x, Axes.without(x.type().shape().rank(), kept));
            }),
            // sum(-x) = 0 - sum(x); as -sum(x) a sum of zeros would be -0
            Rule.on(Op.Reduce.class, "sum-neg", (r, op, in) -> {
                Node x = r.argument(in.get(0), UnaryKind.NEG);
                if (x == null || op.kind() != ReduceKind.SUM) {
                    return null;
                }
                Node sum = r.reduce(op.kind(), x, op.axes());
                return r.binary(BinaryKind.SUB, r.full(sum.type(), 0), sum);
            }),
            // sum(x · c) = sum(x) · c, for scalars c > 0, if nothing else needs x · c
            Rule.on(Op.Reduce.class, "sum-scaled", (r, op, in) -> {
                Scaled scaled = Scaled.of(r, in.get(0));
                return scaled == null || op.kind() != ReduceKind.SUM || op.axes().isEmpty()
                        || !r.usedOnce(in.get(0)) ? null
                                : Scaled.times(r, r.reduce(op.kind(), scaled.x(), op.axes()), scaled.c());
            }),
            // sum(broadcast(x)) = (sum(x) + 0) · n, where n counts the repetitions; max(broadcast(x)) = max(x)
            // where there are repetitions, and the like for min, any and all
            Rule.on(Op.Reduce.class, "reduce-broadcast", Reductions::ofBroadcast),
            // sum(reshape(x)) = sum(x) over all, or where only axes of extent 1 came or went; and the like for others
            Rule.on(Op.Reduce.class, "reduce-reshape", (r, op, in) -> {
                if (!(r.op(in.get(0)) instanceof Op.Reshape reshape)) {
                    return null;
                }
                Node x = in.get(0).input(0);
                if (op.axes().size() == reshape.shape().rank()) {
                    return r.reshape(r.reduce(op.kind(), x, Axes.nonUnit(x.type().shape())), Shape.scalar());
                }
                List<Integer> before = Axes.nonUnit(x.type().shape());
                List<Integer> after = Axes.nonUnit(reshape.shape());
                if (!Axes.sameButUnit(x.type().shape(), reshape.shape()) || !after.containsAll(op.axes())) {
                    return null;
                }
                Node reduced = r.reduce(op.kind(), x,
                        op.axes().stream().map(axis -> before.get(after.indexOf(axis))).toList());
                return r.reshape(reduced,
                        Axes.at(reshape.shape(), Axes.without(reshape.shape().rank(), op.axes())));
            }),
            // sum(transpose(x)) = transpose(sum(x)), and the like for others
            Rule.on(Op.Reduce.class, "reduce-transpose", (r, op, in) -> {
                if (!(r.op(in.get(0)) instanceof Op.Transpose transpose)) {
                    return null;
                }
                List<Integer> permutation = transpose.permutation();
                List<Integer> axes = Axes.at(permutation, op.axes()).stream().sorted().toList();
                List<Integer> left = Axes.without(permutation.size(), axes);
                List<Integer> order = Axes.at(permutation, Axes.without(permutation.size(), op.axes()))
                        .stream().map(left::indexOf).toList();
                return r.transpose(r.reduce(op.kind(), in.get(0).input(0), axes), order);
            }));

    private static @Nullable Node ofBroadcast(Rewriter r, Op.Reduce op, List<Node> in) {
        if (!(r.op(in.get(0)) instanceof Op.Broadcast broadcast)) {
            return null;
        }
        List<Integer> repeated = op.axes().stream().filter(axis -> !broadcast.axes().contains(axis)).toList();
        if (repeated.isEmpty() || op.kind() == ReduceKind.PROD) {
            return null;
        }
        Dim count = Dim.of(1);
        for (int axis : repeated) {
            count = count.times(broadcast.shape().dim(axis));
        }
        // The greatest of nothing is not x.
        if (op.kind() != ReduceKind.SUM && (!count.isConstant() || count.value() == 0)) {
            return null;
        }
        Node x = in.get(0).input(0);
        List<Integer> mine = op.axes().stream().filter(broadcast.axes()::contains)
                .map(broadcast.axes()::indexOf).toList();
        Node reduced = mine.isEmpty() ? x : r.reduce(op.kind(), x, mine);
        if (op.kind() == ReduceKind.SUM) {
            Node times = r.make(new Op.Extent(count, x.type().dtype()), List.of());
            Node notMinusZero = r.binary(BinaryKind.ADD, reduced, r.full(reduced.type(), 0));
            reduced = r.binary(BinaryKind.MUL, notMinusZero,
                    r.broadcast(times, reduced.type().shape(), List.of()));
        }
        List<Integer> left = Axes.without(broadcast.shape().rank(), op.axes());
        return r.broadcast(reduced, Axes.at(broadcast.shape(), left),
                left.stream().filter(broadcast.axes()::contains).map(left::indexOf).toList());
    }
}
