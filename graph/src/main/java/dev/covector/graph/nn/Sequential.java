package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Blocks one after the other. */
public final class Sequential implements Block {
    private final List<Block> blocks;

    private Sequential(List<Block> blocks) {
        this.blocks = blocks;
    }

    /** These, from the first on. */
    public static Sequential of(Block... blocks) {
        return new Sequential(List.of(blocks));
    }

    /**
     * As many blocks as told, called {@code path.0}, {@code path.1}, ….
     *
     * <pre>{@code
     * Sequential.of("encoder", 6, path -> Residual.of(Linear.of(g, path, 64, 64)));
     * }</pre>
     *
     * @param block makes one by its path
     */
    public static Sequential of(String path, int count, Function<String, Block> block) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blocks.add(block.apply(path + "." + i));
        }
        return new Sequential(List.copyOf(blocks));
    }

    @Override
    public Expr invoke(Expr x) {
        Expr y = x;
        for (Block block : blocks) {
            y = block.invoke(y);
        }
        return y;
    }

    @Override
    public Expr invoke(Expr x, Training training) {
        Expr y = x;
        for (Block block : blocks) {
            y = block.invoke(y, training);
        }
        return y;
    }
}
