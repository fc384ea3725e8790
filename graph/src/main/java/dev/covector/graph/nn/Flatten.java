package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.List;

/** All axes but the first, the batch, become one: [batch, height, width, channels] becomes [batch, features]. */
public final class Flatten implements Block {
    private Flatten() {}

    /** The block. */
    public static Flatten of() {
        return new Flatten();
    }

    @Override
    public Expr invoke(Expr x) {
        if (x.rank() == 0) {
            throw x.builder().error("a scalar has no batch", List.of(x), "");
        }
        List<Dim> dims = x.shape().dims();
        return x.reshape(Shape.of(dims.get(0), Shape.of(dims.subList(1, dims.size())).size()));
    }
}
