package dev.covector.explain;

import dev.covector.compiler.Explanation;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which block each node of a graph belongs to, as a path: {@code stage1/0/norm} for what a layer with parameters
 * {@code stage1.0.norm.…} computes; below {@code gradient} for what differentiation made of it, below {@code update} for what
 * gives its parameters new values, and below {@code initial} for their first ones.
 *
 * <p>Only parameters have paths of their own. An op belongs with the parameters that it reads; one that reads none, with
 * the operand that was made last, if it is of the same line of the user's; and nodes that a pass made or kept, with what
 * they were before.
 */
final class Blocks {
    /** What a node is for; each may read those before it. */
    private enum Phase {
        FORWARD(""), GRADIENT("gradient"), UPDATE("update"), INITIAL("initial");

        private final String name;

        Phase(String name) {
            this.name = name;
        }
    }

    /** The names on the way to a block; none for what is in no block. */
    private record Place(Phase phase, List<String> path) {
        static final Place NOWHERE = new Place(Phase.FORWARD, List.of());

        Place in(Phase other) {
            return new Place(other, path);
        }

        @Override
        public String toString() {
            List<String> all = new ArrayList<>(path);
            if (phase != Phase.FORWARD) {
                all.addFirst(phase.name);
            }
            return String.join("/", all);
        }
    }

    private final Graph graph;
    private final Map<Node, Place> places = new HashMap<>();
    private final Map<Node, List<Node>> readers = new HashMap<>();
    private final Set<Node> free = new HashSet<>();
    /** Whether a node was made by differentiation, if that is known. */
    private final Set<Node> derived = new HashSet<>();
    /** Whether gradients are still ops, so that what reads one is an update. */
    private final boolean isSource;

    private Blocks(Graph graph) {
        this.graph = graph;
        this.isSource = graph.nodes().stream().anyMatch(node -> node.op() instanceof Op.Gradient);
        for (Node node : graph.nodes()) {
            node.inputs()
                    .forEach(input -> readers.computeIfAbsent(input, key -> new ArrayList<>()).add(node));
            if (!(node.op() instanceof Op.Parameter) && !(node.op() instanceof Op.Input)
                    && free.containsAll(node.inputs())) {
                free.add(node);
            }
        }
    }

    /** The paths of a graph by itself. */
    static Map<Node, String> of(Graph graph) {
        Blocks blocks = new Blocks(graph);
        blocks.place();
        return blocks.paths();
    }

    /** For each stage, the paths of its nodes. */
    static List<Map<Node, String>> of(Explanation explanation) {
        List<Map<Node, String>> all = new ArrayList<>();
        @Nullable Blocks before = null;
        for (Explanation.Stage stage : explanation.stages()) {
            Blocks blocks = new Blocks(stage.graph());
            if (before != null) {
                blocks.takeOver(stage, before);
            }
            blocks.place();
            all.add(blocks.paths());
            before = blocks;
        }
        return all;
    }

    /** The path of each node, empty for what is in no block. */
    private Map<Node, String> paths() {
        Map<Node, String> paths = new HashMap<>();
        graph.nodes().forEach(node -> paths.put(node, placeOf(node).toString()));
        return paths;
    }

    private Place placeOf(Node node) {
        return places.getOrDefault(node, Place.NOWHERE);
    }

    /** What a pass kept stays where it was. */
    private void takeOver(Explanation.Stage stage, Blocks before) {
        for (int i = 0; i < stage.changes().size(); i++) {
            Node node = graph.nodes().get(i);
            stage.changes().get(i).before().ifPresentOrElse(was -> {
                if (!isFree(node)) {
                    places.put(node, before.placeOf(was));
                }
                if (before.derived.contains(was)) {
                    derived.add(node);
                }
            }, () -> {
                if (stage.name().equals("differentiated")) {
                    derived.add(node);
                }
            });
        }
    }

    private void place() {
        Map<Node, Place> purposes = purposes();
        for (Node node : graph.nodes()) {
            if (!isFree(node) && !places.containsKey(node)) {
                places.put(node, find(node, purposes.get(node)));
            }
        }
        for (Node node : graph.nodes().reversed()) {
            List<Place> reading = readers.getOrDefault(node, List.of()).stream().map(this::placeOf).toList();
            Place own = placeOf(node);
            if (isFree(node)) {
                places.put(node, reading.stream().reduce(Blocks::around)
                        .orElse(purposes.getOrDefault(node, Place.NOWHERE)));
            } else if (own.equals(Place.NOWHERE) && !(node.op() instanceof Op.Input)) {
                // A function between layers belongs with what reads it, if that is in one block.
                reading.stream().filter(place -> place.phase == own.phase).reduce(Blocks::around)
                        .ifPresent(place -> places.put(node, place));
            } else if (reading.stream().anyMatch(place -> place.phase.compareTo(own.phase) < 0)) {
                // A pass has found that an earlier phase needs it too.
                reading.stream().reduce(Blocks::around).ifPresent(place -> places.put(node, place));
            }
        }
    }

    /** The innermost block around both, in the earlier phase. */
    private static Place around(Place a, Place b) {
        return new Place(a.phase.compareTo(b.phase) < 0 ? a.phase : b.phase, common(a.path, b.path));
    }

    /** Whether this is computed from nothing but constants, extents and the like, which passes share wherever they can. */
    private boolean isFree(Node node) {
        return free.contains(node);
    }

    private Place find(Node node, @Nullable Place purpose) {
        if (node.op() instanceof Op.Parameter parameter) {
            // Such as a moment that an optimiser keeps.
            boolean slot = parameter.name().indexOf('/') >= 0;
            return new Place(slot ? Phase.UPDATE : Phase.FORWARD, path(parameter.name()));
        }
        if (node.op() instanceof Op.Input) {
            return Place.NOWHERE;
        }
        Phase phase = phase(node);
        if (purpose != null) {
            // What differentiation made for one block alone, and what other passes made of that, is still its gradient.
            boolean gradient = phase == Phase.GRADIENT
                    && (!isSource || node.op() instanceof Op.Gradient);
            return gradient && purpose.phase == Phase.UPDATE ? purpose.in(phase) : purpose;
        }
        return new Place(phase, path(node));
    }

    /** The last phase of what this computes with, unless it is known where the node comes from. */
    private Phase phase(Node node) {
        if (derived.contains(node) || node.op() instanceof Op.Gradient) {
            return Phase.GRADIENT;
        }
        Phase last = Phase.FORWARD;
        for (Node input : node.inputs()) {
            Phase of = isFree(input) ? Phase.FORWARD : placeOf(input).phase;
            last = of.compareTo(last) > 0 ? of : last;
        }
        return last;
    }

    /** With what a node that computes something belongs. */
    private List<String> path(Node node) {
        @Nullable List<String> own = null;
        for (Node input : node.inputs()) {
            if (readsParametersOnly(input)) {
                List<String> path = placeOf(input).path;
                own = own == null ? path : common(own, path);
            }
        }
        if (own != null && !own.isEmpty()) {
            return own;
        }
        List<Node> computed = node.inputs().stream().filter(input -> !isFree(input)).toList();
        if (derived.contains(node)) {
            List<Node> forward = computed.stream().filter(input -> !derived.contains(input)).toList();
            computed = forward.isEmpty() ? computed : forward;
        }
        @Nullable Node last = null;
        for (Node input : computed) {
            last = last == null || input.id() > last.id() ? input : last;
        }
        if (last == null || !derived.contains(node) && node.line() != null
                && !Objects.equals(node.line(), last.line())) {
            return List.of();
        }
        List<String> path = placeOf(last).path;
        for (Node input : computed) {
            int shared = common(path, placeOf(input).path).size();
            if (shared < placeOf(input).path.size()) {
                // Where blocks meet: the last one, as far as it is one block's.
                path = path.subList(0, Math.min(path.size(), shared + 1));
            }
        }
        return path;
    }

    /** Whether this is a parameter, or computed from nothing but parameters and constants. */
    private boolean readsParametersOnly(Node node) {
        Node at = node;
        while (at.inputs().size() == 1 && !(at.op() instanceof Op.Reduce)) {
            at = at.input(0);
        }
        return at.op() instanceof Op.Parameter;
    }

    // ---- what only serves one block's parameters

    /** The nodes that only serve to give the parameters of one block their next, or their first, values. */
    private Map<Node, Place> purposes() {
        Map<Node, Set<Place>> serves = new HashMap<>();
        for (Graph.Function function : graph.functions()) {
            function.results().values().forEach(node -> add(serves, node, Place.NOWHERE));
            function.updates().forEach(update -> add(serves, update.value(),
                    new Place(Phase.UPDATE, path(((Op.Parameter) update.parameter().op()).name()))));
        }
        graph.parameters().forEach(
                p -> add(serves, p.initial(), new Place(Phase.INITIAL, path(p.name()))));
        Map<Node, Place> purposes = new HashMap<>();
        for (Node node : graph.nodes().reversed()) {
            Set<Place> of = serves.getOrDefault(node, Set.of());
            if (of.size() == 1 && !of.contains(Place.NOWHERE)) {
                purposes.put(node, of.iterator().next());
            }
            // More than two say no more than two.
            of.stream().limit(2).forEach(place -> node.inputs().forEach(input -> add(serves, input, place)));
        }
        return purposes;
    }

    private static void add(Map<Node, Set<Place>> serves, Node node, Place place) {
        serves.computeIfAbsent(node, key -> new LinkedHashSet<>()).add(place);
    }

    private static List<String> common(List<String> a, List<String> b) {
        int length = 0;
        while (length < Math.min(a.size(), b.size()) && a.get(length).equals(b.get(length))) {
            length++;
        }
        return a.subList(0, length);
    }

    /** {@code stage1, 0} of {@code stage1.0.weight}, and of a slot of an optimiser, {@code stage1.0.weight/adam.m}. */
    private static List<String> path(String parameter) {
        int slot = parameter.indexOf('/');
        String[] names = (slot < 0 ? parameter : parameter.substring(0, slot)).split("\\.");
        return List.of(names).subList(0, names.length - 1);
    }
}
