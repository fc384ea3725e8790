package dev.covector.explain;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.eclipse.elk.alg.layered.options.LayeredOptions;
import org.eclipse.elk.alg.layered.options.LayeringStrategy;
import org.eclipse.elk.core.RecursiveGraphLayoutEngine;
import org.eclipse.elk.core.math.ElkPadding;
import org.eclipse.elk.core.options.CoreOptions;
import org.eclipse.elk.core.options.Direction;
import org.eclipse.elk.core.options.EdgeRouting;
import org.eclipse.elk.core.util.BasicProgressMonitor;
import org.eclipse.elk.graph.ElkEdge;
import org.eclipse.elk.graph.ElkEdgeSection;
import org.eclipse.elk.graph.ElkNode;
import org.eclipse.elk.graph.util.ElkGraphUtil;

/** Places boxes in layers, so that all edges go down, by the algorithm "layered" of the Eclipse Layout Kernel. */
final class LayeredLayout {
    /** Edges through more layers are not routed: they would fill the page, and nobody follows them. */
    static final int LONGEST = 30;
    private static final double GAP = 18;
    private static final double LAYER_GAP = 34;

    private LayeredLayout() {}

    /** A box to place. */
    record Box(double width, double height) {}

    /** From a box to another that comes after it. */
    record Edge(int from, int to) {}

    record Point(double x, double y) {}

    /**
     * @param middles of the boxes
     * @param routes  per edge, from the lower side of its first box to the upper side of the second one; just its end if it
     *                is too long
     */
    record Placed(double width, double height, List<Point> middles, List<List<Point>> routes) {}

    /** {@code edges} go from boxes to later ones. The same boxes and edges are always placed alike. */
    static Placed place(List<Box> boxes, List<Edge> edges) {
        ElkNode graph = ElkGraphUtil.createGraph();
        graph.setProperty(CoreOptions.ALGORITHM, LayeredOptions.ALGORITHM_ID)
                .setProperty(LayeredOptions.DIRECTION, Direction.DOWN)
                .setProperty(LayeredOptions.LAYERING_STRATEGY, LayeringStrategy.NETWORK_SIMPLEX)
                .setProperty(LayeredOptions.EDGE_ROUTING, EdgeRouting.POLYLINE)
                .setProperty(LayeredOptions.MERGE_EDGES, true)
                .setProperty(LayeredOptions.RANDOM_SEED, 1)
                .setProperty(LayeredOptions.PADDING, new ElkPadding(0))
                .setProperty(LayeredOptions.SPACING_NODE_NODE, GAP)
                .setProperty(LayeredOptions.SPACING_NODE_NODE_BETWEEN_LAYERS, LAYER_GAP);
        List<ElkNode> nodes = new ArrayList<>();
        for (Box box : boxes) {
            ElkNode node = ElkGraphUtil.createNode(graph);
            node.setDimensions(box.width(), box.height());
            nodes.add(node);
        }
        int[] depth = depths(boxes.size(), edges);
        List<Optional<ElkEdge>> routed = new ArrayList<>();
        for (Edge edge : edges) {
            boolean tooLong = depth[edge.to()] - depth[edge.from()] > LONGEST;
            routed.add(tooLong ? Optional.empty() : Optional
                    .of(ElkGraphUtil.createSimpleEdge(nodes.get(edge.from()), nodes.get(edge.to()))));
        }
        new RecursiveGraphLayoutEngine().layout(graph, new BasicProgressMonitor());
        List<List<Point>> routes = new ArrayList<>();
        for (int i = 0; i < edges.size(); i++) {
            ElkNode to = nodes.get(edges.get(i).to());
            Point end = new Point(to.getX() + to.getWidth() / 2, to.getY());
            routes.add(routed.get(i).map(edge -> route(edge.getSections().getFirst())).orElse(List.of(end)));
        }
        List<Point> middles = nodes.stream()
                .map(node -> new Point(node.getX() + node.getWidth() / 2, node.getY() + node.getHeight() / 2))
                .toList();
        return new Placed(boxes.isEmpty() ? 0 : graph.getWidth(), boxes.isEmpty() ? 0 : graph.getHeight(),
                middles, routes);
    }

    private static List<Point> route(ElkEdgeSection section) {
        List<Point> route = new ArrayList<>();
        route.add(new Point(section.getStartX(), section.getStartY()));
        section.getBendPoints().forEach(bend -> route.add(new Point(bend.getX(), bend.getY())));
        route.add(new Point(section.getEndX(), section.getEndY()));
        return route;
    }

    /** For each box, the most boxes on a way to it. */
    private static int[] depths(int boxes, List<Edge> edges) {
        int[] depth = new int[boxes];
        edges.stream().sorted(Comparator.comparingInt(Edge::to))
                .forEach(edge -> depth[edge.to()] = Math.max(depth[edge.to()], depth[edge.from()] + 1));
        return depth;
    }
}
