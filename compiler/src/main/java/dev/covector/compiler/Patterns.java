package dev.covector.compiler;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a kernel, or what packs an operand, strides through memory along each of its axes: what decides which axis the
 * lanes take, and which loops are one.
 */
final class Patterns {
    private final Set<Node> members;
    /** Per axis within blocks: the axis that counts the blocks. */
    private final Map<Integer, Integer> blockOf;
    private final Roles roles;
    private final Map<Integer, Dim> extents = new HashMap<>();
    private final Map<Integer, Integer> blockSizes = new HashMap<>();
    /** Per load and store, the stride along each axis; axes that do not occur have stride 0. */
    private final List<Map<Integer, Dim>> accesses = new ArrayList<>();
    /** Axes whose counter is itself a number of the computation. */
    private final Set<Integer> counted = new HashSet<>();

    private record Visit(Node node, List<Coordinate<Integer>> index) {}

    private final Set<Visit> seen = new HashSet<>();

    private Patterns(Set<Node> members, Map<Integer, Integer> blockOf, Roles roles) {
        this.members = members;
        this.blockOf = blockOf;
        this.roles = roles;
    }

    /** Of one operand, whose axes are their own numbers. */
    static Patterns of(Node operand, Roles roles) {
        Patterns patterns = new Patterns(Set.of(), Map.of(), roles);
        Shape shape = operand.type().shape();
        for (int axis = 0; axis < shape.rank(); axis++) {
            patterns.extents.put(axis, shape.dim(axis));
        }
        patterns.visit(operand, IndexMaps.at(IndexMaps.counters(shape, axis -> axis)));
        return patterns;
    }

    static Patterns of(Kernel kernel, Set<Node> stored, Roles roles) {
        Patterns patterns = new Patterns(new HashSet<>(kernel.members()), kernel.blockOf(), roles);
        for (Node member : kernel.members()) {
            patterns.measure(member, kernel.axes(member));
        }
        for (Node member : kernel.members()) {
            if (stored.contains(member)) {
                patterns.addStore(member, kernel.resultAxes(member));
            }
            if (Roles.isReduction(member)) {
                patterns.visit(member.input(0), IndexMaps.at(kernel.axes(member)));
            } else if (!(member.op() instanceof Op.Dot)) { // whose operands are read by loops of their own
                patterns.count(member, IndexMaps.at(kernel.axes(member)));
                patterns.operands(member, IndexMaps.at(kernel.axes(member)));
            }
        }
        return patterns;
    }

    /** One more member is written to memory. */
    void addStore(Node member, List<@Nullable Integer> resultAxes) {
        access(member.type().shape(), IndexMaps.at(resultAxes));
    }

    private void measure(Node member, List<@Nullable Integer> axes) {
        Shape space = Kernel.space(member);
        for (int axis = 0; axis < axes.size(); axis++) {
            Integer number = axes.get(axis);
            if (number == null) {
                continue;
            }
            extents.put(number, space.dim(axis));
            Integer block = blockOf.get(number);
            if (block != null && member.op() instanceof Op.PartialSum partial && partial.axis() == axis) {
                extents.put(block, member.type().shape().dim(axis));
                blockSizes.put(number, partial.block());
            }
        }
    }

    private void visit(Node node, List<Coordinate<Integer>> index) {
        if (!seen.add(new Visit(node, index))) {
            return;
        }
        if (members.contains(node)) {
            return;
        }
        if (roles.of(node) == Roles.Role.INLINE) {
            count(node, index);
            operands(node, index);
        } else {
            access(node.type().shape(), index);
        }
    }

    private void count(Node node, List<Coordinate<Integer>> index) {
        if (node.op() instanceof Op.RandomBits) {
            access(node.type().shape(), index);
        }
        if (node.op() instanceof Op.Pad pad) { // what is outside is found by the index
            for (int axis = 0; axis < index.size(); axis++) {
                if (isPadded(pad, axis)) {
                    index.get(axis).terms().forEach(term -> counted.add(term.counter()));
                }
            }
        }
        if (node.op() instanceof Op.Iota iota) {
            index.get(iota.axis()).terms().forEach(term -> counted.add(term.counter()));
        }
    }

    static boolean isPadded(Op.Pad pad, int axis) {
        return !pad.low().get(axis).isExactly(0) || !pad.high().get(axis).isExactly(0);
    }

    private void operands(Node node, List<Coordinate<Integer>> index) {
        for (int operand = 0; operand < node.inputs().size(); operand++) {
            if (node.op() instanceof Op.Gather gather && operand == 0) {
                gathered(node, gather, index);
            } else {
                visit(node.input(operand), IndexMaps.operand(node, operand, index));
            }
        }
    }

    private void gathered(Node node, Op.Gather gather, List<Coordinate<Integer>> index) {
        int added = node.input(1).type().shape().rank();
        List<Coordinate<Integer>> at = new ArrayList<>(index.subList(0, gather.axis()));
        at.add(Coordinate.zero());
        at.addAll(index.subList(gather.axis() + added, index.size()));
        access(node.input(0).type().shape(), at);
    }

    private void access(Shape shape, List<Coordinate<Integer>> index) {
        List<Dim> strides = IndexMaps.strides(shape);
        Map<Integer, Dim> access = new HashMap<>();
        for (int axis = 0; axis < index.size(); axis++) {
            for (Coordinate.Term<Integer> term : index.get(axis).terms()) {
                access.merge(term.counter(), strides.get(axis).times(term.factor()), Dim::plus);
            }
        }
        accesses.add(access);
    }

    // ---- answers

    boolean isMember(Node node) {
        return members.contains(node);
    }

    boolean isInline(Node node) {
        return roles.of(node) == Roles.Role.INLINE;
    }

    Dim extent(Integer axis) {
        Dim extent = extents.get(axis);
        if (extent == null) {
            throw InternalCompilerException.of("axis " + axis + " has no extent");
        }
        return extent;
    }

    int blockSize(Integer axis) {
        Integer size = blockSizes.get(axis);
        if (size == null) {
            throw InternalCompilerException.of("axis " + axis + " has no blocks");
        }
        return size;
    }

    /** The axis along which most accesses are neighbours; the last one where several are equal; -1 if there is none. */
    Integer laneAxis(List<Integer> outer, List<Integer> inner) {
        List<Integer> candidates = new ArrayList<>(outer);
        candidates.addAll(inner);
        candidates.removeAll(blockOf.values());
        Integer best = -1;
        int most = Integer.MIN_VALUE;
        for (Integer axis : candidates) {
            int count = neighbours(axis);
            if (count >= most) {
                best = axis;
                most = count;
            }
        }
        return best;
    }

    /** Whether more accesses are neighbours along {@code axis} than not. */
    boolean isNeighbour(Integer axis) {
        return neighbours(axis) > 0;
    }

    private int neighbours(Integer axis) {
        int count = 0;
        for (Map<Integer, Dim> access : accesses) {
            Dim stride = access.get(axis);
            if (stride != null) {
                count += stride.isExactly(1) ? 1 : -2;
            }
        }
        return count;
    }

    boolean canMerge(Integer slow, Integer fast) {
        if (counted.contains(slow) || counted.contains(fast)) {
            return false;
        }
        for (Map<Integer, Dim> access : accesses) {
            Dim slowStride = access.getOrDefault(slow, Dim.of(0));
            Dim fastStride = access.getOrDefault(fast, Dim.of(0));
            if (!slowStride.equals(fastStride.times(extent(fast)))) {
                return false;
            }
        }
        return true;
    }

    void merge(Integer slow, Integer fast) {
        extents.put(fast, extent(slow).times(extent(fast)));
        accesses.forEach(access -> access.remove(slow));
    }

    /**
     * Those of {@code axes}, which go from slow to fast, that are left when each that can be is merged with the next one.
     *
     * @param gone is told of the others
     */
    List<Integer> merged(List<Integer> axes, Consumer<Integer> gone) {
        Deque<Integer> left = new ArrayDeque<>();
        for (Integer axis : axes.reversed()) {
            if (!left.isEmpty() && canMerge(axis, left.getFirst())) {
                merge(axis, left.getFirst());
                gone.accept(axis);
            } else {
                left.addFirst(axis);
            }
        }
        return new ArrayList<>(left);
    }
}
