package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import java.util.List;

/** {@code x + block(x)}, where both have one shape. */
public final class Residual implements Block {
    private final Block block;

    private Residual(Block block) {
        this.block = block;
    }

    /** A connection around {@code block}. */
    public static Residual of(Block block) {
        return new Residual(block);
    }

    @Override
    public Expr invoke(Expr x) {
        return sum(x, block.invoke(x));
    }

    @Override
    public Expr invoke(Expr x, Training training) {
        return sum(x, block.invoke(x, training));
    }

    private static Expr sum(Expr x, Expr y) {
        if (!x.shape().equals(y.shape())) {
            throw x.builder().error(
                    "the block makes " + y.shape() + " of " + x.shape() + ", and both are added",
                    List.of(x, y), "a block that changes the shape has no connection around it");
        }
        return x.plus(y);
    }
}
