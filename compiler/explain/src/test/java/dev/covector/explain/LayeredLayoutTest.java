package dev.covector.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.explain.LayeredLayout.Box;
import dev.covector.explain.LayeredLayout.Edge;
import dev.covector.explain.LayeredLayout.Placed;
import dev.covector.explain.LayeredLayout.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Boxes in layers. */
final class LayeredLayoutTest {
    private static Box box(double width) {
        return new Box(width, 20);
    }

    @Test
    void aChainIsStraight() {
        Placed placed = LayeredLayout.place(List.of(box(100), box(40), box(70)),
                List.of(new Edge(0, 1), new Edge(1, 2)));
        placed.middles().forEach(middle -> assertEquals(50, middle.x(), 0.5));
        assertEquals(100, placed.width(), 0.5);
    }

    @Test
    void whatReadsNothingIsJustAboveItsReader() {
        Placed late = LayeredLayout.place(List.of(box(10), box(10), box(10), box(10)),
                List.of(new Edge(1, 2), new Edge(2, 3), new Edge(0, 3)));
        assertEquals(late.middles().get(2).y(), late.middles().get(0).y());
    }

    @Test
    void twoEdgesThatNeedNotCrossDoNot() {
        // 0 and 1 are above, 2 reads 1, 3 reads 0: in the order given they would cross.
        Placed placed = LayeredLayout.place(List.of(box(30), box(30), box(30), box(30)),
                List.of(new Edge(1, 2), new Edge(0, 3)));
        double above = placed.middles().get(0).x() - placed.middles().get(1).x();
        double below = placed.middles().get(3).x() - placed.middles().get(2).x();
        assertTrue(above * below > 0, placed::toString);
    }

    @Test
    void boxesNeitherOverlapNorDoEdgesGoUp() {
        for (long seed = 1; seed <= 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int count = 2 + random.nextInt(60);
            List<Box> boxes = new ArrayList<>();
            List<Edge> edges = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                boxes.add(new Box(20 + random.nextInt(100), 20 + random.nextInt(30)));
                for (int k = random.nextInt(3); i > 0 && k > 0; k--) {
                    Edge edge = new Edge(random.nextInt(i), i);
                    if (!edges.contains(edge)) {
                        edges.add(edge);
                    }
                }
            }
            Placed placed = LayeredLayout.place(boxes, edges);
            assertEquals(placed, LayeredLayout.place(boxes, edges), "seed " + seed);
            assertApart(boxes, placed, seed);
            for (int e = 0; e < edges.size(); e++) {
                List<Point> route = placed.routes().get(e);
                for (int i = 1; i < route.size(); i++) {
                    assertTrue(route.get(i).y() >= route.get(i - 1).y(), "seed " + seed + ": " + route);
                }
                Point end = placed.middles().get(edges.get(e).to());
                assertEquals(end.x(), route.getLast().x(), 1e-9);
            }
        }
    }

    private static void assertApart(List<Box> boxes, Placed placed, long seed) {
        for (int i = 0; i < boxes.size(); i++) {
            Point a = placed.middles().get(i);
            assertTrue(a.x() - boxes.get(i).width() / 2 >= -1e-6
                    && a.x() + boxes.get(i).width() / 2 <= placed.width() + 1e-6, "seed " + seed);
            for (int j = 0; j < i; j++) {
                Point b = placed.middles().get(j);
                boolean apart = Math.abs(a.x() - b.x()) >= (boxes.get(i).width() + boxes.get(j).width()) / 2
                        || Math.abs(a.y() - b.y()) >= (boxes.get(i).height() + boxes.get(j).height()) / 2;
                assertTrue(apart, "seed " + seed + ": " + i + " and " + j);
            }
        }
    }

    @Test
    void anEdgeThroughManyLayersIsOnlyItsEnd() {
        List<Box> boxes = new ArrayList<>(List.of(box(10)));
        List<Edge> edges = new ArrayList<>();
        for (int i = 1; i <= LayeredLayout.LONGEST + 1; i++) {
            boxes.add(box(10));
            edges.add(new Edge(i - 1, i));
        }
        edges.add(new Edge(0, LayeredLayout.LONGEST));
        edges.add(new Edge(0, LayeredLayout.LONGEST + 1));
        List<List<Point>> routes = LayeredLayout.place(boxes, edges).routes();
        assertTrue(routes.get(edges.size() - 2).size() > 1, routes::toString);
        assertEquals(1, routes.getLast().size());
    }

    @Test
    void nothingIsPlacedToo() {
        assertEquals(new Placed(0, 0, List.of(), List.of()), LayeredLayout.place(List.of(), List.of()));
    }
}
