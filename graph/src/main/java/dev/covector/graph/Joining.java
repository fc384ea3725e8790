package dev.covector.graph;

import dev.covector.graph.ir.Op;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Tensors put together along an axis, taken apart, and put together again in another order. */
final class Joining {
    private Joining() {}

    static Expr concat(int axis, List<Expr> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("concat needs at least one tensor");
        }
        return parts.get(0).builder().make(new Op.Concat(Axes.of(parts.get(0), axis)), parts, null);
    }

    static Expr stack(int axis, List<Expr> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("stack needs at least one tensor");
        }
        Expr first = parts.get(0);
        for (Expr part : parts) {
            if (!part.shape().equals(first.shape())) {
                throw first.builder().error("the shapes differ: " + first.shape() + " and " + part.shape(),
                        parts, "concat joins along an axis that there is already");
            }
        }
        return concat(axis, parts.stream().map(part -> part.expandDims(axis)).toList());
    }

    static List<Expr> split(Expr x, int axis, int sections) {
        Dim extent = x.shape().dim(Axes.of(x, axis));
        Dim each = sections > 0 ? extent.dividedExactlyBy(Dim.of(sections)) : null;
        if (each == null) {
            throw x.builder().error("can't split axis " + axis + " of the shape " + x.shape() + " into "
                    + sections + " equal parts", List.of(x), "say how long each is: split(axis, sizes)");
        }
        return split(x, Axes.of(x, axis), Collections.nCopies(sections, each));
    }

    static List<Expr> split(Expr x, int axis, int... sizes) {
        Dim rest = x.shape().dim(Axes.of(x, axis));
        int open = 0;
        for (int size : sizes) {
            if (size == -1) {
                open++;
            } else if (size < 0) {
                open = 2;
            } else {
                rest = rest.minus(Dim.of(size));
            }
        }
        if (open > 1 || open == 0 && !rest.isExactly(0) || rest.isConstant() && rest.value() < 0) {
            throw x.builder().error("the sizes " + Arrays.toString(sizes) + " are not those of parts of axis "
                    + axis + " of the shape " + x.shape(), List.of(x),
                    "they add up to the extent; one may be -1: whatever is left over");
        }
        Dim left = rest;
        return split(x, Axes.of(x, axis),
                Arrays.stream(sizes).mapToObj(size -> size == -1 ? left : Dim.of(size)).toList());
    }

    private static List<Expr> split(Expr x, int axis, List<Dim> sizes) {
        List<Expr> parts = new ArrayList<>();
        Dim start = Dim.of(0);
        for (Dim size : sizes) {
            List<Dim> starts = new ArrayList<>(Collections.nCopies(x.rank(), Dim.of(0)));
            List<Dim> limits = new ArrayList<>(x.shape().dims());
            starts.set(axis, start);
            limits.set(axis, start.plus(size));
            parts.add(size.equals(x.shape().dim(axis)) ? x : x.builder().make(
                    new Op.Slice(starts, limits, Collections.nCopies(x.rank(), 1)), List.of(x), null));
            start = start.plus(size);
        }
        return List.copyOf(parts);
    }

    static Expr pad(Expr x, int axis, int low, int high, double value) {
        List<Dim> lows = new ArrayList<>(Collections.nCopies(x.rank(), Dim.of(0)));
        List<Dim> highs = new ArrayList<>(lows);
        lows.set(Axes.of(x, axis), Dim.of(low));
        highs.set(Axes.of(x, axis), Dim.of(high));
        return x.builder().make(new Op.Pad(lows, highs, Collections.nCopies(x.rank(), 0)),
                List.of(x, x.builder().constant(x.dtype(), value, List.of(x))), null);
    }

    static Expr roll(Expr x, int axis, int shift) {
        Dim extent = x.shape().dim(Axes.of(x, axis));
        int by = extent.isConstant() ? extent.isExactly(0) ? 0 : Math.floorMod(shift, (int) extent.value())
                : shift;
        if (by == 0) {
            return x;
        }
        Dim first = by > 0 ? extent.minus(Dim.of(by)) : Dim.of(-(long) by);
        return concat(axis, split(x, Axes.of(x, axis), List.of(first, extent.minus(first))).reversed());
    }

    /** With a new axis of {@code times} copies before or behind {@code axis}, which then counts for both. */
    static Expr copies(Expr x, int axis, int times, boolean behind) {
        int at = Axes.of(x, axis);
        if (times < 0) {
            throw x.builder().error("can't repeat " + times + " times", List.of(x), "");
        }
        List<Dim> spread = new ArrayList<>(x.shape().dims());
        spread.add(behind ? at + 1 : at, Dim.of(times));
        List<Dim> merged = new ArrayList<>(x.shape().dims());
        merged.set(at, merged.get(at).times(times));
        return x.expandDims(behind ? at + 1 : at).broadcastTo(Shape.of(spread)).reshape(Shape.of(merged));
    }
}
