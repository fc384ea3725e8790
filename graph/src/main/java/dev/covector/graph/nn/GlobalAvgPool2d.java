package dev.covector.graph.nn;

import dev.covector.graph.Expr;

/** The mean of each channel of whole images: [batch, height, width, channels] becomes [batch, channels]. */
public final class GlobalAvgPool2d implements Block {
    private GlobalAvgPool2d() {}

    /** The block. */
    public static GlobalAvgPool2d of() {
        return new GlobalAvgPool2d();
    }

    @Override
    public Expr invoke(Expr x) {
        Spatial.check(x, 2);
        return x.mean(1, 2);
    }
}
