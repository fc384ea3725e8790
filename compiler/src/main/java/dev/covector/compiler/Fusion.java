package dev.covector.compiler;

import dev.covector.graph.Graph;
import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.kernel.Scratch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which nodes are computed together. Every member starts as a kernel of its own; then, in topological order,
 * each is joined with the kernels of its operands where one nest of loops can compute both:
 *
 * <ul>
 * <li>the axes that all members keep are the outer loops, and every reduction's result must be known once per outer
 * index: so softmax, or cross-entropy with its gradient, passes over each row once;
 * <li>a contraction takes elementwise ops on its result, over the finished tile;
 * <li>a kernel that depends on another through a third can't be joined with it;
 * <li>a kernel stays within a budget of instructions, since HotSpot does not compile huge methods.
 * </ul>
 *
 * Each decision is recorded for the dump.
 */
final class Fusion {
    /** The estimated instructions of a kernel's innermost loops. */
    private static final int BUDGET = 160;
    /** Rows that stay in a first-level cache while their columns are gone down. */
    private static final int FEW_ROWS = 64;
    /** Products that are summed up one by one; see {@link #hasOnlyShortSums}. */
    private static final int SHORT_SUM = 32;
    /** What an exponential and the like cost at least. */
    private static final int DEAR = 16;
    /** Of all lanes of a vector together. */
    private static final int LANE_BYTES = 64;

    private final Roles roles;
    private final int budget;
    private final AxisNumbers numbers = new AxisNumbers();
    private final Map<Node, Cluster> clusterOf = new HashMap<>();
    /** What a member runs over, and what it keeps of that, as numbered when it was alone. */
    private final Map<Node, List<@Nullable Integer>> axesOf = new HashMap<>();
    private final Map<Node, List<@Nullable Integer>> resultOf = new HashMap<>();
    private final Map<Node, List<Source>> sources = new HashMap<>();
    /** Per axis that counts blocks: how many indices a block has. */
    private final Map<Integer, Integer> blockSizes = new HashMap<>();

    private Fusion(Roles roles, int budget) {
        this.roles = roles;
        this.budget = budget;
    }

    /** The kernels of a function, in topological order. */
    static List<Kernel> fuse(Graph.Function function, Roles roles) {
        return new Fusion(roles, BUDGET)
                .run(function.nodes().stream().filter(roles::isMember).toList());
    }

    /** Each member of a function as a kernel of its own: nothing fits a budget of no instructions. */
    static List<Kernel> separate(Graph.Function function, Roles roles) {
        return new Fusion(roles, 0).run(function.nodes().stream().filter(roles::isMember).toList());
    }

    /** The members of a kernel in several kernels, each at most {@code part} of its size, in topological order. */
    static List<Kernel> split(Kernel kernel, double part, Roles roles) {
        int cost = kernel.members().stream().mapToInt(member -> cost(member, roles)).sum();
        return new Fusion(roles, (int) (part * cost)).run(kernel.members());
    }

    private List<Kernel> run(List<Node> members) {
        for (Node member : members) {
            Cluster alone = alone(member);
            for (Source source : sources(member)) {
                Cluster producer = clusterOf.get(source.node());
                if (producer != null) {
                    alone.read(producer);
                }
            }
            clusterOf.put(member, alone);
            for (Source source : sources(member)) {
                Cluster producer = clusterOf.get(source.node());
                if (producer != null && producer != clusterOf.get(member)) {
                    join(source.node(), member);
                }
            }
        }
        return sorted(members);
    }

    private static int cost(Node member, Roles roles) {
        return Math.max(1, roles.costWithOperands(member));
    }

    // ---- what a member reads

    /**
     * A member that another member reads.
     *
     * @param index which of the reader's axes it is at, per axis of the source's result; null if the source must be
     *              finished before the reader starts
     */
    private record Source(Node node, @Nullable List<Coordinate<Integer>> index) {}

    private List<Source> sources(Node member) {
        return sources.computeIfAbsent(member, this::findSources);
    }

    private List<Source> findSources(Node member) {
        Set<Source> found = new LinkedHashSet<>();
        record Visit(Node node, @Nullable List<Coordinate<Integer>> index) {}
        Set<Visit> seen = new HashSet<>();
        Deque<Visit> open = new ArrayDeque<>();
        for (int operand = member.inputs().size() - 1; operand >= 0; operand--) {
            open.push(new Visit(member.input(operand), operandIndex(member, operand)));
        }
        while (!open.isEmpty()) {
            Visit visit = open.pop();
            if (!seen.add(visit)) {
                continue;
            }
            Node node = visit.node();
            switch (roles.of(node)) {
                case MEMBER -> found.add(new Source(node, visit.index()));
                case LEAF -> {
                }
                case VIEW -> open.push(new Visit(node.input(0), null));
                case INLINE -> {
                    for (int operand = node.inputs().size() - 1; operand >= 0; operand--) {
                        List<Coordinate<Integer>> index = visit.index();
                        open.push(new Visit(node.input(operand),
                                index == null ? null : IndexMaps.operand(node, operand, index)));
                    }
                }
            }
        }
        return List.copyOf(found);
    }

    private @Nullable List<Coordinate<Integer>> operandIndex(Node member, int operand) {
        List<Coordinate<Integer>> axes = IndexMaps.at(IndexMaps.counters(Kernel.space(member), axis -> axis));
        return switch (member.op()) {
            case Op.Dot dot -> null;
            case Op.ScatterAdd scatter -> null;
            case Op.Pad pad -> null;
            case Op.Concat concat -> null;
            case Op.Gather gather when operand == 0 -> null;
            case Op.Reduce reduce -> axes;
            case Op.Arg arg -> axes;
            case Op.PartialSum partial -> axes;
            default -> IndexMaps.operand(member, operand, axes);
        };
    }

    private Cluster cluster(Node member) {
        Cluster cluster = clusterOf.get(member);
        if (cluster == null) {
            throw InternalCompilerException.at(member, "no kernel computes it yet");
        }
        return cluster;
    }

    // ---- joining

    private Cluster alone(Node member) {
        Map<Integer, Integer> blockOf = new HashMap<>();
        List<@Nullable Integer> axes = IndexMaps.counters(Kernel.space(member), axis -> numbers.next());
        if (member.op() instanceof Op.PartialSum partial) {
            Integer within = axes.get(partial.axis());
            if (within != null && !member.type().shape().dim(partial.axis()).isExactly(1)) {
                Integer block = numbers.next();
                blockOf.put(within, block);
                blockSizes.put(block, partial.block());
            }
        }
        Kernel.Kind kind = switch (member.op()) {
            case Op.Dot dot -> Kernel.Kind.TILE;
            case Op.CumSum cumSum -> Kernel.Kind.ALONE;
            case Op.ArgSort sort -> Kernel.Kind.ALONE;
            case Op.ScatterAdd scatter -> Kernel.Kind.ALONE;
            case Op.Pad pad -> Kernel.Kind.ALONE;
            case Op.Concat concat -> Kernel.Kind.ALONE;
            default -> Kernel.Kind.LOOP;
        };
        List<@Nullable Integer> result = Kernel.resultAxes(member, axes, blockOf);
        axesOf.put(member, axes);
        resultOf.put(member, result);
        return new Cluster(kind, member, Cluster.Axes.of(member, axes, result, blockOf),
                cost(member, roles), new Cluster.Traits(Roles.isCheap(member),
                        Roles.cost(member) >= DEAR, isShortSum(member), isSumOfProducts(member)));
    }

    private void join(Node producer, Node consumer) {
        Cluster p = cluster(producer);
        Cluster c = cluster(consumer);
        String refusal = refusalByKind(p, c);
        int mark = numbers.mark();
        Cluster.Axes joined = null;
        if (refusal == null) {
            joined = unified(p, c);
            refusal = joined == null ? "it is read at another index, or only when complete"
                    : refusalByShape(joined);
        }
        if (refusal == null && goesDownColumns(p, c)) {
            refusal = "it would go down the columns of all rows for a few results";
        }
        if (refusal == null && Detour.between(p, c)) {
            refusal = "a third kernel lies between them";
        }
        if (refusal != null || joined == null) {
            numbers.undo(mark);
            c.decisions().add(new Explanation.Decision(producer, consumer, Optional.ofNullable(refusal)));
            return;
        }
        c.members().forEach(member -> clusterOf.put(member, p));
        p.join(c, joined);
        p.decisions().add(new Explanation.Decision(producer, consumer, Optional.empty()));
    }

    private @Nullable String refusalByKind(Cluster p, Cluster c) {
        if (p.kind() == Kernel.Kind.ALONE || c.kind() == Kernel.Kind.ALONE) {
            return "one of them has loops of its own";
        }
        if (c.kind() == Kernel.Kind.TILE && p.kind() == Kernel.Kind.TILE) {
            return "a kernel has one contraction";
        }
        if (p.kind() == Kernel.Kind.TILE && c.axes().hasReduction()
                || c.kind() == Kernel.Kind.TILE && p.axes().hasReduction()) {
            return "a reduction needs whole rows, a tile is a part of some";
        }
        if (p.kind() == Kernel.Kind.TILE && c.members().stream().anyMatch(roles::isUpdateOnly)
                && !(canWaitForUpdates(p) && canWaitForUpdates(c))) {
            return "something needs it before parameters are updated, when nothing reads their old values any more";
        }
        if (p.kind() == Kernel.Kind.TILE && isNarrow(p)
                && !c.traits().cheap()) {
            return "the rows of the contraction are too short for lanes";
        }
        if (hasOnlyShortSums(p) && c.traits().dear() || p.traits().dear() && hasOnlyShortSums(c)) {
            return "a function wants lanes, and sums of so few products none";
        }
        if (p.traits().sumsOfProducts() && c.traits().dear() && !c.axes().hasReduction()) {
            return "vectors go through such sums several at a time, with too little space for a function behind them";
        }
        if (p.reductions() + c.reductions() > Scratch.MAX_IN_LANES) {
            return "a loop has room for " + Scratch.MAX_IN_LANES + " reductions";
        }
        if (p.cost() + c.cost() > budget) {
            return "both together exceed the budget of a method";
        }
        return null;
    }

    private boolean canWaitForUpdates(Cluster cluster) {
        return cluster.members().stream().allMatch(roles::canWaitForUpdates);
    }

    /** Whether there are sums of a few products each, as of a small contraction, and nothing that takes long. */
    private static boolean hasOnlyShortSums(Cluster cluster) {
        return cluster.traits().cheap() && cluster.traits().shortSums();
    }

    /** Whether it is what became of a contraction that is too small for the register tile. */
    private static boolean isSumOfProducts(Node node) {
        return node.op() instanceof Op.Reduce && !node.type().shape().size().isExactly(1)
                && node.input(0).op() instanceof Op.Binary binary && binary.kind() == BinaryKind.MUL
                && node.input(0).inputs().stream().anyMatch(factor -> factor.op() instanceof Op.Broadcast);
    }

    private boolean isShortSum(Node node) {
        return node.op() instanceof Op.Reduce reduce && !node.type().shape().size().isExactly(1)
                && roles.of(node.input(0)) == Roles.Role.INLINE
                && reduce.axes().stream().map(Kernel.space(node)::dim).allMatch(Dim::isConstant)
                && reduce.axes().stream().mapToLong(axis -> Kernel.space(node).dim(axis).value())
                        .reduce(1, Math::multiplyExact) <= SHORT_SUM;
    }

    /** Whether a contraction has fewer columns than a vector has lanes, so that what follows it would be scalar code. */
    private static boolean isNarrow(Cluster tile) {
        return tile.members().stream().anyMatch(node -> {
            if (!(node.op() instanceof Op.Dot dot)) {
                return false;
            }
            Shape shape = node.type().shape();
            int columns = node.input(1).type().shape().rank() - dot.batchB().size() - dot.contractB().size();
            Dim n = Shape.of(shape.dims().subList(shape.rank() - columns, shape.rank())).size();
            return n.isConstant() && n.value() < LANE_BYTES / node.type().dtype().bytes();
        });
    }

    private static @Nullable String refusalByShape(Cluster.Axes joined) {
        if (!joined.hasReduction()) {
            return joined.isOneSpace() ? null : "it is broadcast: its own loops are fewer";
        }
        Node reduction = joined.unknownReduction();
        return reduction == null ? null
                : "the reduction " + Explanation.label(reduction)
                        + " would not be known once per outer index";
    }

    /** The axes of both, shared; null if some element is read elsewhere than where it is computed. */
    private Cluster.@Nullable Axes unified(Cluster p, Cluster c) {
        for (Node reader : c.members()) {
            for (Source source : sources(reader)) {
                if (clusterOf.get(source.node()) == p && !unite(source, reader)) {
                    return null;
                }
            }
        }
        p.axes().uniteBlocks(c.axes(), blockSizes, numbers);
        return p.axes().and(c.axes(), numbers);
    }

    /**
     * Whether a member of {@code c} needs a reduction's result once per column while it runs over many rows, as batch
     * normalisation does: column by column it would jump through memory, and few threads could share it.
     */
    private boolean goesDownColumns(Cluster p, Cluster c) {
        if (!p.axes().hasReduction()) {
            return false;
        }
        for (Node reader : c.members()) {
            for (Source source : sources(reader)) {
                if (clusterOf.get(source.node()) == p && isPerColumn(source.node(), reader)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isPerColumn(Node source, Node reader) {
        Set<Integer> kept = new HashSet<>();
        for (Integer axis : resultOf.getOrDefault(source, List.of())) {
            if (axis != null) {
                kept.add(numbers.find(axis));
            }
        }
        List<@Nullable Integer> axes = axesOf.getOrDefault(reader, List.of());
        Dim rows = Dim.of(1);
        boolean columns = false;
        for (int axis = 0; axis < axes.size(); axis++) {
            Integer number = axes.get(axis);
            if (number != null && kept.contains(numbers.find(number))) {
                columns = !rows.isExactly(1);
            } else {
                rows = rows.times(Kernel.space(reader).dim(axis));
            }
        }
        return columns && !(rows.isConstant() && rows.value() <= FEW_ROWS);
    }

    /** Makes the axes of a source those at which it is read. */
    private boolean unite(Source source, Node reader) {
        List<Coordinate<Integer>> index = source.index();
        if (index == null) {
            return false;
        }
        List<@Nullable Integer> result = resultOf.getOrDefault(source.node(), List.of());
        List<@Nullable Integer> readerAxes = axesOf.getOrDefault(reader, List.of());
        for (int axis = 0; axis < result.size(); axis++) {
            Integer written = result.get(axis);
            Coordinate<Integer> place = index.get(axis);
            if (written == null) {
                continue; // there is one element to read
            }
            Integer reads = place.plain();
            Integer read = reads == null ? null : readerAxes.get(reads);
            if (reads == null || read == null || !source.node().type().shape().dim(axis)
                    .equals(Kernel.space(reader).dim(reads))) {
                return false;
            }
            numbers.unite(written, read);
        }
        return true;
    }

    // ---- order

    private List<Kernel> sorted(List<Node> members) {
        Map<Cluster, Integer> missing = new LinkedHashMap<>();
        for (Node member : members) {
            Cluster cluster = cluster(member);
            missing.put(cluster, cluster.sources().size());
        }
        PriorityQueue<Cluster> ready = new PriorityQueue<>(Comparator.comparingInt(Cluster::firstId));
        missing.forEach((cluster, count) -> {
            if (count == 0) {
                ready.add(cluster);
            }
        });
        List<Kernel> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            Cluster cluster = ready.remove();
            order.add(cluster.toKernel(axesOf, numbers));
            for (Cluster reader : cluster.readers()) {
                if (missing.merge(reader, -1, Integer::sum) == 0) {
                    ready.add(reader);
                }
            }
        }
        if (order.size() != missing.size()) {
            throw InternalCompilerException.of("the kernels depend on each other in a circle");
        }
        return order;
    }
}
