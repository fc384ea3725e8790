package dev.covector.graph;

import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** Reductions over windows of the spatial axes, which are all but the first and the last. */
final class Pooling {
    private Pooling() {}

    static Expr max(Expr x, Window window) {
        Expr least = switch (x.dtype()) {
            case FLOAT32, FLOAT64 -> x.builder().constant(x.dtype(), Double.NEGATIVE_INFINITY);
            case INT32 -> x.builder().constant(DType.INT32, Integer.MIN_VALUE);
            case INT64 -> x.builder().constant(DType.INT64, Long.MIN_VALUE);
            case BOOL -> throw x.builder().error("takes numbers, got bool", List.of(x),
                    "cast first, such as .cast(FLOAT32)");
        };
        return reduce(ReduceKind.MAX, x, window, least);
    }

    static Expr sum(Expr x, Window window) {
        return reduce(ReduceKind.SUM, x, window, x.builder().constant(x.dtype(), 0));
    }

    static Expr average(Expr x, Window window) {
        if (!x.dtype().isFloating()) {
            throw x.builder().error("takes f32 or f64, got " + x.dtype(), List.of(x),
                    "cast it first, such as .cast(FLOAT32)");
        }
        Expr sum = sum(x, window);
        boolean padded = Stream.of(window.low(), window.high()).flatMap(List::stream).anyMatch(n -> n > 0);
        if (window.countsPadding() || !padded) {
            return sum.div(perSpatialAxis(window.sizes(), x, "size", 1).stream()
                    .mapToDouble(size -> size).reduce(1, (a, b) -> a * b));
        }
        List<Dim> one = new ArrayList<>(x.shape().dims());
        one.set(0, Dim.of(1));
        one.set(x.rank() - 1, Dim.of(1));
        Expr ones = x.builder().full(x.dtype(), Shape.of(one), 1);
        return sum.div(reduce(ReduceKind.SUM, ones, window, x.builder().constant(x.dtype(), 0)));
    }

    private static Expr reduce(ReduceKind kind, Expr x, Window window, Expr padding) {
        if (x.rank() < 3) {
            throw x.builder().error("takes [batch,spatial…,channels], got " + x.shape(), List.of(x),
                    "expandDims(0) makes a batch of one, expandDims(-1) a single channel");
        }
        List<Integer> sizes = perSpatialAxis(window.sizes(), x, "size", 1);
        List<Integer> strides = perSpatialAxis(window.strides(), x, "stride", 1);
        List<Integer> low = perSpatialAxis(window.low(), x, "padding", 0);
        List<Integer> high = perSpatialAxis(window.high(), x, "padding", 0);
        for (int axis = 0; axis < x.rank(); axis++) {
            int padded = Math.max(low.get(axis), high.get(axis));
            if (padded >= sizes.get(axis)) {
                throw x.builder()
                        .error("the padding of " + padded + " is not less than the window of "
                                + sizes.get(axis) + " along axis " + axis,
                                List.of(x), "a window would hold nothing but padding");
            }
        }
        Expr padded = low.stream().allMatch(n -> n == 0) && high.stream().allMatch(n -> n == 0) ? x
                : x.builder().make(new Op.Pad(dims(low), dims(high), Collections.nCopies(x.rank(), 0)),
                        List.of(x, padding), List.of(x), null);
        return x.builder().make(new Op.ReduceWindow(kind, sizes, strides), List.of(padded), List.of(x),
                null);
    }

    /** With what leaves the batch and the channels alone. */
    private static List<Integer> perSpatialAxis(List<Integer> given, Expr x, String what, int usual) {
        List<Integer> all = new ArrayList<>();
        all.add(usual);
        all.addAll(PerAxis.spread(given, x.rank() - 2, what, List.of(x)));
        all.add(usual);
        return all;
    }

    private static List<Dim> dims(List<Integer> values) {
        return values.stream().map(Dim::of).toList();
    }
}
