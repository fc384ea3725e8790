package dev.covector.graph;

import dev.covector.graph.ir.Op;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** The order of elements along an axis, and elements taken in such an order. */
final class Sorting {
    private Sorting() {}

    static Expr argSort(Expr x, int axis, boolean descending) {
        return x.builder().make(new Op.ArgSort(Axes.of(x, axis), descending), List.of(x), null);
    }

    static Expr sort(Expr x, int axis, boolean descending) {
        return at(x, argSort(x, axis, descending), Axes.of(x, axis));
    }

    static TopK topK(Expr x, int k, int axis) {
        int along = Axes.of(x, axis);
        Dim extent = x.shape().dim(along);
        if (k < 0 || extent.isConstant() && k > extent.value()) {
            throw x.builder()
                    .error("can't take " + k + " of " + extent + " elements, those along axis " + axis
                            + " of the shape " + x.shape(), List.of(x), "");
        }
        List<Dim> limits = new ArrayList<>(x.shape().dims());
        limits.set(along, Dim.of(k));
        Expr first = x.builder().make(new Op.Slice(Collections.nCopies(x.rank(), Dim.of(0)), limits,
                Collections.nCopies(x.rank(), 1)), List.of(argSort(x, along, true)), null);
        return new TopK(at(x, first, along), first);
    }

    static Expr takeAlongAxis(Expr x, Expr indices, int axis) {
        int along = Axes.of(x, axis);
        List<Expr> operands = List.of(x, indices);
        x.builder().checkOwn(indices);
        if (!indices.dtype().isInteger()) {
            throw x.builder().error("the indices are " + indices.dtype() + ", not i32 or i64", operands,
                    "cast them with .cast(INT32)");
        }
        if (indices.rank() != x.rank()) {
            throw x.builder().error("the indices have rank " + indices.rank() + ", should have " + x.rank(),
                    operands, "expandDims adds an axis; gather takes indices of any shape");
        }
        if (x.rank() == 1) {
            return x.gather(indices, 0);
        }
        List<Dim> others = new ArrayList<>(x.shape().dims());
        others.set(along, Dim.of(1));
        Shape shape = Shape.of(Broadcasting.commonDims(others, indices.shape().dims(), 0, operands));
        // Within all elements an index beyond the axis would be one of another row: it is to fail, and by its own number.
        Expr all = x.builder().iota(DType.INT32, Shape.of(x.shape().dim(along)), 0);
        return at(x, Broadcasting.to(all.gather(indices, 0), shape), along);
    }

    /**
     * The elements at int32 indices that are within the axis, found in all elements of {@code x} as one row. The indices
     * have the shape of the result; of the other axes, x may have any with extent 1 instead.
     */
    private static Expr at(Expr x, Expr indices, int axis) {
        if (x.rank() == 1) {
            return x.gather(indices, 0);
        }
        Expr at = null;
        Dim stride = Dim.of(1);
        for (int i = x.rank() - 1; i >= 0; i--) {
            if (i == axis || !x.shape().dim(i).isExactly(1)) {
                Expr index = i == axis ? indices : x.builder().iota(DType.INT32, indices.shape(), i);
                Expr moved =
                        stride.isExactly(1) ? index : index.times(x.builder().extent(DType.INT32, stride));
                at = at == null ? moved : moved.plus(at);
            }
            stride = stride.times(x.shape().dim(i));
        }
        return x.reshape(Shape.of(stride)).gather(Objects.requireNonNull(at), 0);
    }
}
