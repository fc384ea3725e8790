package dev.covector.compiler;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Position;
import dev.covector.compiler.loop.Stmt;
import dev.covector.runtime.Dim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The loops over a part of what some axes of an operand count together. Axes that
 * lie behind each other in memory count as one. If several are left, the last of them is a <em>run</em>: inside,
 * its loop is one of its own, clipped to the part, with a loop over the runs around everything; outside, and where a
 * run's length is named, the digits of the one counter are taken apart.
 */
final class Scan {
    private final Part part;
    private final Axis all;
    /** What counts along each axis. */
    private final Map<Integer, Axis> counters = new HashMap<>();
    /** What {@link #all} counts together. */
    private final List<Axis> digits = new ArrayList<>();
    private final List<Bound> extents = new ArrayList<>();
    /** What counts within a run; null if there are none. */
    private final @Nullable Axis run;
    private final Dim length;

    Scan(String name, Part part, Operand operand, List<Integer> axes, boolean innermost) {
        this.part = part;
        this.all = new Axis(name);
        List<Integer> merged = operand.patterns().merged(operand.counted(axes),
                axis -> counters.put(axis, Lowering.MERGED));
        this.length = merged.isEmpty() ? Dim.of(1) : operand.patterns().extent(merged.getLast());
        boolean byRuns = innermost && merged.size() > 1 && length.isConstant();
        this.run = byRuns ? new Axis(name + merged.getLast()) : null;
        if (run != null) {
            counters.put(merged.removeLast(), run);
        }
        for (int axis : merged) {
            Axis counter = merged.size() == 1 ? all : new Axis(name + axis);
            counters.put(axis, counter);
            digits.add(counter);
            extents.add(Bound.of(operand.patterns().extent(axis)));
        }
    }

    Axis all() {
        return all;
    }

    /** What counts along each axis. */
    Map<Integer, Axis> counters() {
        return counters;
    }

    boolean hasRuns() {
        return run != null;
    }

    /** Whether what is counted is equally far from each other. */
    boolean isRegular() {
        return run == null && digits.size() <= 1;
    }

    /** The loop over runs, if there are any: around all others, so that what it determines is worked out once. */
    void enterRuns(Scopes scopes) {
        if (run != null) {
            enterAll(scopes);
        }
    }

    void enter(Scopes scopes) {
        if (run != null) {
            scopes.enter(run);
        } else {
            enterAll(scopes);
        }
    }

    private void enterAll(Scopes scopes) {
        scopes.enter(all);
        if (digits.size() > 1) {
            scopes.define(new Stmt.Split(all, digits, extents));
        }
    }

    void leave(Scopes scopes, Stmt.Order order) {
        int certain = Bound.distance(part.from(), part.to());
        if (run != null && certain > 0 && length.value() % certain == 0) {
            Bound start = new Bound.After(part.from(), all, Math.toIntExact(length.value()));
            scopes.leave(start, new Bound.Ahead(start, certain), order, List.of());
        } else if (run != null) {
            scopes.leave(within(part.from()), within(part.to()), order, List.of());
        } else {
            scopes.leave(part.from(), part.to(), digits.size() > 1 ? Stmt.Order.SEQUENTIAL : order,
                    List.of());
        }
    }

    void leaveRuns(Scopes scopes) {
        if (run != null) {
            int size = Math.toIntExact(length.value());
            scopes.leave(new Bound.Runs(part.from(), size, false), new Bound.Runs(part.to(), size, true),
                    Stmt.Order.SEQUENTIAL, List.of());
        }
    }

    private Bound within(Bound bound) {
        return new Bound.Clamped(new Bound.After(bound, all, Math.toIntExact(length.value())),
                Bound.of(0), Bound.of(length));
    }

    /** How far from the beginning of the part the loops are, times {@code stride}; and where the part is packed. */
    List<Access.Term> position(int stride) {
        Dim each = Dim.of(stride);
        List<Access.Term> terms = new ArrayList<>();
        if (run == null) {
            terms.add(new Access.Term(each, all));
        } else {
            terms.add(new Access.Term(each.times(length), all));
            terms.add(new Access.Term(each, run));
        }
        terms.addAll(part.start(stride));
        return terms;
    }

    /** What counts along axes that {@code all} counts together; whether that is one counter. */
    static boolean digits(Position all, List<Integer> axes, Patterns patterns, Scopes scopes,
            Map<Integer, Position> position) {
        List<Integer> merged = patterns.merged(axes, axis -> position.put(axis, Lowering.MERGED));
        if (merged.size() == 1) {
            position.put(merged.getFirst(), all);
        } else if (merged.size() > 1) {
            List<Axis> digits = merged.stream().map(axis -> new Axis(all + "" + axis)).toList();
            scopes.define(new Stmt.Split(all, digits,
                    merged.stream().map(axis -> Bound.of(patterns.extent(axis))).toList()));
            for (int i = 0; i < digits.size(); i++) {
                position.put(merged.get(i), digits.get(i));
            }
        }
        return merged.size() <= 1;
    }

    /**
     * What a scan runs over: all that a nest is asked for, or, with an axis, one part of it after the other.
     *
     * @param size  of a part
     * @param taken how many there are of a part, if not fewer are left of {@code all}: more than its own
     * @param apart how far packed parts are from each other
     */
    record Part(Bound.Param first, Bound.Param last, @Nullable Axis axis, int size, int taken,
            Dim all, int apart) {
        /** All that a nest is asked for. */
        static Part whole(Bound.Param from, Bound.Param to) {
            return new Part(from, to, null, 0, 0, Dim.of(0), 0);
        }

        Bound from() {
            return axis == null ? first : new Bound.Block(axis, size, all, false);
        }

        Bound to() {
            if (axis == null) {
                return last;
            }
            Bound end = new Bound.Ahead(from(), taken);
            return taken == size && all.isConstant() && all.value() % size == 0 ? end
                    : new Bound.Clamped(end, Bound.of(0), Bound.of(all));
        }

        void enter(Scopes scopes) {
            if (axis != null) {
                scopes.enter(axis);
            }
        }

        void leave(Scopes scopes) {
            if (axis != null) {
                scopes.leave(new Bound.Runs(first, size, false), new Bound.Runs(last, size, true),
                        Stmt.Order.SEQUENTIAL, List.of());
            }
        }

        /** Where a part is packed, less {@code stride} times where it begins. */
        List<Access.Term> start(int stride) {
            return axis == null ? List.of(new Access.Term(Dim.of(-stride), first))
                    : List.of(new Access.Term(Dim.of(apart - stride * size), axis),
                            new Access.Term(Dim.of(-(apart / size)), first));
        }

        /** Closes a loop over groups of {@code group} columns, of which the part is made. */
        void leaveGroups(int group, Scopes scopes) {
            scopes.leave(new Bound.Runs(from(), group, false), new Bound.Runs(to(), group, false),
                    Stmt.Order.SEQUENTIAL, List.of());
        }
    }
}
