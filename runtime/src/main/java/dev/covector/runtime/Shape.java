package dev.covector.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/** The extents of a tensor's axes, fixed or named; rank 0 is a scalar. Tensors are contiguous and row-major. */
public final class Shape {
    private static final Shape SCALAR = new Shape(List.of());
    private final List<Dim> dims;

    private Shape(List<Dim> dims) {
        this.dims = dims;
    }

    /** The shape of rank 0. */
    public static Shape scalar() {
        return SCALAR;
    }

    /**
     * A shape of fixed extents.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public static Shape of(int... extents) {
        List<Dim> dims = new ArrayList<>();
        for (int extent : extents) {
            dims.add(Dim.of(extent));
        }
        return of(dims);
    }

    /** A shape that starts with {@code first}, followed by fixed extents: {@code Shape.of(batch, 28, 28)}. */
    public static Shape of(Dim first, int... rest) {
        List<Dim> dims = new ArrayList<>();
        dims.add(first);
        for (int extent : rest) {
            dims.add(Dim.of(extent));
        }
        return of(dims);
    }

    /** The general form: {@code Shape.of(batch, length, Dim.of(64))}. */
    public static Shape of(Dim first, Dim second, Dim... rest) {
        List<Dim> dims = new ArrayList<>(List.of(first, second));
        dims.addAll(Arrays.asList(rest));
        return of(dims);
    }

    /**
     * The shape with these extents.
     *
     * @throws IllegalArgumentException if one is a negative number
     */
    public static Shape of(List<Dim> dims) {
        for (Dim dim : dims) {
            if (dim.isConstant() && dim.value() < 0) {
                throw new IllegalArgumentException("an extent can't be negative, got " + dim
                        + "; what only a call knows has a name, such as Dim.of(\"batch\")");
            }
        }
        return dims.isEmpty() ? SCALAR : new Shape(List.copyOf(dims));
    }

    /** The number of axes. */
    public int rank() {
        return dims.size();
    }

    /** The extents in order; unmodifiable. */
    public List<Dim> dims() {
        return dims;
    }

    /**
     * The extent of axis {@code axis}, counted from the end where negative.
     *
     * @throws IndexOutOfBoundsException if there is no such axis
     */
    public Dim dim(int axis) {
        if (axis < -dims.size() || axis >= dims.size()) {
            throw new IndexOutOfBoundsException("axis " + axis + " of the shape " + this);
        }
        return dims.get(axis < 0 ? axis + dims.size() : axis);
    }

    /** The number of elements. */
    public Dim size() {
        Dim size = Dim.of(1);
        for (Dim dim : dims) {
            size = size.times(dim);
        }
        return size;
    }

    /** Whether no extent depends on a name. */
    public boolean isStatic() {
        return dims.stream().allMatch(Dim::isConstant);
    }

    /** The names of all named extents. */
    public SortedSet<String> names() {
        SortedSet<String> names = new TreeSet<>();
        dims.forEach(dim -> names.addAll(dim.names()));
        return names;
    }

    /**
     * The extents as numbers.
     *
     * @throws ArithmeticException if one does not fit an {@code int}
     */
    public int[] evaluate(ToLongFunction<String> binding) {
        int[] extents = new int[dims.size()];
        for (int axis = 0; axis < extents.length; axis++) {
            extents[axis] = Math.toIntExact(dims.get(axis).evaluate(binding));
        }
        return extents;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Shape shape && dims.equals(shape.dims);
    }

    @Override
    public int hashCode() {
        return dims.hashCode();
    }

    /** Such as {@code [batch,784]}. */
    @Override
    public String toString() {
        return dims.stream().map(Dim::toString).collect(Collectors.joining(",", "[", "]"));
    }
}
