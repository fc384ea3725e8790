package dev.covector.compiler;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How the index of a result becomes the index of an operand: the one place that knows what movement ops mean to a
 * loop. An index has a {@link Coordinate} per axis, of which {@code T} is what counts: 0 where the extent is 1, so that
 * there is nothing to count.
 */
final class IndexMaps {
    private IndexMaps() {}

    /**
     * The index of an operand at which {@code node} at {@code index} looks; for ops that look at one element of it, the
     * same for all loops: elementwise and movement ops, the indices of a gather, and padding without any between elements, where
     * the index may be outside.
     */
    static <T> List<Coordinate<T>> operand(Node node, int operand, List<Coordinate<T>> index) {
        Shape shape = node.input(operand).type().shape();
        return switch (node.op()) {
            case Op.Broadcast broadcast -> index(shape, axis -> index.get(broadcast.axes().get(axis)));
            case Op.Transpose transpose ->
                    index(shape, axis -> index.get(transpose.permutation().indexOf(axis)));
            case Op.Slice slice -> index(shape,
                    axis -> index.get(axis).moved(slice.starts().get(axis), slice.steps().get(axis)));
            case Op.Reverse reverse -> index(shape, axis -> reverse.axes().contains(axis)
                    ? index.get(axis).moved(shape.dim(axis).minus(Dim.of(1)), -1) : index.get(axis));
            case Op.Windows windows -> index(shape, axis -> {
                int i = windows.axes().indexOf(axis);
                return i < 0 ? index.get(axis)
                        : index.get(axis).moved(Dim.of(0), windows.strides().get(i))
                                .plus(index.get(shape.rank() + i).moved(Dim.of(0),
                                        windows.dilations().get(i)));
            });
            case Op.Pad pad when operand == 0 -> index(shape,
                    axis -> index.get(axis).moved(pad.low().get(axis).times(-1), 1));
            case Op.Reshape reshape -> {
                List<Coordinate<T>> counted = new ArrayList<>();
                for (int axis = 0; axis < index.size(); axis++) {
                    if (!reshape.shape().dim(axis).isExactly(1)) {
                        counted.add(index.get(axis));
                    }
                }
                int[] next = {0};
                yield index(shape, axis -> counted.get(next[0]++));
            }
            case Op.Gather gather -> index(shape, axis -> index.get(gather.axis() + axis));
            default -> hasUnit(shape) ? index(shape, index::get) : index;
        };
    }

    private static boolean hasUnit(Shape shape) {
        for (int axis = 0; axis < shape.rank(); axis++) {
            if (shape.dim(axis).isExactly(1)) {
                return true;
            }
        }
        return false;
    }

    private static <T> List<Coordinate<T>> index(Shape shape, IntFunction<Coordinate<T>> coordinate) {
        List<Coordinate<T>> index = new ArrayList<>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            index.add(shape.dim(axis).isExactly(1) ? Coordinate.zero() : coordinate.apply(axis));
        }
        return index;
    }

    /** The index at these counters. */
    static <T> List<Coordinate<T>> at(List<@Nullable T> counters) {
        List<Coordinate<T>> index = new ArrayList<>();
        for (T counter : counters) {
            index.add(Coordinate.of(counter));
        }
        return index;
    }

    /** A counter for each axis of {@code shape}, asked for in ascending order; null at extents of 1. */
    static <T> List<@Nullable T> counters(Shape shape, IntFunction<@Nullable T> counter) {
        List<@Nullable T> counters = new ArrayList<>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            counters.add(shape.dim(axis).isExactly(1) ? null : counter.apply(axis));
        }
        return counters;
    }

    /** Whether a reshape only adds and removes axes of extent 1, so that it is an index map. */
    static boolean isIndexMap(Node reshape) {
        return counted(reshape.type().shape()).equals(counted(reshape.input(0).type().shape()));
    }

    private static List<Dim> counted(Shape shape) {
        return shape.dims().stream().filter(dim -> !dim.isExactly(1)).toList();
    }

    /** Row-major strides of a shape. */
    static List<Dim> strides(Shape shape) {
        @Nullable Dim[] strides = new @Nullable Dim[shape.rank()];
        Dim stride = Dim.of(1);
        for (int axis = shape.rank() - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride = stride.times(shape.dim(axis));
        }
        List<Dim> result = new ArrayList<>();
        for (Dim dim : strides) {
            if (dim != null) {
                result.add(dim);
            }
        }
        return result;
    }
}
