package dev.covector.samples.vision;

import dev.covector.graph.Expr;

/**
 * Boxes as expressions, [..., 4]: by their corners (left, top, right, bottom) or by their centre (x, y, width, height),
 * in fractions of the image's width and height.
 */
final class Boxes {
    /** Offsets are scaled to have deviations of about 1: those of centres are tenths, those of sizes fifths. */
    private static final double CENTRE = 10;
    private static final double SIZE = 5;
    /** Keeps the logarithm of a size of 0 finite. */
    private static final double EPSILON = 1e-6;

    private Boxes() {}

    static Expr cornerToCentre(Expr corners) {
        Expr low = lowCorner(corners);
        Expr high = highCorner(corners);
        return Expr.concat(-1, low.plus(high).div(2), high.minus(low));
    }

    static Expr centreToCorner(Expr centred) {
        Expr centre = centre(centred);
        Expr half = size(centred).div(2);
        return Expr.concat(-1, centre.minus(half), centre.plus(half));
    }

    /** The intersection over the union of each box of one list with each of another: [n, 4] and [m, 4] to [n, m]. */
    static Expr iou(Expr boxes, Expr others) {
        Expr a = boxes.expandDims(1);
        Expr b = others.expandDims(0);
        Expr overlap = highCorner(a).minimum(highCorner(b)).minus(lowCorner(a).maximum(lowCorner(b)));
        Expr intersection = overlap.maximum(0).prod(-1);
        return intersection.div(area(a).plus(area(b)).minus(intersection));
    }

    /** How a box differs from its anchor, in the anchor's own measure: what a detector learns to predict. */
    static Expr offsets(Expr anchors, Expr boxes) {
        Expr anchor = cornerToCentre(anchors);
        Expr box = cornerToCentre(boxes);
        Expr moved = centre(box).minus(centre(anchor)).div(size(anchor)).times(CENTRE);
        Expr grown = size(box).div(size(anchor)).plus(EPSILON).log().times(SIZE);
        return Expr.concat(-1, moved, grown);
    }

    /** The boxes that differ from their anchors by these offsets; the other way of {@link #offsets}. */
    static Expr shifted(Expr anchors, Expr offsets) {
        Expr anchor = cornerToCentre(anchors);
        Expr centre = centre(offsets).times(size(anchor)).div(CENTRE).plus(centre(anchor));
        Expr size = size(offsets).div(SIZE).exp().times(size(anchor));
        return centreToCorner(Expr.concat(-1, centre, size));
    }

    private static Expr area(Expr corners) {
        return highCorner(corners).minus(lowCorner(corners)).prod(-1);
    }

    private static Expr lowCorner(Expr corners) {
        return corners.slice(-1, 0, 2);
    }

    private static Expr highCorner(Expr corners) {
        return corners.slice(-1, 2, 4);
    }

    private static Expr centre(Expr centred) {
        return centred.slice(-1, 0, 2);
    }

    private static Expr size(Expr centred) {
        return centred.slice(-1, 2, 4);
    }
}
