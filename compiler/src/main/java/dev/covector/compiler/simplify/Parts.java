package dev.covector.compiler.simplify;

import dev.covector.compiler.simplify.Movement.Axes;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is taken apart and put together, merged and cancelled. */
final class Parts {
    private Parts() {}

    static final List<Rule> RULES = List.of(

            // ---- slice

            // slice(x) of all = x
            Rule.on(Op.Slice.class, "slice-all", (r, op, in) -> isAll(op, in.get(0)) ? in.get(0) : null),
            // slice(slice(x)) = slice(x)
            Rule.on(Op.Slice.class, "slice-slice", (r, op, in) -> r.op(in.get(0)) instanceof Op.Slice inner
                    ? ofSlice(r, op, inner, in.get(0)) : null),
            // slice(broadcast(x)) = broadcast(slice(x))
            Rule.on(Op.Slice.class, "slice-broadcast",
                    (r, op, in) -> r.op(in.get(0)) instanceof Op.Broadcast broadcast
                            ? ofBroadcast(r, op, broadcast, in.get(0)) : null),
            // slice(concat(x, y)) = slice(y), of what is y's alone
            Rule.on(Op.Slice.class, "slice-concat", (r, op, in) -> r.op(in.get(0)) instanceof Op.Concat concat
                    ? ofConcat(r, op, concat.axis(), in.get(0)) : null),
            // slice(pad(x)) = slice(x), of what is x's alone
            Rule.on(Op.Slice.class, "slice-pad", (r, op, in) -> r.op(in.get(0)) instanceof Op.Pad pad
                    && pad.interior().stream().allMatch(width -> width == 0)
                            ? within(r, op, pad.low(), in.get(0).input(0)) : null),

            // ---- reverse

            // reverse(x) along nothing, or along axes of extent 1 = x
            Rule.on(Op.Reverse.class, "reverse-nothing", (r, op, in) -> {
                Shape shape = in.get(0).type().shape();
                List<Integer> axes =
                        op.axes().stream().filter(axis -> !shape.dim(axis).isExactly(1)).toList();
                return axes.isEmpty() ? in.get(0)
                        : axes.equals(op.axes()) ? null : r.make(new Op.Reverse(axes), in);
            }),
            // reverse(reverse(x)) = reverse(x) along what only one of them reverses
            Rule.on(Op.Reverse.class, "reverse-reverse", (r, op, in) -> {
                if (!(r.op(in.get(0)) instanceof Op.Reverse inner)) {
                    return null;
                }
                List<Integer> axes = Axes.all(in.get(0).type().shape().rank()).stream()
                        .filter(axis -> op.axes().contains(axis) != inner.axes().contains(axis)).toList();
                return r.make(new Op.Reverse(axes), in.get(0).inputs());
            }),

            // ---- pad

            // pad(x) by nothing or less = slice(x)
            Rule.on(Op.Pad.class, "pad-away", (r, op, in) -> {
                boolean away = op.interior().stream().allMatch(width -> width == 0)
                        && Stream.concat(op.low().stream(), op.high().stream())
                                .allMatch(width -> width.times(-1).isNonNegative());
                if (!away) {
                    return null;
                }
                List<Dim> limits = new ArrayList<>();
                for (int axis = 0; axis < op.high().size(); axis++) {
                    limits.add(in.get(0).type().shape().dim(axis).plus(op.high().get(axis)));
                }
                return r.make(new Op.Slice(op.low().stream().map(width -> width.times(-1)).toList(), limits,
                        Collections.nCopies(limits.size(), 1)), in.subList(0, 1));
            }),
            // pad(pad(x)) = pad(x), by one value, where the inner one takes nothing away that the outer one replaces
            Rule.on(Op.Pad.class, "pad-pad", (r, op, in) -> {
                if (!(r.op(in.get(0)) instanceof Op.Pad inner) || in.get(0).input(1) != in.get(1)
                        || !Stream.concat(op.interior().stream(), inner.interior().stream())
                                .allMatch(width -> width == 0)) {
                    return null;
                }
                List<Dim> low = sums(op.low(), inner.low());
                List<Dim> high = sums(op.high(), inner.high());
                return low == null || high == null ? null
                        : r.make(new Op.Pad(low, high, op.interior()),
                                List.of(in.get(0).input(0), in.get(1)));
            }),

            // ---- concat

            // concat(x) = x
            Rule.on(Op.Concat.class, "concat-one", (r, op, in) -> in.size() == 1 ? in.get(0) : null),
            // concat(x, nothing) = concat(x)
            Rule.on(Op.Concat.class, "concat-nothing", (r, op, in) -> {
                List<Node> some = in.stream().filter(part -> !part.type().shape().dim(op.axis()).isExactly(0))
                        .toList();
                return some.isEmpty() ? in.get(0) : some.size() == in.size() ? null : r.make(op, some);
            }),
            // concat(concat(x, y), z) = concat(x, y, z), if nothing else needs concat(x, y)
            Rule.on(Op.Concat.class, "concat-concat", (r, op, in) -> {
                List<Node> all = new ArrayList<>();
                for (Node part : in) {
                    all.addAll(r.op(part).equals(op) && r.usedOnce(part) ? part.inputs() : List.of(part));
                }
                return all.size() == in.size() ? null : r.make(op, all);
            }),
            // concat(slice(x), slice(x)) = slice(x), of neighbours
            Rule.on(Op.Concat.class, "concat-slices", Parts::ofNeighbours));

    private static boolean isAll(Op.Slice op, Node x) {
        return op.steps().stream().allMatch(step -> step == 1)
                && op.starts().stream().allMatch(start -> start.isExactly(0))
                && op.limits().equals(x.type().shape().dims());
    }

    private static @Nullable Node ofSlice(Rewriter r, Op.Slice op, Op.Slice inner, Node sliced) {
        List<Dim> starts = new ArrayList<>();
        List<Dim> limits = new ArrayList<>();
        List<Integer> steps = new ArrayList<>();
        for (int axis = 0; axis < op.starts().size(); axis++) {
            int step = inner.steps().get(axis);
            Dim extent = extent(op, axis);
            Dim start = inner.starts().get(axis).plus(op.starts().get(axis).times(step));
            // Up to the last element that the outer slice may take, and not what the inner one leaves out behind it.
            Dim limit = start.plus(
                    op.limits().get(axis).minus(op.starts().get(axis)).minus(Dim.of(1)).times(step)).plus(1);
            long both = (long) step * op.steps().get(axis);
            if (extent.isExactly(0) || both != (int) both
                    || !limit.minus(start).ceilDiv((int) both).equals(extent)) {
                return null;
            }
            starts.add(start);
            limits.add(limit);
            steps.add((int) both);
        }
        return r.make(new Op.Slice(starts, limits, steps), sliced.inputs());
    }

    private static Dim extent(Op.Slice op, int axis) {
        return op.limits().get(axis).minus(op.starts().get(axis)).ceilDiv(op.steps().get(axis));
    }

    private static @Nullable Node ofBroadcast(Rewriter r, Op.Slice op, Op.Broadcast broadcast, Node whole) {
        Node x = whole.input(0);
        if (!x.type().shape().equals(Axes.at(broadcast.shape(), broadcast.axes()))) {
            return null;
        }
        List<Dim> dims = new ArrayList<>();
        for (int axis = 0; axis < op.starts().size(); axis++) {
            dims.add(extent(op, axis));
        }
        List<Integer> axes = broadcast.axes();
        Node part = r.make(new Op.Slice(axes.stream().map(op.starts()::get).toList(),
                axes.stream().map(op.limits()::get).toList(), Axes.at(op.steps(), axes)), List.of(x));
        return r.broadcast(part, Shape.of(dims), axes);
    }

    private static @Nullable Node ofConcat(Rewriter r, Op.Slice op, int axis, Node whole) {
        Dim before = Dim.of(0);
        for (Node part : whole.inputs()) {
            List<Dim> offsets = new ArrayList<>(Collections.nCopies(op.starts().size(), Dim.of(0)));
            offsets.set(axis, before);
            Node slice = within(r, op, offsets, part);
            if (slice != null) {
                return slice;
            }
            before = before.plus(part.type().shape().dim(axis));
        }
        return null;
    }

    /** What a slice takes of x, which begins at {@code offsets} of what is sliced; null if that may be more than x. */
    private static @Nullable Node within(Rewriter r, Op.Slice op, List<Dim> offsets, Node x) {
        List<Dim> starts = new ArrayList<>();
        List<Dim> limits = new ArrayList<>();
        for (int axis = 0; axis < offsets.size(); axis++) {
            Dim start = op.starts().get(axis).minus(offsets.get(axis));
            Dim limit = op.limits().get(axis).minus(offsets.get(axis));
            if (!start.isNonNegative() || !x.type().shape().dim(axis).minus(limit).isNonNegative()) {
                return null;
            }
            starts.add(start);
            limits.add(limit);
        }
        return r.make(new Op.Slice(starts, limits, op.steps()), List.of(x));
    }

    /** Null where one side would be padded by the outer after elements were taken away by the inner. */
    private static @Nullable List<Dim> sums(List<Dim> outer, List<Dim> inner) {
        List<Dim> sums = new ArrayList<>();
        for (int axis = 0; axis < outer.size(); axis++) {
            if (!outer.get(axis).isExactly(0) && !inner.get(axis).isNonNegative()) {
                return null;
            }
            sums.add(outer.get(axis).plus(inner.get(axis)));
        }
        return sums;
    }

    private static @Nullable Node ofNeighbours(Rewriter r, Op.Concat op, List<Node> in) {
        if (in.size() < 2 || !(r.op(in.get(0)) instanceof Op.Slice first)) {
            return null;
        }
        Dim end = first.starts().get(op.axis());
        for (Node part : in) {
            if (!(r.op(part) instanceof Op.Slice slice) || part.input(0) != in.get(0).input(0)
                    || slice.steps().get(op.axis()) != 1 || !slice.starts().get(op.axis()).equals(end)
                    || !sameBut(op.axis(), slice, first)) {
                return null;
            }
            end = slice.limits().get(op.axis());
        }
        List<Dim> limits = new ArrayList<>(first.limits());
        limits.set(op.axis(), end);
        return r.make(new Op.Slice(first.starts(), limits, first.steps()), in.get(0).inputs());
    }

    private static boolean sameBut(int axis, Op.Slice a, Op.Slice b) {
        return Axes.all(a.starts().size()).stream().allMatch(other -> other == axis
                || a.starts().get(other).equals(b.starts().get(other))
                        && a.limits().get(other).equals(b.limits().get(other))
                        && a.steps().get(other).equals(b.steps().get(other)));
    }
}
