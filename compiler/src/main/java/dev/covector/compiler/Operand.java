package dev.covector.compiler;

import dev.covector.graph.ir.Node;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.List;
import java.util.stream.IntStream;

/** An operand of a contraction, what its axes are for, and how it lies in memory. */
final class Operand {
    /** Neighbours side by side than which more gain nothing. */
    private static final int LONG_RUN = 16;

    private final Node node;
    private final List<Integer> batch;
    private final List<Integer> free;
    private final List<Integer> contract;
    private final Roles roles;
    private final Patterns patterns;
    private final boolean hasNeighbours;

    private Operand(Node node, List<Integer> batch, List<Integer> contract, Roles roles) {
        this.node = node;
        this.batch = batch;
        this.contract = contract;
        this.roles = roles;
        this.free = IntStream.range(0, node.type().shape().rank()).boxed()
                .filter(axis -> !batch.contains(axis) && !contract.contains(axis)).toList();
        this.patterns = Patterns.of(node, roles);
        this.hasNeighbours = run(free) > Math.min(run(contract), LONG_RUN - 1);
    }

    static Operand of(Node node, List<Integer> batch, List<Integer> contract, Roles roles) {
        return new Operand(node, batch, contract, roles);
    }

    /** The same for another nest: merging axes changes {@link #patterns}. */
    Operand again() {
        return new Operand(node, batch, contract, roles);
    }

    Node node() {
        return node;
    }

    List<Integer> batch() {
        return batch;
    }

    /** Axes of rows or columns. */
    List<Integer> free() {
        return free;
    }

    /** Axes of steps. */
    List<Integer> contract() {
        return contract;
    }

    Patterns patterns() {
        return patterns;
    }

    /** Whether longer runs lie side by side in memory along the free axes than along the contracting ones. */
    boolean hasNeighbours() {
        return hasNeighbours;
    }

    Dim size(List<Integer> axes) {
        return Shape.of(axes.stream().map(node.type().shape()::dim).toList()).size();
    }

    /** Those that have something to count. */
    List<Integer> counted(List<Integer> axes) {
        return axes.stream().filter(axis -> !node.type().shape().dim(axis).isExactly(1)).toList();
    }

    /** How many neighbours along {@code axes} lie side by side; a named extent counts as many. */
    private long run(List<Integer> axes) {
        List<Integer> counted = counted(axes);
        if (counted.isEmpty() || !patterns.isNeighbour(counted.getLast())) {
            return 0;
        }
        Dim length = node.type().shape().dim(counted.getLast());
        for (int at = counted.size() - 2;
                at >= 0 && patterns.canMerge(counted.get(at), counted.get(at + 1)); at--) {
            length = length.times(node.type().shape().dim(counted.get(at)));
        }
        return length.isConstant() ? length.value() : Long.MAX_VALUE;
    }
}
