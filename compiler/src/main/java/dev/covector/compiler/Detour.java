package dev.covector.compiler;

import dev.covector.graph.ir.Node;
import java.util.ArrayDeque;
import java.util.Collections;
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

    /** The neighbours of some nodes, one after the other, and whether a third cluster lies before them. */
    private final class Way {
        final boolean isFar;
        private final Iterator<Node> nodes;
        private Iterator<Node> neighbours = Collections.emptyIterator();

        Way(List<Node> nodes, boolean isFar) {
            this.nodes = nodes.iterator();
            this.isFar = isFar;
        }

        boolean hasNext() {
            while (!neighbours.hasNext() && nodes.hasNext()) {
                neighbours = next.apply(nodes.next()).iterator();
            }
            return neighbours.hasNext();
        }
    }

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
        open.add(new Way(cluster.members(), isFar));
        steps += cluster.members().size();
    }

    private Outcome step() {
        while (!open.isEmpty() && !open.element().hasNext()) {
            open.remove();
        }
        if (open.isEmpty()) {
            return Outcome.NOTHING;
        }
        steps++;
        Way way = open.element();
        Node node = way.neighbours.next();
        Cluster cluster = clusterOf.get(node);
        if (cluster == goal) {
            return way.isFar ? Outcome.FOUND : Outcome.MORE;
        }
        if (cluster != null) {
            if (far.add(cluster)) {
                open(cluster, true);
            }
        } else if (!roles.isMember(node) && (way.isFar ? far : near).add(node)) {
            // Not computed by a kernel of its own; and members whose turn has not come lead nowhere.
            open.add(new Way(List.of(node), way.isFar));
        }
        return Outcome.MORE;
    }
}
