package dev.covector.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * New values for parameters. All updates of a function happen at once: whatever is read in a call is the value from
 * before it.
 */
public final class Updates {
    record Assignment(Expr parameter, Expr value) {}

    /** The updates that these were added to; a list of its own for each would take the square of their number. */
    private final @Nullable Updates before;
    private final List<Assignment> more;

    private Updates(@Nullable Updates before, List<Assignment> more) {
        this.before = before;
        this.more = List.copyOf(more);
    }

    /** No updates, to start from. */
    public static Updates none() {
        return new Updates(null, List.of());
    }

    /** These, and {@code parameter} becomes {@code value}. */
    public Updates and(Expr parameter, Expr value) {
        return new Updates(this, List.of(new Assignment(parameter, value)));
    }

    /** These and those. */
    public Updates and(Updates others) {
        return new Updates(this, others.assignments());
    }

    /** In the order in which they were added. */
    List<Assignment> assignments() {
        Deque<Updates> parts = new ArrayDeque<>();
        for (Updates part = this; part != null; part = part.before) {
            parts.push(part);
        }
        List<Assignment> all = new ArrayList<>();
        parts.forEach(part -> all.addAll(part.more));
        return all;
    }
}
