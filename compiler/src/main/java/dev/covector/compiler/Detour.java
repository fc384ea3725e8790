package dev.covector.compiler;

import dev.covector.graph.ir.Node;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Looks for a way from one cluster to another, which reads it, through a third: then neither could start first if the
 * two were one. One step at a time from both ends, so that it is over as soon as the surroundings of one of them are
 * known. Two clusters with much between them are not worth more steps than {@link #MOST}: they are taken for such.
 */
final class Detour {
    /** Steps of a search, which bound its time in any graph. */
    private static final int MOST = 1000;

    private enum Outcome {
        MORE, FOUND, NOTHING
    }

    private final Map<Node, Cluster> clusterOf;
    private final Roles roles;
    private final Function<Node, List<Node>> next;
    private final Cluster goal;
    private final Deque<Way> open = new ArrayDeque<>();
    /** What was seen next to the start, and what was seen behind a third cluster. */
    private final Set<Object> near = new HashSet<>();
    private final Set<Object> far = new HashSet<>();
    private int steps;

    /** Neighbours yet to be looked at, and whether a third cluster lies before them. */
    private record Way(Iterator<Node> nodes, boolean isFar) {}

    private Detour(Map<Node, Cluster> clusterOf, Roles roles, Cluster start, Function<Node, List<Node>> next,
            Cluster goal) {
        this.clusterOf = clusterOf;
        this.roles = roles;
        this.next = next;
        this.goal = goal;
        near.add(start);
        far.add(start);
        open(start, false);
    }

    /** Whether a way leads from {@code producer} to {@code consumer} through a third, or may do so. */
    static boolean between(Cluster producer, Cluster consumer, Map<Node, Cluster> clusterOf, Roles roles) {
        Detour forward = new Detour(clusterOf, roles, producer, roles::users, consumer);
        Detour backward = new Detour(clusterOf, roles, consumer, Node::inputs, producer);
        while (forward.steps + backward.steps < MOST) {
            Outcome outcome = forward.step();
            if (outcome == Outcome.MORE) {
                outcome = backward.step();
            }
            if (outcome != Outcome.MORE) {
                return outcome == Outcome.FOUND;
            }
        }
        return true;
    }

    private void open(Cluster cluster, boolean isFar) {
        for (Node member : cluster.members()) {
            open.add(new Way(next.apply(member).iterator(), isFar));
        }
        steps += cluster.members().size();
    }

    private Outcome step() {
        while (!open.isEmpty() && !open.element().nodes().hasNext()) {
            open.remove();
        }
        if (open.isEmpty()) {
            return Outcome.NOTHING;
        }
        steps++;
        Way way = open.element();
        Node node = way.nodes().next();
        Cluster cluster = clusterOf.get(node);
        if (cluster == goal) {
            return way.isFar() ? Outcome.FOUND : Outcome.MORE;
        }
        if (cluster != null) {
            if (far.add(cluster)) {
                open(cluster, true);
            }
        } else if (!roles.isMember(node) && (way.isFar() ? far : near).add(node)) {
            // Not computed by a kernel of its own; and members whose turn has not come lead nowhere.
            open.add(new Way(next.apply(node).iterator(), way.isFar()));
        }
        return Outcome.MORE;
    }
}
