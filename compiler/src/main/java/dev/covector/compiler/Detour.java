package dev.covector.compiler;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
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

    private final Function<Cluster, Set<Cluster>> next;
    private final Cluster start;
    private final Cluster goal;
    private final Set<Cluster> seen = new HashSet<>();
    private final Deque<Cluster> open = new ArrayDeque<>();
    /** The neighbours of {@link #from} that are left. */
    private Iterator<Cluster> neighbours;
    private Cluster from;

    private Detour(Cluster start, Function<Cluster, Set<Cluster>> next, Cluster goal) {
        this.next = next;
        this.start = start;
        this.goal = goal;
        this.from = start;
        this.neighbours = next.apply(start).iterator();
    }

    /** Whether a way leads from {@code producer} to {@code consumer} through a third, or may do so. */
    static boolean between(Cluster producer, Cluster consumer) {
        Detour forward = new Detour(producer, Cluster::readers, consumer);
        Detour backward = new Detour(consumer, Cluster::sources, producer);
        for (int steps = 0; steps < MOST; steps += 2) {
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

    private Outcome step() {
        while (!neighbours.hasNext()) {
            if (open.isEmpty()) {
                return Outcome.NOTHING;
            }
            from = open.remove();
            neighbours = next.apply(from).iterator();
        }
        Cluster cluster = neighbours.next();
        if (cluster != goal) {
            if (seen.add(cluster)) {
                open.add(cluster);
            }
            return Outcome.MORE;
        }
        return from == start ? Outcome.MORE : Outcome.FOUND;
    }
}
