package dev.covector.explain;

import dev.covector.compiler.Explanation;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A graph as a picture: a box for each op, below those that it reads, with its type; results and updates are told at their
 * boxes, the user's line and the block in their tooltips. Scalar constants and extents are written at what reads them, and
 * an edge from far above is a dot with a tooltip. Pictures of more than some hundred ops are hard to read; there is
 * {@link ExplanationPage} for those.
 */
public final class GraphSvg {
    private static final int MARGIN = 20;
    private static final int LINE = 15;
    private static final int STUB = 14;
    /** Of the fonts' characters, about. */
    private static final double BOLD_WIDTH = 7.4;
    private static final double SMALL_WIDTH = 6.7;
    private static final int MOST_LETTERS = 44;

    private final StringBuilder out = new StringBuilder();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<Node, Integer> number = new HashMap<>();
    private final Map<Node, List<String>> notes = new HashMap<>();
    private final Map<Node, String> blocks;

    private GraphSvg(Graph graph, List<Node> shown, List<Graph.Function> functions) {
        this.blocks = Blocks.of(graph);
        functions.forEach(function -> {
            function.results().forEach((name, node) -> note(node, "→ " + name));
            function.updates().forEach(
                    update -> note(update.value(), "⇒ " + Explanation.label(update.parameter())));
        });
        for (Node node : shown) {
            if (literal(node) == null || notes.containsKey(node)) {
                number.put(node, nodes.size());
                nodes.add(node);
            }
        }
        draw(graph.name());
    }

    /** A whole graph. */
    public static String of(Graph graph) {
        return new GraphSvg(graph, graph.nodes(), graph.functions()).out.toString();
    }

    /**
     * What one function of a graph computes.
     *
     * @throws IllegalArgumentException if the graph has no function of that name
     */
    public static String of(Graph graph, String function) {
        Graph.Function of = graph.function(function);
        return new GraphSvg(graph, of.nodes(), List.of(of)).out.toString();
    }

    private void note(Node node, String note) {
        notes.computeIfAbsent(node, key -> new ArrayList<>()).add(note);
    }

    /** What a constant or an extent is that is the same for all elements; null for all else. */
    private static @Nullable String literal(Node node) {
        Node at = node;
        while (at.op() instanceof Op.Broadcast || at.op() instanceof Op.Reshape) {
            at = at.input(0);
        }
        boolean scalar = at.type().shape().rank() == 0
                && (at.op() instanceof Op.Constant || at.op() instanceof Op.Extent);
        return scalar ? ExplanationJson.attributes(at) : null;
    }

    private void draw(String name) {
        List<LayeredLayout.Box> boxes = nodes.stream().map(this::box).toList();
        List<LayeredLayout.Edge> edges = new ArrayList<>();
        for (Node node : nodes) {
            node.inputs().stream().distinct().filter(number::containsKey).forEach(
                    input -> edges.add(new LayeredLayout.Edge(numberOf(input), numberOf(node))));
        }
        LayeredLayout.Placed placed = LayeredLayout.place(boxes, edges);
        String size = number(placed.width() + 2 * MARGIN) + " " + number(placed.height() + 2 * MARGIN);
        line("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + number(placed.width() + 2 * MARGIN)
                + "\" height=\"" + number(placed.height() + 2 * MARGIN) + "\" viewBox=\"" + -MARGIN + " "
                + -MARGIN + " " + size + "\" role=\"img\" aria-label=\"" + escaped("graph " + name) + "\">");
        out.append("""
                <style>
                text { font: 12px system-ui, sans-serif; fill: #1f2328 } .op { font-weight: 600 }
                .type, tspan { font: 11px ui-monospace, monospace; fill: #59636e } .note { font-weight: 600; fill: #1a7f37 }
                rect { fill: #ffffff; stroke: #d0d7de } .edge { fill: none; stroke: #8c959f } .arrow { fill: #8c959f }
                .input rect { fill: #e3f2ff } .parameter rect { fill: #fbf3dc } .contraction rect { fill: #f1eafc }
                .reduction rect { fill: #e4f2f2 } .movement rect { stroke-dasharray: 3 2 } .symbolic rect { fill: #fdeaec }
                .page { fill: #ffffff; stroke: none }
                </style>
                <defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">\
                <path d="M0 0.8 L7.5 4 L0 7.2 z" class="arrow"/></marker></defs>
                """);
        line("<rect x=\"" + -MARGIN + "\" y=\"" + -MARGIN
                + "\" width=\"100%\" height=\"100%\" class=\"page\"/>");
        edges(edges, placed.routes());
        for (int i = 0; i < nodes.size(); i++) {
            draw(nodes.get(i), boxes.get(i), placed.middles().get(i));
        }
        out.append("</svg>\n");
    }

    private int numberOf(Node node) {
        return Objects.requireNonNull(number.get(node));
    }

    private LayeredLayout.Box box(Node node) {
        double width = node.op().word().length() * BOLD_WIDTH + extra(node).length() * SMALL_WIDTH + 8;
        width = Math.max(width, type(node).length() * SMALL_WIDTH);
        List<String> own = notes.getOrDefault(node, List.of());
        for (String note : own) {
            width = Math.max(width, note.length() * BOLD_WIDTH);
        }
        return new LayeredLayout.Box(Math.ceil(width + 20), 38 + LINE * own.size());
    }

    private static String extra(Node node) {
        String attributes = ExplanationJson.attributes(node);
        String name = node.name() == null || attributes.equals(node.name()) ? "" : node.name();
        String both = (name + " " + attributes).strip();
        return both.length() > MOST_LETTERS ? both.substring(0, MOST_LETTERS - 1) + "…" : both;
    }

    private static String type(Node node) {
        List<String> literals =
                node.inputs().stream().map(GraphSvg::literal).filter(Objects::nonNull).toList();
        String with = literals.isEmpty() ? "" : " with " + String.join(", ", literals);
        return node.type()
                + (with.length() > MOST_LETTERS ? with.substring(0, MOST_LETTERS - 1) + "…" : with);
    }

    private void draw(Node node, LayeredLayout.Box box, LayeredLayout.Point middle) {
        line("<g class=\"" + kind(node) + "\" transform=\"translate(" + number(middle.x() - box.width() / 2)
                + " "
                + number(middle.y() - box.height() / 2) + ")\">");
        String block = blocks.getOrDefault(node, "");
        String tip = (node.line() == null ? "" : node.line() + " ") + (block.isEmpty() ? "" : "in " + block);
        line("<title>" + escaped((Explanation.label(node) + " " + tip).strip()) + "</title>");
        line("<rect width=\"" + number(box.width()) + "\" height=\"" + number(box.height())
                + "\" rx=\"6\"/>");
        String extra = extra(node);
        text(16, "op", escaped(node.op().word())
                + (extra.isEmpty() ? "" : "<tspan dx=\"8\">" + escaped(extra) + "</tspan>"));
        text(31, "type", escaped(type(node)));
        List<String> own = notes.getOrDefault(node, List.of());
        for (int i = 0; i < own.size(); i++) {
            text(32 + LINE * (i + 1), "note", escaped(own.get(i)));
        }
        out.append("</g>\n");
    }

    private static String kind(Node node) {
        return switch (node.op()) {
            case Op.Input op -> "input";
            case Op.Parameter op -> "parameter";
            case Op.Dot op -> "contraction";
            case Op.Conv op -> "contraction";
            case Op.Reduce op -> "reduction";
            case Op.Arg op -> "reduction";
            case Op.PartialSum op -> "reduction";
            case Op.CumSum op -> "reduction";
            case Op.ReduceWindow op -> "reduction";
            case Op.ArgWindow op -> "reduction";
            case Op.Reshape op -> "movement";
            case Op.Broadcast op -> "movement";
            case Op.Transpose op -> "movement";
            case Op.Slice op -> "movement";
            case Op.Reverse op -> "movement";
            case Op.Pad op -> "movement";
            case Op.Concat op -> "movement";
            case Op.Windows op -> "movement";
            case Op.Gradient op -> "symbolic";
            case Op.StopGradient op -> "symbolic";
            case Op.CustomGradient op -> "symbolic";
            default -> "other";
        };
    }

    /** What edges have in common is drawn once. */
    private void edges(List<LayeredLayout.Edge> edges, List<List<LayeredLayout.Point>> routes) {
        Set<String> drawn = new HashSet<>();
        for (int edge = 0; edge < edges.size(); edge++) {
            List<LayeredLayout.Point> route = routes.get(edge);
            StringBuilder path = new StringBuilder();
            for (int i = 1; i < route.size(); i++) {
                String leg = leg(route.get(i - 1), route.get(i));
                if (drawn.add(leg)) {
                    path.append(path.isEmpty() ? "M" + at(route.get(i - 1)) : "").append(leg);
                }
            }
            if (route.size() > 1) {
                line("<path class=\"edge\" d=\"" + path + "\" marker-end=\"url(#arrow)\"/>");
            } else {
                // From far above: its beginning is in the tooltip.
                LayeredLayout.Point end = route.getFirst();
                line("<g><title>from " + escaped(Explanation.label(nodes.get(edges.get(edge).from())))
                        + "</title><circle class=\"arrow\" cx=\"" + number(end.x()) + "\" cy=\""
                        + number(end.y() - STUB) + "\" r=\"3\"/><path class=\"edge\" d=\"M" + number(end.x())
                        + " "
                        + number(end.y() - STUB) + " L" + at(end) + "\" marker-end=\"url(#arrow)\"/></g>");
            }
        }
    }

    /** Straight down, or with bends at both ends. */
    private static String leg(LayeredLayout.Point from, LayeredLayout.Point to) {
        double half = (from.y() + to.y()) / 2;
        return from.x() == to.x() ? " L" + at(to)
                : " C" + at(new LayeredLayout.Point(from.x(), half)) + " "
                        + at(new LayeredLayout.Point(to.x(), half)) + " " + at(to);
    }

    private static String at(LayeredLayout.Point point) {
        return number(point.x()) + " " + number(point.y());
    }

    private static String number(double value) {
        double rounded = Math.round(10 * value) / 10.0;
        return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
    }

    private void text(int y, String kind, String content) {
        line("<text x=\"10\" y=\"" + y + "\" class=\"" + kind + "\">" + content + "</text>");
    }

    private void line(String text) {
        out.append(text).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
