package dev.covector.compiler;

import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.SourceLine;
import dev.covector.graph.ir.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which nodes of a graph are those of the graph that a pass was given. A pass makes all nodes anew, so it is by what they
 * are: first by op and operands; then, for what is left, by op, type, name and line, where they share an operand, or where
 * there are as many of them as there were before.
 */
final class Correspondence {
    private record Structure(Op op, List<Node> inputs) {}

    private record Look(Op op, Type type, @Nullable String name, @Nullable SourceLine line) {}

    private final Map<Node, Node> before = new HashMap<>();
    private final Set<Node> taken = new HashSet<>();

    private Correspondence() {}

    /** The stage that a pass made of {@code from}. */
    static Explanation.Stage stage(String name, Graph from, Graph to) {
        Correspondence found = new Correspondence();
        found.match(from, to);
        List<Explanation.Change> changes = to.nodes().stream().map(found::change).toList();
        List<Node> removed = from.nodes().stream().filter(node -> !found.taken.contains(node)).toList();
        return new Explanation.Stage(name, to, changes, removed);
    }

    /** The stage before all passes. */
    static Explanation.Stage first(String name, Graph graph) {
        List<Explanation.Change> changes = graph.nodes().stream()
                .map(node -> new Explanation.Change(Explanation.Change.Kind.SAME, Optional.empty())).toList();
        return new Explanation.Stage(name, graph, changes, List.of());
    }

    private void match(Graph from, Graph to) {
        Map<Structure, Node> known = new HashMap<>();
        from.nodes().forEach(node -> known.putIfAbsent(new Structure(node.op(), node.inputs()), node));
        for (Node node : to.nodes()) {
            List<Node> images = images(node);
            Node same = images == null ? null : known.get(new Structure(node.op(), images));
            if (same != null && taken.add(same)) {
                before.put(node, same);
            }
        }
        // What has other operands now: an operand was replaced, and all that depends on it is new to the first search.
        Map<Look, List<Node>> left = new HashMap<>();
        for (Node node : from.nodes()) {
            if (!taken.contains(node)) {
                left.computeIfAbsent(look(node), key -> new ArrayList<>()).add(node);
            }
        }
        Map<Look, Integer> wanted = new HashMap<>();
        to.nodes().stream().filter(node -> !before.containsKey(node))
                .forEach(node -> wanted.merge(look(node), 1, Integer::sum));
        Set<Look> asMany = new HashSet<>();
        wanted.forEach((look, count) -> {
            if (left.getOrDefault(look, List.of()).size() == count) {
                asMany.add(look);
            }
        });
        for (Node node : to.nodes()) {
            List<Node> candidates = left.getOrDefault(look(node), List.of());
            Node best = before.containsKey(node) ? null : best(node, candidates, asMany.contains(look(node)));
            if (best != null) {
                candidates.remove(best);
                taken.add(best);
                before.put(node, best);
            }
        }
    }

    private static Look look(Node node) {
        return new Look(node.op(), node.type(), node.name(), node.line());
    }

    /** The candidate with which {@code node} shares most operands, of equals the first; null if it shares too few. */
    private @Nullable Node best(Node node, List<Node> candidates, boolean evenNone) {
        Node best = null;
        int most = evenNone ? -1 : 0;
        for (Node candidate : candidates) {
            int shared = 0;
            for (int i = 0; i < Math.min(node.inputs().size(), candidate.inputs().size()); i++) {
                if (candidate.input(i) == before.get(node.input(i))) {
                    shared++;
                }
            }
            if (shared > most) {
                most = shared;
                best = candidate;
            }
        }
        return best;
    }

    /** What the operands were before; null if one is new. */
    private @Nullable List<Node> images(Node node) {
        List<Node> images = new ArrayList<>();
        for (Node input : node.inputs()) {
            Node image = before.get(input);
            if (image == null) {
                return null;
            }
            images.add(image);
        }
        return images;
    }

    private Explanation.Change change(Node node) {
        Node was = before.get(node);
        if (was == null) {
            return new Explanation.Change(Explanation.Change.Kind.ADDED, Optional.empty());
        }
        boolean same = was.inputs().equals(images(node));
        return new Explanation.Change(
                same ? Explanation.Change.Kind.SAME : Explanation.Change.Kind.CHANGED, Optional.of(was));
    }
}
