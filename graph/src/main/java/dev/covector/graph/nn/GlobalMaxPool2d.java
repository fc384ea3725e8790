package dev.covector.graph.nn;

import dev.covector.graph.Expr;

/**
 * The greatest element of each channel of whole images: [batch, height, width, channels] becomes [batch, channels]. Equal elements
 * share the derivative, as {@link Expr#max}'s.
 */
public final class GlobalMaxPool2d implements Block {
    private GlobalMaxPool2d() {}

    /** The block. */
    public static GlobalMaxPool2d of() {
        return new GlobalMaxPool2d();
    }

    @Override
    public Expr invoke(Expr x) {
        Spatial.check(x, 2);
        return x.max(1, 2);
    }
}
