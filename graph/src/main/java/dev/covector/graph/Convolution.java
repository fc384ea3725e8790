package dev.covector.graph;

import java.util.List;

/**
 * How {@link Expr#conv(Expr, Convolution)} moves its kernel. Immutable; each method gives settings that differ in one
 * respect. Where a method takes a number per spatial axis, one number stands for all.
 *
 * <pre>{@code
 * x.conv(kernel, Convolution.of().stride(2).padding(1))          // half the height and width, for a kernel of 3 by 3
 * x.conv(kernel, Convolution.of().samePadding().groups(32))      // depthwise, for 32 channels
 * x.conv(kernel, Convolution.of().inputDilation(2).padding(1))   // transposed: about twice the height and width
 * }</pre>
 */
public final class Convolution {
    private static final List<Integer> ONE = List.of(1);
    private static final List<Integer> NONE = List.of(0);

    private final List<Integer> strides;
    private final List<Integer> low;
    private final List<Integer> high;
    private final boolean same;
    private final List<Integer> dilation;
    private final List<Integer> inputDilation;
    private final int groups;

    private Convolution(List<Integer> strides, List<Integer> low, List<Integer> high, boolean same,
            List<Integer> dilation, List<Integer> inputDilation, int groups) {
        this.strides = strides;
        this.low = low;
        this.high = high;
        this.same = same;
        this.dilation = dilation;
        this.inputDilation = inputDilation;
        this.groups = groups;
    }

    /** Every place of the kernel inside the data: stride 1, no padding, no dilation, one group. */
    public static Convolution of() {
        return new Convolution(ONE, NONE, NONE, false, ONE, ONE, 1);
    }

    /** How far the kernel moves between neighbours of the result. */
    public Convolution stride(int... perAxis) {
        return new Convolution(PerAxis.of("stride", 1, perAxis), low, high, same, dilation, inputDilation,
                groups);
    }

    /** So many zeros before and after each spatial axis; negative ones take elements away. */
    public Convolution padding(int... perAxis) {
        return padding(perAxis, perAxis);
    }

    /** So many zeros before, {@code low}, and after, {@code high}; negative ones take elements away. */
    public Convolution padding(int[] low, int[] high) {
        return new Convolution(strides, PerAxis.of("padding", Integer.MIN_VALUE, low),
                PerAxis.of("padding", Integer.MIN_VALUE, high), false, dilation, inputDilation, groups);
    }

    /**
     * As many zeros as the dilated kernel has elements less one, of an odd number one more after than before: a stride of 1
     * keeps the extents, a stride of s divides them by s, rounded up.
     */
    public Convolution samePadding() {
        return new Convolution(strides, NONE, NONE, true, dilation, inputDilation, groups);
    }

    /** How far apart the elements are that neighbours in the kernel meet; a kernel of 3 dilated by 2 spans 5. */
    public Convolution dilation(int... perAxis) {
        return new Convolution(strides, low, high, same, PerAxis.of("dilation", 1, perAxis), inputDilation,
                groups);
    }

    /** How far apart the data's elements are put, with zeros between: the stride of a transposed convolution. */
    public Convolution inputDilation(int... perAxis) {
        return new Convolution(strides, low, high, same, dilation, PerAxis.of("input dilation", 1, perAxis),
                groups);
    }

    /**
     * Convolutions side by side: the first group of outputs is computed from the first group of channels, and so on. As
     * many groups as channels make it depthwise.
     */
    public Convolution groups(int count) {
        return new Convolution(strides, low, high, same, dilation, inputDilation,
                PerAxis.of("number of groups", 1, count).get(0));
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

    boolean hasSamePadding() {
        return same;
    }

    List<Integer> dilation() {
        return dilation;
    }

    List<Integer> inputDilation() {
        return inputDilation;
    }

    /** The number of groups. */
    public int groups() {
        return groups;
    }
}
