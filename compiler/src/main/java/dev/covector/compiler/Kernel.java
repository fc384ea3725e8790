package dev.covector.compiler;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Nodes that are computed together, by one nest of loops. An axis of the kernel is a number; each member has one for
 * each axis that it runs over, and members that share a number run side by side.
 */
final class Kernel {
    /** What kind of loops it takes. */
    enum Kind {
        /** Elementwise ops and reductions over a shared outer index space. */
        LOOP,
        /** A contraction on the register tile, and elementwise ops on its result. */
        TILE,
        /** A member whose loops nothing else joins: scatter-add, cumulative sums, sorting, concat, pad. */
        ALONE
    }

    private final Kind kind;
    /** In topological order. */
    private final List<Node> members;
    /**
     * The axes of a member's iteration space: those of its result, or, for a reduction, of its operand. Null where the
     * extent is 1.
     */
    private final Map<Node, List<@Nullable Integer>> axes;
    /** Per axis within blocks: the axis that counts the blocks. */
    private final Map<Integer, Integer> blockOf;
    /** Why producers were or were not joined, for the dump. */
    private final List<Explanation.Decision> decisions = new ArrayList<>();

    Kernel(Kind kind, List<Node> members, Map<Node, List<@Nullable Integer>> axes,
            Map<Integer, Integer> blockOf) {
        this.kind = kind;
        this.members = members;
        this.axes = axes;
        this.blockOf = blockOf;
    }

    Kind kind() {
        return kind;
    }

    List<Node> members() {
        return members;
    }

    List<@Nullable Integer> axes(Node member) {
        List<@Nullable Integer> of = axes.get(member);
        if (of == null) {
            throw InternalCompilerException.at(member, "no member of the kernel");
        }
        return of;
    }

    Map<Integer, Integer> blockOf() {
        return blockOf;
    }

    List<Explanation.Decision> decisions() {
        return decisions;
    }

    /** What a member runs over: its result, or, for a reduction, its operand. */
    static Shape space(Node member) {
        return Roles.isReduction(member) ? member.input(0).type().shape() : member.type().shape();
    }

    boolean hasReduction() {
        return members.stream().anyMatch(Roles::isReduction);
    }

    /**
     * The same, with one number for inner axes of one extent that no member runs over together: so that stages that
     * compute different things of a row can share its loop.
     */
    Kernel withSharedInnerAxes() {
        TreeSet<Integer> outer = outer();
        Map<Integer, Integer> number = new HashMap<>();
        TreeMap<Integer, Dim> extents = new TreeMap<>();
        for (Node member : members) {
            List<@Nullable Integer> of = axes(member);
            Shape space = space(member);
            for (int axis = 0; axis < of.size(); axis++) {
                Integer inner = of.get(axis);
                if (inner != null && !outer.contains(inner) && !blockOf.containsKey(inner)) {
                    extents.put(inner, space.dim(axis));
                }
            }
        }
        extents.forEach((axis, extent) -> extents.headMap(axis).forEach((earlier, other) -> {
            if (!number.containsKey(axis) && !number.containsKey(earlier) && extent.equals(other)
                    && !meet(axis, earlier, number)) {
                number.put(axis, earlier);
            }
        }));
        Kernel shared = new Kernel(kind, members, renumbered(axes, number), blockOf);
        shared.decisions.addAll(decisions);
        return shared;
    }

    /** Whether some member runs over both axes, or over what the second one stands for. */
    private boolean meet(Integer axis, Integer image, Map<Integer, Integer> number) {
        for (List<@Nullable Integer> of : axes.values()) {
            boolean hasAxis = false;
            boolean hasImage = false;
            for (Integer entry : of) {
                hasAxis |= axis.equals(entry);
                hasImage |= entry != null && number.getOrDefault(entry, entry).equals(image);
            }
            if (hasAxis && hasImage) {
                return true;
            }
        }
        return false;
    }

    /** The axes of a member's result: those of its iteration space that are not reduced. */
    List<@Nullable Integer> resultAxes(Node member) {
        return resultAxes(member, axes(member), blockOf);
    }

    /** The same, of a member that runs over the axes {@code iteration}. */
    static List<@Nullable Integer> resultAxes(Node member, List<@Nullable Integer> iteration,
            Map<Integer, Integer> blockOf) {
        List<@Nullable Integer> result = new ArrayList<>(iteration);
        switch (member.op()) {
            case Op.Reduce reduce -> removeAxes(result, reduce.axes());
            case Op.Arg arg -> removeAxes(result, List.of(arg.axis()));
            case Op.PartialSum partial -> {
                Integer within = iteration.get(partial.axis());
                result.set(partial.axis(), within == null ? null : blockOf.get(within));
            }
            default -> {
            }
        }
        return result;
    }

    private static void removeAxes(List<@Nullable Integer> entries, List<Integer> axes) {
        for (int axis : axes.reversed()) {
            entries.subList(axis, axis + 1).clear();
        }
    }

    /** The axes that every member runs over and keeps: the outer loops. */
    TreeSet<Integer> outer() {
        TreeSet<Integer> outer = new TreeSet<>();
        boolean first = true;
        for (Node member : members) {
            TreeSet<Integer> kept = closure(resultAxes(member), blockOf);
            if (first) {
                outer.addAll(kept);
                first = false;
            } else {
                outer.retainAll(kept);
            }
        }
        return outer;
    }

    /** A set of axes, and the block axes that they imply. */
    static TreeSet<Integer> closure(List<@Nullable Integer> axes, Map<Integer, Integer> blockOf) {
        TreeSet<Integer> set = new TreeSet<>();
        for (Integer axis : axes) {
            if (axis != null) {
                set.add(axis);
                Integer block = blockOf.get(axis);
                if (block != null) {
                    set.add(block);
                }
            }
        }
        return set;
    }

    /** The members' axes under another numbering. */
    private static Map<Node, List<@Nullable Integer>> renumbered(Map<Node, List<@Nullable Integer>> axes,
            Map<Integer, Integer> number) {
        Map<Node, List<@Nullable Integer>> renumbered = new HashMap<>();
        axes.forEach((node, list) -> {
            List<@Nullable Integer> images = new ArrayList<>();
            for (Integer axis : list) {
                images.add(axis == null ? null : number.getOrDefault(axis, axis));
            }
            renumbered.put(node, images);
        });
        return renumbered;
    }
}
