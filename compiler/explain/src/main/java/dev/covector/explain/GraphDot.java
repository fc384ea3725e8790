package dev.covector.explain;

import dev.covector.compiler.Explanation;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A graph in DOT, for Graphviz: {@code dot -Tsvg}. Blocks are clusters; results and updates are nodes of their own.
 *
 * <pre>
 * digraph "line" {
 *   …
 *   n3 [label="input x\nf32[batch,2]", tooltip="Line.java:9", shape=box, style="rounded,filled", fillcolor="#dcebfb"];
 *   n0 -> n4;
 * </pre>
 */
public final class GraphDot {
    private final StringBuilder out = new StringBuilder();

    private GraphDot() {}

    /** A whole graph. */
    public static String of(Graph graph) {
        GraphDot dot = new GraphDot();
        dot.graph(graph, Blocks.of(graph), new HashSet<>(graph.nodes()), "");
        return dot.out.toString();
    }

    /**
     * What one function of a graph computes.
     *
     * @throws IllegalArgumentException if the graph has no function of that name
     */
    public static String of(Graph graph, String function) {
        GraphDot dot = new GraphDot();
        dot.graph(graph, Blocks.of(graph), new HashSet<>(graph.function(function).nodes()), function);
        return dot.out.toString();
    }

    /** Blocks within a block, and the nodes that are in no inner one. */
    private record Block(Map<String, Block> blocks, Map<Integer, Node> nodes) {
        Block() {
            this(new TreeMap<>(), new TreeMap<>());
        }

        void add(String path, Node node) {
            if (path.isEmpty()) {
                nodes.put(node.id(), node);
                return;
            }
            int slash = path.indexOf('/');
            String first = slash < 0 ? path : path.substring(0, slash);
            blocks.computeIfAbsent(first, key -> new Block())
                    .add(slash < 0 ? "" : path.substring(slash + 1), node);
        }
    }

    /** {@code only} is a function's name, or empty for all. */
    private void graph(Graph graph, Map<Node, String> paths, Set<Node> shown, String only) {
        out.append("digraph ").append(quoted(graph.name())).append(" {\n");
        out.append("  rankdir=TB; compound=true; fontname=\"Helvetica\";\n");
        out.append("  node [fontname=\"Helvetica\", fontsize=11, shape=box, style=\"rounded,filled\","
                + " fillcolor=\"#f6f8fa\", color=\"#57606a\"];\n");
        out.append("  edge [color=\"#57606a\", arrowsize=0.7];\n");
        Block all = new Block();
        graph.nodes().stream().filter(shown::contains)
                .forEach(node -> all.add(paths.getOrDefault(node, ""), node));
        block(all, "", 1);
        for (Node node : graph.nodes()) {
            if (shown.contains(node)) {
                node.inputs().forEach(input -> edge("n" + input.id(), "n" + node.id()));
            }
        }
        for (Graph.Function function : graph.functions()) {
            if (only.isEmpty() || only.equals(function.name())) {
                outputs(function);
            }
        }
        out.append("}\n");
    }

    private void block(Block block, String path, int depth) {
        String indent = "  ".repeat(depth);
        block.blocks.forEach((name, inner) -> {
            String innerPath = path.isEmpty() ? name : path + "/" + name;
            out.append(indent).append("subgraph ").append(quoted("cluster " + innerPath)).append(" {\n");
            out.append(indent).append("  label=").append(quoted(name))
                    .append("; style=\"rounded\"; color=\"#8c959f\";\n");
            block(inner, innerPath, depth + 1);
            out.append(indent).append("}\n");
        });
        block.nodes.values().forEach(node -> {
            out.append(indent).append('n').append(node.id()).append(" [label=").append(quoted(label(node)));
            if (node.line() != null) {
                out.append(", tooltip=").append(quoted(node.line().toString()));
            }
            switch (node.op()) {
                case Op.Input input -> out.append(", fillcolor=\"#dcebfb\"");
                case Op.Parameter parameter -> out.append(", fillcolor=\"#fff1cc\"");
                case Op.Constant constant -> out.append(", shape=plaintext, fillcolor=\"#ffffff\"");
                case Op.Gradient gradient -> out.append(", fillcolor=\"#fbe0e0\"");
                default -> {
                }
            }
            out.append("];\n");
        });
    }

    private static String label(Node node) {
        StringBuilder label = new StringBuilder(node.op().word());
        String attributes = ExplanationJson.attributes(node);
        if (!attributes.isEmpty()) {
            label.append(' ').append(attributes);
        }
        if (node.name() != null && !attributes.equals(node.name())) {
            label.append(" as ").append(node.name());
        }
        return label.append('\n').append(node.type()).toString();
    }

    private void outputs(Graph.Function function) {
        function.results().forEach((name, node) -> {
            String id = quoted(function.name() + " result " + name);
            out.append("  ").append(id).append(" [label=").append(quoted(function.name() + " → " + name))
                    .append(", shape=plaintext, fillcolor=\"#e3f5e1\"];\n");
            edge("n" + node.id(), id);
        });
        function.updates().forEach(update -> {
            String name = Explanation.label(update.parameter());
            String id = quoted(function.name() + " update " + name);
            out.append("  ").append(id).append(" [label=")
                    .append(quoted(function.name() + " updates " + name))
                    .append(", shape=plaintext, fillcolor=\"#fff1cc\"];\n");
            edge("n" + update.value().id(), id);
        });
    }

    private void edge(String from, String to) {
        out.append("  ").append(from).append(" -> ").append(to).append(";\n");
    }

    /** A string of DOT: a backslash would begin an escape, and only {@code \n} is meant as one. */
    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\r", "").replace("\n", "\\n")
                + '"';
    }
}
