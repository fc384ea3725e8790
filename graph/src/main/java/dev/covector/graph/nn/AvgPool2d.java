package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.Window;

/** The mean of each window of images, [batch, height, width, channels]: {@link Expr#averagePool}. */
public final class AvgPool2d implements Block {
    private final Window window;

    private AvgPool2d(Window window) {
        this.window = window;
    }

    /** Over windows of this size side by side. */
    public static AvgPool2d of(int size) {
        return of(Window.of(size));
    }

    /** Over windows of this size, {@code stride} apart. */
    public static AvgPool2d of(int size, int stride) {
        return of(Window.of(size).stride(stride));
    }

    /** Over any windows: of other heights than widths, or with padding. */
    public static AvgPool2d of(Window window) {
        return new AvgPool2d(window);
    }

    @Override
    public Expr invoke(Expr x) {
        Spatial.check(x, 2);
        return x.averagePool(window);
    }
}
