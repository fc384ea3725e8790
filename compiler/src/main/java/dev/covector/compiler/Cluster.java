package dev.covector.compiler;

import dev.covector.graph.ir.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A kernel while it grows. What a further member must agree with is kept per kind of member, not per member, so that
 * joining costs what is added, not what is there.
 */
final class Cluster {
    /** What members over the same axes have in common. */
    private record Space(List<@Nullable Integer> axes, List<@Nullable Integer> result, boolean reduction) {}

    /** The axes of a cluster: of each space, the member that comes first; and the block axes. */
    record Axes(Map<Space, Node> spaces, Map<Integer, Integer> blockOf) {
        static Axes of(Node member, List<@Nullable Integer> axes, List<@Nullable Integer> result,
                Map<Integer, Integer> blockOf) {
            Space space = new Space(axes, result, Roles.isReduction(member));
            return new Axes(Map.of(space, member), blockOf);
        }

        /** Both under the numbers that axes have now; null if a member would run over one axis twice. */
        @Nullable
        Axes and(Axes other, AxisNumbers numbers) {
            Axes both = new Axes(new HashMap<>(), new HashMap<>());
            return both.add(this, numbers) && both.add(other, numbers) ? both : null;
        }

        /** Makes one of the blocks of both that an axis has in both, where they are of one size. */
        void uniteBlocks(Axes other, Map<Integer, Integer> sizes, AxisNumbers numbers) {
            Map<Integer, Integer> known = new HashMap<>();
            blockOf.forEach((within, block) -> known.put(numbers.find(within), block));
            other.blockOf.forEach((within, block) -> {
                Integer same = known.get(numbers.find(within));
                if (same != null && Objects.equals(sizes.get(same), sizes.get(block))) {
                    numbers.unite(same, block);
                }
            });
        }

        private boolean add(Axes more, AxisNumbers numbers) {
            for (Map.Entry<Integer, Integer> within : more.blockOf.entrySet()) {
                Integer block = numbers.find(within.getValue());
                Integer known = blockOf.put(numbers.find(within.getKey()), block);
                if (known != null && !known.equals(block)) {
                    return false;
                }
            }
            for (Map.Entry<Space, Node> entry : more.spaces.entrySet()) {
                Space space = entry.getKey();
                List<@Nullable Integer> axes = numbers.find(space.axes());
                if (hasTwice(axes)) {
                    return false;
                }
                spaces.merge(new Space(axes, numbers.find(space.result()), space.reduction()),
                        entry.getValue(), (a, b) -> a.id() < b.id() ? a : b);
            }
            return true;
        }

        private static boolean hasTwice(List<@Nullable Integer> axes) {
            for (int i = 1; i < axes.size(); i++) {
                Integer axis = axes.get(i);
                if (axis != null && axes.indexOf(axis) < i) {
                    return true;
                }
            }
            return false;
        }

        boolean hasReduction() {
            for (Space space : spaces.keySet()) {
                if (space.reduction()) {
                    return true;
                }
            }
            return false;
        }

        /** Whether every member runs over the axes that all keep. */
        boolean isOneSpace() {
            TreeSet<Integer> outer = outer();
            return spaces.keySet().stream()
                    .allMatch(space -> Kernel.closure(space.axes(), blockOf).equals(outer));
        }

        /** The first reduction whose result is not known once per outer index; null if there is none. */
        @Nullable
        Node unknownReduction() {
            TreeSet<Integer> outer = outer();
            Node first = null;
            for (Map.Entry<Space, Node> entry : spaces.entrySet()) {
                Space space = entry.getKey();
                if (space.reduction() && !Kernel.closure(space.result(), blockOf).equals(outer)
                        && (first == null || entry.getValue().id() < first.id())) {
                    first = entry.getValue();
                }
            }
            return first;
        }

        /** The axes that every member runs over and keeps. */
        private TreeSet<Integer> outer() {
            Set<List<@Nullable Integer>> results = new HashSet<>();
            spaces.keySet().forEach(space -> results.add(space.result()));
            TreeSet<Integer> outer = null;
            for (List<@Nullable Integer> result : results) {
                TreeSet<Integer> kept = Kernel.closure(result, blockOf);
                if (outer == null) {
                    outer = kept;
                } else {
                    outer.retainAll(kept);
                }
            }
            return outer == null ? new TreeSet<>() : outer;
        }
    }

    private Kernel.Kind kind;
    private final List<Node> members = new ArrayList<>();
    private final List<Explanation.Decision> decisions = new ArrayList<>();
    private Axes axes;
    private int cost;
    private int reductions;
    private Traits traits;
    private int firstId;
    /** What it reads, and what reads it. */
    private final Set<Cluster> sources = new LinkedHashSet<>();
    private final Set<Cluster> readers = new LinkedHashSet<>();

    /**
     * What some or all members are.
     *
     * @param cheap     all take next to nothing
     * @param dear      some take as long as an exponential
     * @param shortSums some are sums of a few products each
     * @param sumsOfProducts some are small contractions
     */
    record Traits(boolean cheap, boolean dear, boolean shortSums, boolean sumsOfProducts) {
        private Traits and(Traits other) {
            return new Traits(cheap && other.cheap, dear || other.dear, shortSums || other.shortSums,
                    sumsOfProducts || other.sumsOfProducts);
        }
    }

    Cluster(Kernel.Kind kind, Node member, Axes axes, int cost, Traits traits) {
        this.kind = kind;
        this.axes = axes;
        this.cost = cost;
        this.reductions = Roles.isReduction(member) ? 1 : 0;
        this.traits = traits;
        this.firstId = member.id();
        members.add(member);
    }

    Kernel.Kind kind() {
        return kind;
    }

    /** In no order. */
    List<Node> members() {
        return members;
    }

    /** Why producers were or were not joined. */
    List<Explanation.Decision> decisions() {
        return decisions;
    }

    Axes axes() {
        return axes;
    }

    /** About how many instructions its innermost loops have. */
    int cost() {
        return cost;
    }

    /** How many of the members are reductions. */
    int reductions() {
        return reductions;
    }

    Traits traits() {
        return traits;
    }

    /** The least id of a member. */
    int firstId() {
        return firstId;
    }

    /** The others that a member reads. */
    Set<Cluster> sources() {
        return sources;
    }

    /** The others that read a member. */
    Set<Cluster> readers() {
        return readers;
    }

    /** A member reads one of {@code source}, another cluster. */
    void read(Cluster source) {
        sources.add(source);
        source.readers.add(this);
    }

    /** Takes the members of a cluster that reads this one. */
    void join(Cluster reader, Axes joined) {
        for (Cluster source : reader.sources) {
            source.readers.remove(reader);
            if (source != this) {
                read(source);
            }
        }
        for (Cluster next : reader.readers) {
            next.sources.remove(reader);
            next.read(this);
        }
        if (reader.kind == Kernel.Kind.TILE) {
            kind = Kernel.Kind.TILE;
        }
        members.addAll(reader.members);
        decisions.addAll(reader.decisions);
        axes = joined;
        cost += reader.cost;
        reductions += reader.reductions;
        traits = traits.and(reader.traits);
        firstId = Math.min(firstId, reader.firstId);
    }

    Kernel toKernel(Map<Node, List<@Nullable Integer>> axesOf, AxisNumbers numbers) {
        members.sort(Comparator.comparingInt(Node::id));
        Map<Node, List<@Nullable Integer>> found = new HashMap<>();
        for (Node member : members) {
            found.put(member, numbers.find(axesOf.getOrDefault(member, List.of())));
        }
        Kernel kernel = new Kernel(kind, List.copyOf(members), found, axes.blockOf());
        kernel.decisions().addAll(decisions);
        return kernel;
    }
}
