package dev.covector.graph;

import dev.covector.graph.ir.Op;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** NumPy's indexing by integers and slices, where extents may be named. */
final class Slicing {
    private final Expr x;
    private final List<Slice> slices;
    private final List<Dim> starts = new ArrayList<>();
    private final List<Dim> limits = new ArrayList<>();
    private final List<Integer> steps = new ArrayList<>();
    private final List<Integer> reversed = new ArrayList<>();
    /** What becomes of each axis, and where new ones come in. */
    private final List<Slice.Kind> axes = new ArrayList<>();

    private Slicing(Expr x, List<Slice> slices) {
        this.x = x;
        this.slices = slices;
    }

    static Expr get(Expr x, Slice... slices) {
        return new Slicing(x, List.of(slices)).get();
    }

    /** One axis only. */
    static Expr along(Expr x, int axis, Slice slice) {
        List<Slice> slices = new ArrayList<>(Collections.nCopies(x.rank(), Slice.all()));
        slices.set(Axes.of(x, axis), slice);
        return new Slicing(x, slices).get();
    }

    private Expr get() {
        int named = 0;
        int ellipses = 0;
        for (Slice slice : slices) {
            named += slice.kind() == Slice.Kind.RANGE || slice.kind() == Slice.Kind.INDEX ? 1 : 0;
            ellipses += slice.kind() == Slice.Kind.ELLIPSIS ? 1 : 0;
        }
        if (named > x.rank()) {
            throw error(this + " is of " + named + " axes, the shape " + x.shape() + " has " + x.rank(), "");
        }
        if (ellipses > 1) {
            throw error(this + " has more than one ellipsis", "it stands for all axes that are left");
        }
        List<Slice> complete = new ArrayList<>(slices);
        if (ellipses == 0) {
            complete.add(Slice.ellipsis());
        }
        for (Slice slice : complete) {
            switch (slice.kind()) {
                case RANGE -> range(slice);
                case INDEX -> index(slice);
                case NEW_AXIS -> axes.add(Slice.Kind.NEW_AXIS);
                case ELLIPSIS -> {
                    for (int i = named; i < x.rank(); i++) {
                        range(Slice.all());
                    }
                }
            }
        }
        return made();
    }

    private Expr made() {
        boolean whole = steps.stream().allMatch(step -> step == 1) && limits.equals(x.shape().dims())
                && starts.stream().allMatch(start -> start.isExactly(0));
        Expr taken = whole ? x : x.builder().make(new Op.Slice(starts, limits, steps), List.of(x), null);
        if (!reversed.isEmpty()) {
            taken = x.builder().make(new Op.Reverse(reversed), List.of(taken), null);
        }
        List<Dim> dims = new ArrayList<>();
        int next = 0;
        for (Slice.Kind kind : axes) {
            if (kind == Slice.Kind.NEW_AXIS) {
                dims.add(Dim.of(1));
                continue;
            }
            if (kind == Slice.Kind.RANGE) {
                dims.add(taken.shape().dim(next));
            }
            next++;
        }
        return taken.reshape(Shape.of(dims));
    }

    private Dim extent() {
        return x.shape().dim(starts.size());
    }

    private void take(Dim start, Dim limit, int step) {
        starts.add(start);
        limits.add(limit);
        steps.add(step);
    }

    private void index(Slice slice) {
        Dim extent = extent();
        int index = slice.start() == null ? 0 : slice.start();
        Dim at = index < 0 ? extent.plus(index) : Dim.of(index);
        if (extent.isConstant() && (at.value() < 0 || at.value() >= extent.value())) {
            throw error("the index " + index + " is outside axis " + starts.size() + " of the shape "
                    + x.shape(),
                    extent.isExactly(0) ? "" : "indices count from 0 to " + (extent.value() - 1)
                            + ", or from -1 down to -" + extent);
        }
        take(at, at.plus(1), 1);
        axes.add(Slice.Kind.INDEX);
    }

    private void range(Slice slice) {
        axes.add(Slice.Kind.RANGE);
        boolean backwards = slice.step() < 0;
        int step = Math.abs(slice.step());
        if (backwards && step < 0) {
            throw error("the step " + slice.step() + " is too large", "");
        }
        Dim extent = extent();
        // Backwards, the greater end is the start, which is included, and the stop is not.
        Dim low = backwards ? bound(slice, slice.stop(), 1, Dim.of(0))
                : bound(slice, slice.start(), 0, Dim.of(0));
        Dim high = backwards ? bound(slice, slice.start(), 1, extent) : bound(slice, slice.stop(), 0, extent);
        Dim length = high.minus(low);
        if (length.isConstant() && length.value() <= 0) {
            take(Dim.of(0), Dim.of(0), 1);
            return;
        }
        if (backwards && step > 1) {
            // Counted from the end: the first index that is reached is high - 1 - (count - 1) * step.
            Dim count = length.ceilDiv(step);
            low = high.minus(Dim.of(1)).minus(count.minus(Dim.of(1)).times(step));
        }
        if (backwards) {
            reversed.add(starts.size());
        }
        take(low, high, step);
    }

    /** The place between two elements that a bound means, counted from the first; {@code after}: how far behind it. */
    private Dim bound(Slice slice, @Nullable Integer given, int after, Dim otherwise) {
        if (given == null) {
            return otherwise;
        }
        Dim extent = extent();
        if (extent.isConstant()) {
            long index = given < 0 ? given + extent.value() : given;
            return Dim.of(Math.min(Math.max(index + after, 0), extent.value()));
        }
        Dim at = given < 0 ? extent.plus((long) given + after) : Dim.of((long) given + after);
        if (!extent.minus(at).isNonNegative() && given >= 0 && isStop(slice, given)) {
            throw error("whether axis " + starts.size() + " of the shape " + x.shape() + " has " + at
                    + " elements for " + slice + ", only a call knows",
                    "count from the end instead, such as Slice.to(-1), or give the axis a fixed extent");
        }
        return at;
    }

    private static boolean isStop(Slice slice, Integer given) {
        return slice.step() > 0 ? given.equals(slice.stop()) : given.equals(slice.start());
    }

    private GraphException error(String problem, String hint) {
        return x.builder().error(problem, List.of(x), hint);
    }

    /** As NumPy writes it. */
    @Override
    public String toString() {
        return slices.stream().map(Slice::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
