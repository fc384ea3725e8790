package dev.covector.graph.nn;

import dev.covector.graph.Expr;

/**
 * The greatest element of each window of images, [batch, height, width, channels], where it is said how many windows there are
 * to be: they cover the image evenly, and overlap by at most one element where they don't divide it. Height and width
 * are fixed extents.
 */
public final class AdaptiveMaxPool2d implements Block {
    private final int height;
    private final int width;

    private AdaptiveMaxPool2d(int height, int width) {
        this.height = height;
        this.width = width;
    }

    /** To [batch, size, size, channels]. */
    public static AdaptiveMaxPool2d of(int size) {
        return of(size, size);
    }

    /** To [batch, height, width, channels]. */
    public static AdaptiveMaxPool2d of(int height, int width) {
        return new AdaptiveMaxPool2d(Numbers.atLeastOne("height", height),
                Numbers.atLeastOne("width", width));
    }

    @Override
    public Expr invoke(Expr x) {
        return AdaptivePooling.of(x, Expr::maxPool, height, width);
    }
}
