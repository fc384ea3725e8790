package dev.covector.graph;

import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The same elements under shapes that are told in part: by an extent of -1, or by one axis more or less. */
final class Reshaping {
    private Reshaping() {}

    static Expr reshape(Expr x, int... extents) {
        Dim known = Dim.of(1);
        int open = -1;
        List<Dim> dims = new ArrayList<>();
        for (int axis = 0; axis < extents.length; axis++) {
            if (extents[axis] == -1 && open < 0) {
                open = axis;
                dims.add(Dim.of(1));
            } else if (extents[axis] < 0) {
                throw x.builder().error("a shape has one -1 at most and nothing else negative, got "
                        + Arrays.toString(extents), List.of(x), "");
            } else {
                dims.add(Dim.of(extents[axis]));
                known = known.times(dims.get(axis));
            }
        }
        if (open >= 0) {
            Dim rest = known.isExactly(0) ? null : x.shape().size().dividedExactlyBy(known);
            if (rest == null) {
                throw x.builder()
                        .error("can't view " + x.shape().size() + " elements as " + Arrays.toString(extents)
                                + ": " + known + " does not divide them", List.of(x), "");
            }
            dims.set(open, rest);
        }
        return x.reshape(Shape.of(dims));
    }

    static Expr expandDims(Expr x, int axis) {
        int at = axis < 0 ? axis + x.rank() + 1 : axis;
        if (at < 0 || at > x.rank()) {
            throw x.builder().error(
                    "axis " + axis + " is outside the result, which has rank " + (x.rank() + 1),
                    List.of(x), "");
        }
        List<Dim> dims = new ArrayList<>(x.shape().dims());
        dims.add(at, Dim.of(1));
        return x.reshape(Shape.of(dims));
    }

    static Expr squeeze(Expr x, int axis) {
        int at = Axes.of(x, axis);
        if (!x.shape().dim(at).isExactly(1)) {
            throw x.builder().error("axis " + axis + " has the extent " + x.shape().dim(at) + ", not 1",
                    List.of(x), "");
        }
        List<Dim> dims = new ArrayList<>(x.shape().dims());
        dims.remove(at);
        return x.reshape(Shape.of(dims));
    }
}
