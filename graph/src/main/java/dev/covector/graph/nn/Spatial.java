package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import java.util.List;

/** What layers over images and sequences have in common. */
final class Spatial {
    private static final List<String> IMAGE = List.of("height", "width");
    private static final List<String> SEQUENCE = List.of("length");

    private Spatial() {}

    /** Checks that {@code x} has a batch, so many spatial axes, and channels. */
    static void check(Expr x, int axes) {
        if (x.rank() != axes + 2) {
            throw x.builder().error("takes [batch," + String.join(",", axes == 1 ? SEQUENCE : IMAGE)
                    + ",channels], got " + x.shape(), List.of(x),
                    "expandDims(0) makes a batch of one, expandDims(-1) a single channel");
        }
    }
}
