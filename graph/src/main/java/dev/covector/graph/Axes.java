package dev.covector.graph;

import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** From axes as users write them (negative ones count from the end, none is all) to those of a shape. */
final class Axes {
    private Axes() {}

    /** {@code axis} of {@code x}, from 0. */
    static int of(Expr x, int axis) {
        return x.builder().axis(axis, x.shape(), List.of(x));
    }

    static List<Integer> of(Expr x, List<Integer> axes) {
        return axes.stream().map(axis -> of(x, axis)).toList();
    }

    /** The axes that a reduction names, ascending; all of them if it names none. */
    static List<Integer> reduced(Expr x, int... axes) {
        if (axes.length == 0) {
            return IntStream.range(0, x.rank()).boxed().toList();
        }
        TreeSet<Integer> sorted = new TreeSet<>();
        for (int axis : axes) {
            if (!sorted.add(of(x, axis))) {
                throw x.builder().error("axis " + axis + " is named twice", List.of(x), "");
            }
        }
        return List.copyOf(sorted);
    }

    /** How many elements of {@code x} a reduction makes one. */
    static Dim count(Expr x, int... axes) {
        Dim count = Dim.of(1);
        for (int axis : reduced(x, axes)) {
            count = count.times(x.shape().dim(axis));
        }
        return count;
    }

    /** The result of a reduction of {@code x} over {@code axes}, which come back with extent 1. */
    static Expr keep(Expr reduced, Expr x, int... axes) {
        List<Dim> dims = new ArrayList<>(x.shape().dims());
        reduced(x, axes).forEach(axis -> dims.set(axis, Dim.of(1)));
        return reduced.reshape(Shape.of(dims));
    }
}
