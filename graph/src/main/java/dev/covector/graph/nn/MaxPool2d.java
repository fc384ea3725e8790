package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.Window;

/** The greatest element of each window of images, [batch, height, width, channels]: {@link Expr#maxPool}. */
public final class MaxPool2d implements Block {
    private final Window window;

    private MaxPool2d(Window window) {
        this.window = window;
    }

    /** Over windows of this size side by side. */
    public static MaxPool2d of(int size) {
        return of(Window.of(size));
    }

    /** Over windows of this size, {@code stride} apart. */
    public static MaxPool2d of(int size, int stride) {
        return of(Window.of(size).stride(stride));
    }

    /** Over any windows: of other heights than widths, or with padding. */
    public static MaxPool2d of(Window window) {
        return new MaxPool2d(window);
    }

    @Override
    public Expr invoke(Expr x) {
        Spatial.check(x, 2);
        return x.maxPool(window);
    }
}
