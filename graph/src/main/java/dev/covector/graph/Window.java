package dev.covector.graph;

import java.util.List;

/**
 * The window of {@link Expr#maxPool}, {@link Expr#averagePool} and {@link Expr#sumPool}, and how it moves over the spatial
 * axes. Immutable; each method gives one that differs in one respect. Where a method takes a number per spatial axis, one
 * number stands for all.
 *
 * <pre>{@code
 * x.maxPool(Window.of(2))                          // side by side: half the height and width
 * x.maxPool(Window.of(3).stride(2).padding(1))     // overlapping, as in ResNet
 * x.averagePool(Window.of(2, 3))                   // 2 high, 3 wide
 * }</pre>
 */
public final class Window {
    private static final List<Integer> NONE = List.of(0);

    private final List<Integer> sizes;
    private final List<Integer> strides;
    private final List<Integer> low;
    private final List<Integer> high;
    private final boolean countsPadding;

    private Window(List<Integer> sizes, List<Integer> strides, List<Integer> low, List<Integer> high,
            boolean countsPadding) {
        this.sizes = sizes;
        this.strides = strides;
        this.low = low;
        this.high = high;
        this.countsPadding = countsPadding;
    }

    /** Windows of this size side by side, without padding: the stride is the size. */
    public static Window of(int... size) {
        List<Integer> sizes = PerAxis.of("size of the window", 1, size);
        return new Window(sizes, sizes, NONE, NONE, true);
    }

    /** How far the window moves between neighbours of the result. */
    public Window stride(int... perAxis) {
        return new Window(sizes, PerAxis.of("stride", 1, perAxis), low, high, countsPadding);
    }

    /** So many elements before and after each spatial axis, fewer than the window has; they change no max and no sum. */
    public Window padding(int... perAxis) {
        return padding(perAxis, perAxis);
    }

    /** So many elements before, {@code low}, and after, {@code high}, fewer than the window has. */
    public Window padding(int[] low, int[] high) {
        return new Window(sizes, strides, PerAxis.of("padding", 0, low), PerAxis.of("padding", 0, high),
                countsPadding);
    }

    /** Whether an average counts padding as zeros, which it does unless told otherwise, or averages what is there. */
    public Window countPadding(boolean counts) {
        return new Window(sizes, strides, low, high, counts);
    }

    List<Integer> sizes() {
        return sizes;
    }

    List<Integer> strides() {
        return strides;
    }

    List<Integer> low() {
        return low;
    }

    List<Integer> high() {
        return high;
    }

    boolean countsPadding() {
        return countsPadding;
    }
}
