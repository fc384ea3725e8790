package dev.covector.graph.ir;

import static dev.covector.graph.ir.TypeRules.require;

import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;

/** How many places a window has that moves along axes. */
final class Windows {
    private Windows() {}

    /** The result's shape of a window that moves over {@code shape}. */
    static Shape of(List<Integer> windows, List<Integer> strides, Shape shape) {
        require(windows.size() == shape.rank() && strides.size() == shape.rank(),
                "there are " + windows.size() + " windows and " + strides.size() + " strides for the "
                        + shape.rank() + " axes of the shape " + shape,
                "");
        positive("window", windows);
        positive("stride", strides);
        List<Dim> dims = new ArrayList<>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            Dim left = left(windows.get(axis), shape.dim(axis));
            require(windows.get(axis) == 1 || !isNegative(left),
                    "the window of " + windows.get(axis) + " is larger than axis " + axis
                            + " of the shape " + shape,
                    "take a smaller one, or pad");
            dims.add(left.floorDiv(strides.get(axis)).plus(1));
        }
        return Shape.of(dims);
    }

    /** How many elements a window leaves that begins with its axis; it does not fit if that is negative, unless it is 1: over nothing too. */
    static Dim left(int window, Dim extent) {
        return extent.minus(Dim.of(window));
    }

    /** The result's shape of a convolution of data of shape {@code x} with {@code kernel}. */
    static Shape of(Op.Conv op, Shape x, Shape kernel) {
        require(x.rank() >= 4 && x.rank() == kernel.rank(),
                "takes data as [group,batch,spatial…,channel] and "
                        + "a kernel as [group,spatial…,channel,output], got " + x + " and " + kernel,
                "");
        int spatial = x.rank() - 3;
        for (List<?> each : List.of(op.strides(), op.low(), op.high(), op.inputDilation(),
                op.kernelDilation())) {
            require(each.size() == spatial, "there is " + each + " for " + spatial + " spatial axes", "");
        }
        positive("stride", op.strides());
        positive("input dilation", op.inputDilation());
        positive("kernel dilation", op.kernelDilation());
        same("groups", x.dim(0), kernel.dim(0));
        same("channels", x.dim(spatial + 2), kernel.dim(spatial + 1));
        List<Dim> dims = new ArrayList<>(x.dims().subList(0, 2));
        for (int i = 0; i < spatial; i++) {
            Dim extent = kernel.dim(1 + i);
            require(!extent.isExactly(0), "the kernel has no elements along spatial axis " + i, "");
            Dim left = left(op, i, x, kernel);
            require(!isNegative(left),
                    "the kernel spans " + span(op, i, kernel) + " elements along spatial axis "
                            + i + ", more than there are, padding included: " + padded(op, i, x),
                    "take a smaller one, or pad more");
            dims.add(left.floorDiv(op.strides().get(i)).plus(1));
        }
        dims.add(kernel.dim(spatial + 2));
        return Shape.of(dims);
    }

    /** How many elements the kernel leaves along spatial axis {@code i} of the padded data. */
    static Dim left(Op.Conv op, int i, Shape x, Shape kernel) {
        return padded(op, i, x).minus(span(op, i, kernel));
    }

    private static Dim padded(Op.Conv op, int i, Shape x) {
        int dilation = op.inputDilation().get(i);
        return x.dim(2 + i).times(dilation).minus(Dim.of(dilation - 1L)).plus(op.low().get(i))
                .plus(op.high().get(i));
    }

    private static Dim span(Op.Conv op, int i, Shape kernel) {
        return kernel.dim(1 + i).plus(-1).times(op.kernelDilation().get(i)).plus(1);
    }

    private static void positive(String what, List<Integer> values) {
        for (int value : values) {
            require(value > 0, "the " + what + " " + value + " is not positive", "");
        }
    }

    private static void same(String what, Dim ofData, Dim ofKernel) {
        require(ofData.equals(ofKernel), "the " + what + " differ: " + ofData + " of the data and " + ofKernel
                + " of the kernel", "");
    }

    private static boolean isNegative(Dim dim) {
        return dim.isConstant() && dim.value() < 0;
    }
}
