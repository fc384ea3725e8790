package dev.covector.explain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Places boxes in layers, so that all edges go down: each box below those that it reads, boxes of a layer in an order with few
 * crossings, and as near to their neighbours as the others let them. Edges from one box that pass through a layer share one
 * place there, so that what many read has one stem with branches.
 *
 * <p>After Sugiyama, with barycentres for the order and isotonic regression for the places. Takes about as long as there are boxes
 * and layers that edges pass through; no choice depends on anything but the order of the boxes.
 */
final class LayeredLayout {
    static final int GAP = 18;
    /** Edges through more layers are not routed: they would fill the page, and nobody follows them. */
    static final int LONGEST = 30;
    private static final int LAYER_GAP = 34;
    private static final int SWEEPS = 10;
    /** A stem wants to be straight more than a box wants to be in the middle. */
    private static final double STEM = 6;

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

    /** A box, or the place where a stem passes through a layer. */
    private static final class Cell {
        final int layer;
        final double width;
        final boolean isStem;
        final List<Cell> above = new ArrayList<>();
        final List<Cell> below = new ArrayList<>();
        int order;
        double x;

        Cell(int layer, double width, boolean isStem) {
            this.layer = layer;
            this.width = width;
            this.isStem = isStem;
        }

        static void join(Cell upper, Cell lower) {
            upper.below.add(lower);
            lower.above.add(upper);
        }
    }

    private final List<Box> boxes;
    private final List<Edge> edges;
    private final Cell[] cells;
    /** Per box, where its stem passes, from the layer below it on. */
    private final List<List<Cell>> stems = new ArrayList<>();
    private final List<List<Cell>> layers = new ArrayList<>();

    private LayeredLayout(List<Box> boxes, List<Edge> edges) {
        this.boxes = boxes;
        this.edges = edges;
        this.cells = new Cell[boxes.size()];
    }

    /** {@code edges} go from boxes to later ones. */
    static Placed place(List<Box> boxes, List<Edge> edges) {
        LayeredLayout layout = new LayeredLayout(boxes, edges);
        layout.assignLayers();
        layout.passThrough();
        layout.order();
        layout.align();
        return layout.result();
    }

    private void assignLayers() {
        int[] layer = new int[boxes.size()];
        List<List<Integer>> readers = new ArrayList<>();
        boolean[] reads = new boolean[boxes.size()];
        boxes.forEach(box -> readers.add(new ArrayList<>()));
        List<Edge> sorted = new ArrayList<>(edges);
        sorted.sort(Comparator.comparingInt(Edge::to));
        for (Edge edge : sorted) {
            layer[edge.to()] = Math.max(layer[edge.to()], layer[edge.from()] + 1);
            readers.get(edge.from()).add(edge.to());
            reads[edge.to()] = true;
        }
        for (int box = 0; box < layer.length; box++) {
            if (!reads[box] && !readers.get(box).isEmpty()) {
                // What reads nothing is just above what reads it.
                layer[box] = readers.get(box).stream().mapToInt(reader -> layer[reader]).min().orElse(1) - 1;
            }
        }
        for (int box = 0; box < layer.length; box++) {
            cells[box] = new Cell(layer[box], boxes.get(box).width(), false);
            add(cells[box]);
        }
    }

    private void add(Cell cell) {
        while (layers.size() <= cell.layer) {
            layers.add(new ArrayList<>());
        }
        cell.order = layers.get(cell.layer).size();
        layers.get(cell.layer).add(cell);
    }

    private void passThrough() {
        boxes.forEach(box -> stems.add(new ArrayList<>()));
        for (Edge edge : edges) {
            Cell from = cells[edge.from()];
            Cell to = cells[edge.to()];
            if (isLong(edge)) {
                continue;
            }
            List<Cell> stem = stems.get(edge.from());
            while (from.layer + stem.size() + 1 < to.layer) {
                Cell last = stem.isEmpty() ? from : stem.getLast();
                Cell next = new Cell(last.layer + 1, 1, true);
                add(next);
                Cell.join(last, next);
                stem.add(next);
            }
            int between = to.layer - from.layer - 1;
            Cell.join(between == 0 ? from : stem.get(between - 1), to);
        }
    }

    private boolean isLong(Edge edge) {
        return cells[edge.to()].layer - cells[edge.from()].layer > LONGEST;
    }

    // ---- the order in a layer

    private void order() {
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            if (sweep % 2 == 0) {
                layers.forEach(layer -> sort(layer, true));
            } else {
                layers.reversed().forEach(layer -> sort(layer, false));
            }
        }
    }

    private static void sort(List<Cell> layer, boolean byAbove) {
        double[] wanted = new double[layer.size()];
        for (Cell cell : layer) {
            List<Cell> neighbours = byAbove ? cell.above : cell.below;
            wanted[cell.order] =
                    neighbours.stream().mapToInt(neighbour -> neighbour.order).average().orElse(cell.order);
        }
        List<Cell> sorted = new ArrayList<>(layer);
        sorted.sort(Comparator.comparingDouble(cell -> wanted[cell.order]));
        layer.clear();
        layer.addAll(sorted);
        for (int i = 0; i < layer.size(); i++) {
            layer.get(i).order = i;
        }
    }

    // ---- the place in a layer

    private void align() {
        for (List<Cell> layer : layers) {
            double x = 0;
            for (Cell cell : layer) {
                cell.x = x + cell.width / 2;
                x += cell.width + GAP;
            }
        }
        for (int sweep = 0; sweep < 2 * SWEEPS; sweep++) {
            if (sweep % 2 == 0) {
                layers.forEach(LayeredLayout::settle);
            } else {
                layers.reversed().forEach(LayeredLayout::settle);
            }
        }
    }

    /**
     * Puts each cell of a layer as near as it can be to the mean of its neighbours, in the least squares' sense, with gaps between
     * cells: neighbours of a layer that would overlap form blocks, which move as one.
     */
    private static void settle(List<Cell> layer) {
        int count = layer.size();
        double[] offset = new double[count];
        double[] place = new double[count];
        double[] weight = new double[count];
        int[] length = new int[count];
        int blocks = 0;
        for (int i = 0; i < count; i++) {
            Cell cell = layer.get(i);
            offset[i] = i == 0 ? 0
                    : offset[i - 1] + (layer.get(i - 1).width + cell.width) / 2 + GAP;
            double sum = 0;
            double of = 0;
            for (List<Cell> neighbours : List.of(cell.above, cell.below)) {
                for (Cell neighbour : neighbours) {
                    double pull = cell.isStem && neighbour.isStem ? STEM : 1;
                    sum += pull * neighbour.x;
                    of += pull;
                }
            }
            place[blocks] = (of == 0 ? cell.x : sum / of) - offset[i];
            weight[blocks] = Math.max(of, 0.1);
            length[blocks] = 1;
            blocks++;
            while (blocks > 1 && place[blocks - 2] > place[blocks - 1]) {
                double both = weight[blocks - 2] + weight[blocks - 1];
                place[blocks - 2] = (place[blocks - 2] * weight[blocks - 2]
                        + place[blocks - 1] * weight[blocks - 1]) / both;
                weight[blocks - 2] = both;
                length[blocks - 2] += length[blocks - 1];
                blocks--;
            }
        }
        int i = 0;
        for (int block = 0; block < blocks; block++) {
            for (int k = 0; k < length[block]; k++, i++) {
                layer.get(i).x = place[block] + offset[i];
            }
        }
    }

    // ---- what came out

    private Placed result() {
        double[] top = new double[layers.size()];
        double[] bottom = new double[layers.size()];
        double[] height = new double[layers.size()];
        for (int box = 0; box < cells.length; box++) {
            height[cells[box].layer] = Math.max(height[cells[box].layer], boxes.get(box).height());
        }
        double y = 0;
        for (int layer = 0; layer < top.length; layer++) {
            top[layer] = y;
            bottom[layer] = y + height[layer];
            y = bottom[layer] + LAYER_GAP;
        }
        double left =
                layers.stream().flatMap(List::stream).mapToDouble(c -> c.x - c.width / 2).min().orElse(0);
        double right =
                layers.stream().flatMap(List::stream).mapToDouble(c -> c.x + c.width / 2).max().orElse(0);
        List<Point> middles = new ArrayList<>();
        for (int box = 0; box < cells.length; box++) {
            middles.add(new Point(cells[box].x - left,
                    top[cells[box].layer] + boxes.get(box).height() / 2));
        }
        List<List<Point>> routes = new ArrayList<>();
        for (Edge edge : edges) {
            Cell from = cells[edge.from()];
            Cell to = cells[edge.to()];
            List<Point> route = new ArrayList<>();
            routes.add(route);
            if (isLong(edge)) {
                route.add(new Point(to.x - left, top[to.layer]));
                continue;
            }
            Point start = middles.get(edge.from());
            route.add(new Point(start.x(), start.y() + boxes.get(edge.from()).height() / 2));
            for (int between = 0; between < to.layer - from.layer - 1; between++) {
                Cell stem = stems.get(edge.from()).get(between);
                route.add(new Point(stem.x - left, top[stem.layer]));
                route.add(new Point(stem.x - left, bottom[stem.layer]));
            }
            route.add(new Point(to.x - left, top[to.layer]));
        }
        return new Placed(right - left, Arrays.stream(bottom).max().orElse(0), middles, routes);
    }
}
