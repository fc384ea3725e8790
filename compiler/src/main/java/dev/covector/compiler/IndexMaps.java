package dev.covector.compiler;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the index of a result becomes the index of an operand: the one place that knows what movement ops mean to a
 * loop. An index has an entry per axis: a {@code T} that counts along it, or null where the extent is 1, so that
 * there is nothing to count.
 */
final class IndexMaps {
    private IndexMaps() {}

    /**
     * The index of an operand at which {@code node} at {@code index} looks; for ops that look at one element of it, the
     * same for all loops: elementwise and movement ops, and the indices of a gather.
     */
    static <T> List<@Nullable T> operand(Node node, int operand, List<@Nullable T> index) {
        Shape shape = node.input(operand).type().shape();
        return switch (node.op()) {
            case Op.Broadcast broadcast -> entries(shape, axis -> index.get(broadcast.axes().get(axis)));
            case Op.Transpose transpose ->
                    entries(shape, axis -> index.get(transpose.permutation().indexOf(axis)));
            case Op.Reshape reshape -> {
                List<T> counted = new ArrayList<>();
                for (T entry : index) {
                    if (entry != null) {
                        counted.add(entry);
                    }
                }
                int[] next = {0};
                yield entries(shape, axis -> counted.get(next[0]++));
            }
            case Op.Gather gather -> entries(shape, axis -> index.get(gather.axis() + axis));
            default -> entries(shape, index::get);
        };
    }

    /** An index into {@code shape}: null at extents of 1, else what {@code entry} says, asked in ascending order. */
    static <T> List<@Nullable T> entries(Shape shape, java.util.function.IntFunction<@Nullable T> entry) {
        @Nullable Object[] entries = new @Nullable Object[shape.rank()];
        for (int axis = 0; axis < entries.length; axis++) {
            entries[axis] = shape.dim(axis).is(1) ? null : entry.apply(axis);
        }
        @SuppressWarnings("unchecked") List<@Nullable T> list =
                (List<@Nullable T>) (List<?>) Arrays.asList(entries);
        return list;
    }

    /** Whether a reshape only adds and removes axes of extent 1, so that it is an index map. */
    static boolean isIndexMap(Node reshape) {
        return counted(reshape.type().shape()).equals(counted(reshape.input(0).type().shape()));
    }

    private static List<Dim> counted(Shape shape) {
        return shape.dims().stream().filter(dim -> !dim.is(1)).toList();
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
