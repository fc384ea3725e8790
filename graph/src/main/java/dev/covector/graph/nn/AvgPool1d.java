package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.Window;

/** The mean of each window of sequences, [batch, length, channels]: {@link Expr#averagePool}. */
public final class AvgPool1d implements Block {
    private final Window window;

    private AvgPool1d(Window window) {
        this.window = window;
    }

    /** Over windows of this size side by side. */
    public static AvgPool1d of(int size) {
        return of(Window.of(size));
    }

    /** Over windows of this size, {@code stride} apart. */
    public static AvgPool1d of(int size, int stride) {
        return of(Window.of(size).stride(stride));
    }

    /** Over any windows: of other sizes, or with padding. */
    public static AvgPool1d of(Window window) {
        return new AvgPool1d(window);
    }

    @Override
    public Expr invoke(Expr x) {
        Spatial.check(x, 1);
        return x.averagePool(window);
    }
}
