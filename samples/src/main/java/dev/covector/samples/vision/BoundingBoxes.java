package dev.covector.samples.vision;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Slice;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;

/** What an anchor-based detector computes with boxes, as functions; all boxes are given by their corners. */
final class BoundingBoxes {
    private BoundingBoxes() {}

    static Graph graph() {
        Dim n = Dim.of("n");
        Dim m = Dim.of("m");
        GraphBuilder g = Graph.builder("bounding_boxes");
        Expr anchors = g.input("anchors", FLOAT32, Shape.of(n, 4));
        Expr truth = g.input("truth", FLOAT32, Shape.of(m, 4));
        g.function("forms").returns("centre", Boxes.cornerToCentre(anchors))
                .returns("corner", Boxes.centreToCorner(Boxes.cornerToCentre(anchors)));
        g.function("iou").returns("iou", Boxes.iou(anchors, truth));

        // For each anchor the index of its box, or -1, whose offsets are 0.
        Expr assigned = g.input("assigned", INT32, Shape.of(n));
        Expr offsets = Boxes.offsets(anchors, truth.gather(assigned.maximum(0), 0));
        g.function("offsets").returns("offsets", assigned.ge(0).expandDims(1).where(offsets,
                g.constant(FLOAT32, 0.0)));

        Expr predicted = Boxes.shifted(anchors, g.input("offsets", FLOAT32, Shape.of(n, 4)));
        // The first class is the background.
        Expr probability = g.input("probability", FLOAT32, Shape.of(Dim.of("classes"), n));
        Expr ofThings = probability.get(Slice.from(1));
        g.function("predict").returns("boxes", predicted).returns("iou", Boxes.iou(predicted, predicted))
                .returns("class", ofThings.argmax(0)).returns("confidence", ofThings.max(0));
        return g.build();
    }

    /**
     * Anchors around the middle of each pixel: of all sizes with the first ratio, and of the first size with the others.
     *
     * @param sizes  of the image's height
     * @param ratios of width to height
     */
    static Graph anchors(int height, int width, float[] sizes, float[] ratios) {
        int perPixel = sizes.length + ratios.length - 1;
        float[] widths = new float[perPixel];
        float[] heights = new float[perPixel];
        for (int i = 0; i < perPixel; i++) {
            float size = i < sizes.length ? sizes[i] : sizes[0];
            double stretch = Math.sqrt(i < sizes.length ? ratios[0] : ratios[i - sizes.length + 1]);
            widths[i] = (float) (size * stretch * height / width);
            heights[i] = (float) (size / stretch);
        }
        GraphBuilder g = Graph.builder("anchors");
        Shape shape = Shape.of(height, width, perPixel);
        Expr x = g.iota(FLOAT32, shape, 1).plus(0.5).div(width);
        Expr y = g.iota(FLOAT32, shape, 0).plus(0.5).div(height);
        Expr wide = g.constant(Tensor.of(widths, perPixel)).broadcastTo(shape);
        Expr high = g.constant(Tensor.of(heights, perPixel)).broadcastTo(shape);
        g.function("anchors")
                .returns("anchors", Boxes.centreToCorner(Expr.stack(-1, x, y, wide, high)).reshape(-1, 4));
        return g.build();
    }
}
