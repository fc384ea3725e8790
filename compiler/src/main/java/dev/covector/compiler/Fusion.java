package dev.covector.compiler;

import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
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
import java.util.Set;
import java.util.TreeSet;
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

    private final Roles roles;
    private final Map<Node, Kernel> kernelOf = new HashMap<>();
    private final Map<Node, List<Source>> sources = new HashMap<>();
    private int nextAxis;

    private Fusion(Roles roles) {
        this.roles = roles;
    }

    /** The kernels of a function, in topological order. */
    static List<Kernel> fuse(Graph.Function function, Roles roles) {
        return new Fusion(roles).run(function);
    }

    private List<Kernel> run(Graph.Function function) {
        List<Node> members = function.nodes().stream().filter(roles::isMember).toList();
        for (Node member : members) {
            kernelOf.put(member, alone(member));
            for (Source source : sources(member)) {
                if (kernelOf.get(source.node()) != kernelOf.get(member)) {
                    join(source.node(), member);
                }
            }
        }
        return sorted(members);
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
            case Op.Gather gather when operand == 0 -> null;
            case Op.Reduce reduce -> axes;
            case Op.Arg arg -> axes;
            case Op.PartialSum partial -> axes;
            default -> IndexMaps.operand(member, operand, axes);
        };
    }

    private Kernel kernel(Node member) {
        Kernel kernel = kernelOf.get(member);
        if (kernel == null) {
            throw InternalCompilerException.at(member, "no kernel computes it yet");
        }
        return kernel;
    }

    // ---- joining

    private Kernel alone(Node member) {
        Map<Integer, Integer> blockOf = new HashMap<>();
        List<@Nullable Integer> axes = IndexMaps.counters(Kernel.space(member), axis -> nextAxis++);
        if (member.op() instanceof Op.PartialSum partial) {
            Integer within = axes.get(partial.axis());
            if (within != null && !member.type().shape().dim(partial.axis()).is(1)) {
                blockOf.put(within, nextAxis++);
            }
        }
        Kernel.Kind kind = switch (member.op()) {
            case Op.Dot dot -> Kernel.Kind.TILE;
            case Op.ScatterAdd scatter -> Kernel.Kind.ALONE;
            case Op.Random random -> Kernel.Kind.ALONE;
            default -> Kernel.Kind.LOOP;
        };
        return new Kernel(kind, List.of(member), Map.of(member, axes), blockOf);
    }

    private void join(Node producer, Node consumer) {
        Kernel p = kernel(producer);
        Kernel c = kernel(consumer);
        String refusal = refusalByKind(p, c);
        Kernel joined = null;
        if (refusal == null) {
            joined = unified(p, c);
            refusal = joined == null ? "it is read at another index, or only when complete"
                    : refusalByShape(joined);
        }
        if (refusal == null && dependsThroughAnother(p, c)) {
            refusal = "a third kernel lies between them";
        }
        if (refusal != null || joined == null) {
            c.reasons().add("not joined with " + label(producer) + ": " + refusal);
            return;
        }
        joined.reasons().addAll(p.reasons());
        joined.reasons().addAll(c.reasons());
        joined.reasons().add("joined " + label(consumer) + " with its operand " + label(producer));
        for (Node member : joined.members()) {
            kernelOf.put(member, joined);
        }
    }

    private @Nullable String refusalByKind(Kernel p, Kernel c) {
        if (p.kind() == Kernel.Kind.ALONE || c.kind() == Kernel.Kind.ALONE) {
            return "scatter-add and random numbers have loops of their own";
        }
        if (c.kind() == Kernel.Kind.TILE && p.kind() == Kernel.Kind.TILE) {
            return "a kernel has one contraction";
        }
        if (p.kind() == Kernel.Kind.TILE && c.hasReduction()
                || c.kind() == Kernel.Kind.TILE && p.hasReduction()) {
            return "a reduction needs whole rows, a tile is a part of some";
        }
        if (p.kind() == Kernel.Kind.TILE && c.members().stream().anyMatch(roles::isUpdateOnly)) {
            return "parameters are updated together, when nothing reads their old values any more";
        }
        if (cost(p) + cost(c) > BUDGET) {
            return "both together exceed the budget of a method";
        }
        return null;
    }

    private int cost(Kernel kernel) {
        return kernel.members().stream().mapToInt(roles::costWithOperands).sum();
    }

    private @Nullable String refusalByShape(Kernel joined) {
        TreeSet<Integer> outer = joined.outer();
        if (!joined.hasReduction()) {
            for (Node member : joined.members()) {
                if (!Kernel.closure(joined.axes(member), joined.blockOf()).equals(outer)) {
                    return "it is broadcast: its own loops are fewer";
                }
            }
            return null;
        }
        for (Node member : joined.members()) {
            if (Roles.isReduction(member)
                    && !Kernel.closure(joined.resultAxes(member), joined.blockOf()).equals(outer)) {
                return "the reduction " + label(member) + " would not be known once per outer index";
            }
        }
        return null;
    }

    /** Both kernels over shared axes, or null if some element is read elsewhere than where it is computed. */
    private @Nullable Kernel unified(Kernel p, Kernel c) {
        Map<Integer, Integer> number = new HashMap<>();
        Map<Integer, Integer> blockOf = new HashMap<>(p.blockOf());
        blockOf.putAll(c.blockOf());
        Set<Node> all = new HashSet<>(p.members());
        all.addAll(c.members());
        for (Node reader : all) {
            for (Source source : sources(reader)) {
                if (!all.contains(source.node())) {
                    continue;
                }
                List<Coordinate<Integer>> index = source.index();
                if (index == null) {
                    return null;
                }
                List<@Nullable Integer> result = kernel(source.node()).resultAxes(source.node());
                List<@Nullable Integer> readerAxes = kernel(reader).axes(reader);
                for (int axis = 0; axis < result.size(); axis++) {
                    Integer written = result.get(axis);
                    Coordinate<Integer> place = index.get(axis);
                    if (written == null) {
                        continue; // there is one element to read
                    }
                    Integer reads = place.isPlain() ? place.counter() : null;
                    Integer read = reads == null ? null : readerAxes.get(reads);
                    if (reads == null || read == null || !source.node().type().shape().dim(axis)
                            .equals(Kernel.space(reader).dim(reads))) {
                        return null;
                    }
                    unite(number, written, read);
                }
            }
        }
        for (Map.Entry<Integer, Integer> within : List.copyOf(blockOf.entrySet())) {
            for (Map.Entry<Integer, Integer> other : List.copyOf(blockOf.entrySet())) {
                if (find(number, within.getKey()) == find(number, other.getKey())
                        && find(number, within.getValue()) != find(number, other.getValue())) {
                    return null;
                }
            }
        }
        Map<Integer, Integer> canonical = new HashMap<>();
        number.keySet().forEach(axis -> canonical.put(axis, find(number, axis)));
        Map<Node, List<@Nullable Integer>> axes = new HashMap<>(Kernel.renumbered(p.allAxes(), canonical));
        axes.putAll(Kernel.renumbered(c.allAxes(), canonical));
        for (List<@Nullable Integer> list : axes.values()) {
            List<Integer> counted = new ArrayList<>();
            list.forEach(axis -> {
                if (axis != null) {
                    counted.add(axis);
                }
            });
            if (new HashSet<>(counted).size() != counted.size()) {
                return null;
            }
        }
        Map<Integer, Integer> blocks = new HashMap<>();
        blockOf.forEach((within, block) -> blocks.put(canonical.getOrDefault(within, within),
                canonical.getOrDefault(block, block)));
        List<Node> members = all.stream().sorted(Comparator.comparingInt(Node::id)).toList();
        Kernel.Kind kind = p.kind() == Kernel.Kind.TILE || c.kind() == Kernel.Kind.TILE ? Kernel.Kind.TILE
                : Kernel.Kind.LOOP;
        return new Kernel(kind, members, axes, blocks);
    }

    private static int find(Map<Integer, Integer> number, int axis) {
        int root = axis;
        while (number.getOrDefault(root, root) != root) {
            root = number.getOrDefault(root, root);
        }
        return root;
    }

    private static void unite(Map<Integer, Integer> number, int a, int b) {
        int rootA = find(number, a);
        int rootB = find(number, b);
        number.put(Math.max(rootA, rootB), Math.min(rootA, rootB));
    }

    // ---- order

    /** Whether a path leads from one kernel to the other through a third, so that neither could start first. */
    private boolean dependsThroughAnother(Kernel p, Kernel c) {
        return reaches(p, c) || reaches(c, p);
    }

    private boolean reaches(Kernel from, Kernel to) {
        int last = to.members().getLast().id();
        Set<Kernel> seen = new HashSet<>();
        Deque<Kernel> open = new ArrayDeque<>();
        for (Kernel next : readers(from)) {
            if (next != to && next != from) {
                open.push(next);
            }
        }
        while (!open.isEmpty()) {
            Kernel kernel = open.pop();
            if (kernel == to) {
                return true;
            }
            if (seen.add(kernel) && kernel.members().getFirst().id() < last) {
                readers(kernel).forEach(open::push);
            }
        }
        return false;
    }

    private Set<Kernel> readers(Kernel kernel) {
        Set<Kernel> readers = new LinkedHashSet<>();
        Set<Node> seen = new HashSet<>();
        Deque<Node> open = new ArrayDeque<>();
        kernel.members().forEach(member -> open.addAll(roles.users(member)));
        while (!open.isEmpty()) {
            Node user = open.pop();
            if (!seen.add(user)) {
                continue;
            }
            if (!roles.isMember(user)) {
                open.addAll(roles.users(user));
            } else {
                Kernel reader = kernelOf.get(user);
                if (reader != null && reader != kernel) {
                    readers.add(reader);
                }
            }
        }
        return readers;
    }

    private List<Kernel> sorted(List<Node> members) {
        Map<Kernel, Integer> missing = new LinkedHashMap<>();
        members.forEach(member -> missing.putIfAbsent(kernel(member), 0));
        Map<Kernel, Set<Kernel>> readers = new HashMap<>();
        for (Kernel kernel : missing.keySet()) {
            readers.put(kernel, readers(kernel));
        }
        readers.values().forEach(set -> set.forEach(reader -> missing.merge(reader, 1, Integer::sum)));
        java.util.PriorityQueue<Kernel> ready = new java.util.PriorityQueue<>(
                Comparator.comparingInt(kernel -> kernel.members().getFirst().id()));
        missing.forEach((kernel, count) -> {
            if (count == 0) {
                ready.add(kernel);
            }
        });
        List<Kernel> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            Kernel kernel = ready.poll();
            order.add(kernel);
            for (Kernel reader : readers.getOrDefault(kernel, Set.of())) {
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

    private static String label(Node node) {
        return node.name() != null ? node.name() : node.op().word() + "_" + node.id();
    }
}
