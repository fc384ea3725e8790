package dev.covector.samples.vision;

import static dev.covector.runtime.DType.FLOAT64;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.compiler.Compiler;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Results;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BoxesTest {
    /** A square, its right half, one beside it, one that touches its corner, and a point in it. */
    private static final double[] BOXES =
            {0, 0, 2, 2, 1, 0, 2, 2, 3, 0, 5, 2, 2, 2, 3, 3, 1, 1, 1, 1};

    @Test
    void overlapIsSharedAreaOfAllArea() {
        GraphBuilder g = Graph.builder("iou");
        Expr boxes = g.input("boxes", FLOAT64, Shape.of(Dim.of("n"), 4));
        g.function("iou").returns("iou", Boxes.iou(boxes.get(0).expandDims(0), boxes));
        Results results = call(g, "iou", BOXES);
        assertArrayEquals(new double[]{1, 0.5, 0, 0, 0}, results.tensor("iou").toDoubles());
    }

    @Test
    void offsetsAreUndoneByShifting() {
        GraphBuilder g = Graph.builder("offsets");
        Expr boxes = g.input("boxes", FLOAT64, Shape.of(Dim.of("n"), 4));
        Expr anchors = boxes.times(0.7).plus(0.1);
        g.function("there_and_back").returns("boxes", Boxes.shifted(anchors, Boxes.offsets(anchors, boxes)));
        double[] some = {0, 0, 2, 2, 1, 0, 2, 2, 3, 0, 5, 2};
        assertArrayEquals(some, call(g, "there_and_back", some).tensor("boxes").toDoubles(), 1e-5);
    }

    private static Results call(GraphBuilder g, String function, double[] boxes) {
        return Compiler.compile(g.build()).newSession(1).call(function)
                .input("boxes", Tensor.of(boxes, boxes.length / 4, 4)).run();
    }

    /** Anchors are rows, boxes columns. */
    @Test
    void eachBoxGetsAnAnchorAndEachAnchorTheBoxThatItOverlapsEnough() {
        float[] iou = {
            0.9f, 0.1f, 0.0f,
            0.8f, 0.2f, 0.05f,
            0.6f, 0.3f, 0.1f,
            0.2f, 0.1f, 0.0f};
        assertArrayEquals(new int[]{0, 2, 1, -1}, AnchorAssignment.assign(iou, 3, 0.85f),
                "an anchor for each box");
        assertArrayEquals(new int[]{0, 0, 0, 0},
                AnchorAssignment.assign(new float[]{0.9f, 0.6f, 0.5f, 0.7f}, 1, 0.5f),
                "all that overlap enough");
        assertArrayEquals(new int[]{1}, AnchorAssignment.assign(new float[]{0.1f, 0.2f}, 2, 0.5f),
                "more boxes");
    }

    @Test
    void theSurestOfBoxesThatOverlapStays() {
        float[] confidence = {0.6f, 0.9f, 0.8f};
        float[] iou = {
            1.0f, 0.6f, 0.0f,
            0.6f, 1.0f, 0.5f,
            0.0f, 0.5f, 1.0f};
        assertEquals(List.of(1, 2), NonMaximumSuppression.keep(confidence, iou, 0.5f), "as much as allowed");
        assertEquals(List.of(1), NonMaximumSuppression.keep(confidence, iou, 0.4f));
        assertEquals(List.of(1, 2, 0), NonMaximumSuppression.keep(confidence, iou, 0.7f));
    }
}
