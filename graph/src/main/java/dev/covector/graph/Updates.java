package dev.covector.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * New values for parameters. All updates of a function happen at once: whatever is read in a call is the value from
 * before it.
 */
public final class Updates {
    record Assignment(Expr parameter, Expr value) {}

    private final List<Assignment> assignments;

    private Updates(List<Assignment> assignments) {
        this.assignments = List.copyOf(assignments);
    }

    /** No updates, to start from. */
    public static Updates none() {
        return new Updates(List.of());
    }

    /** These, and {@code parameter} becomes {@code value}. */
    public Updates and(Expr parameter, Expr value) {
        List<Assignment> more = new ArrayList<>(assignments);
        more.add(new Assignment(parameter, value));
        return new Updates(more);
    }

    /** These and those. */
    public Updates and(Updates others) {
        List<Assignment> more = new ArrayList<>(assignments);
        more.addAll(others.assignments);
        return new Updates(more);
    }

    List<Assignment> assignments() {
        return assignments;
    }
}
