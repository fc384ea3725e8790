package dev.covector.compiler.simplify;

import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** One walk over a graph from operands to users, each node being remade by a {@link Rewriter}. */
final class Sweep {
    private final boolean changed;
    private final Rewriter rewriter;
    private final Graph result;

    Sweep(Graph graph, List<Rule> rules) {
        List<Node> nodes = graph.nodes();
        int size = nodes.isEmpty() ? 0 : nodes.get(nodes.size() - 1).id() + 1;
        BitSet pinned = pinned(nodes);
        int[] users = users(graph, size);
        Node[] images = new Node[size];
        rewriter = new Rewriter(rules);
        for (Node node : nodes) {
            List<Node> in = new ArrayList<>(node.inputs().size());
            for (Node input : node.inputs()) {
                in.add(images[input.id()]);
            }
            images[node.id()] = pinned.get(node.id()) ? rewriter.pinnedImage(node, in)
                    : rewriter.image(node, in, users[node.id()]);
        }
        result = graph.mapped(node -> images[node.id()]);
        changed = rules.isEmpty() || !rewriter.applied().isEmpty() || result.nodes().size() != nodes.size();
    }

    /** Whether a further sweep may find something. */
    boolean changed() {
        return changed;
    }

    Rewriter rewriter() {
        return rewriter;
    }

    Graph result() {
        return result;
    }

    /** Inputs and parameters are their names; nothing could be shared with them or put in their place. */
    private static BitSet pinned(List<Node> nodes) {
        BitSet pinned = new BitSet();
        for (Node node : nodes) {
            if (node.op() instanceof Op.Gradient) {
                Node source = node.input(1);
                if (!(source.op() instanceof Op.Input) && !(source.op() instanceof Op.Parameter)) {
                    pinned.set(source.id());
                }
            }
        }
        return pinned;
    }

    private static int[] users(Graph graph, int size) {
        int[] users = new int[size];
        graph.nodes().forEach(node -> node.inputs().forEach(input -> users[input.id()]++));
        graph.functions().forEach(function -> function.outputs().forEach(output -> users[output.id()]++));
        graph.parameters().forEach(parameter -> users[parameter.initial().id()]++);
        return users;
    }
}
