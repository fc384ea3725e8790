package dev.covector.graph.nn;

import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Initializer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A convolution of images, [batch, height, width, inChannels] to [batch, height, width, outChannels]:
 * {@link Expr#conv(Expr, Convolution)} with {@code weight} of shape [size, size, inChannels / groups, outChannels],
 * plus {@code bias}. Both start uniform in ±1/√(fan in), as PyTorch's, where the fan in is
 * size · size · inChannels / groups.
 *
 * <pre>{@code
 * Conv2d edges = Conv2d.of(g, "edges", 3, 64, 7, Convolution.of().stride(2).padding(3));
 * Expr y = edges.invoke(x).relu();       // in Kotlin: edges(x).relu()
 * }</pre>
 */
public final class Conv2d implements Block {
    private final ConvLayer layer;

    private Conv2d(ConvLayer layer) {
        this.layer = layer;
    }

    /** A layer with float32 parameters {@code path.weight} and {@code path.bias}, of stride 1 and without padding. */
    public static Conv2d of(GraphBuilder g, String path, int inChannels, int outChannels, int size) {
        return of(g, path, inChannels, outChannels, size, Convolution.of());
    }

    /** A layer with stride, padding, dilation or groups, where {@code inChannels} and {@code outChannels} count all groups. */
    public static Conv2d of(GraphBuilder g, String path, int inChannels, int outChannels, int size,
            Convolution settings) {
        return new Conv2d(ConvLayer.of(g, path, inChannels, outChannels, new int[]{size, size}, settings,
                null, null, true));
    }

    /** A layer whose kernel is not square, {@code size} high and wide. */
    public static Conv2d of(GraphBuilder g, String path, int inChannels, int outChannels, int[] size,
            Convolution settings) {
        return new Conv2d(
                ConvLayer.of(g, path, inChannels, outChannels, sides(g, size), settings, null, null, true));
    }

    /** A layer that starts as told. */
    public static Conv2d of(GraphBuilder g, String path, int inChannels, int outChannels, int size,
            Convolution settings,
            Initializer weight, Initializer bias) {
        return new Conv2d(
                ConvLayer.of(g, path, inChannels, outChannels, new int[]{size, size}, settings, weight, bias,
                        true));
    }

    /** A layer without bias, as what is normalised next needs none. */
    public static Conv2d withoutBias(GraphBuilder g, String path, int inChannels, int outChannels, int size,
            Convolution settings) {
        return new Conv2d(ConvLayer.of(g, path, inChannels, outChannels, new int[]{size, size}, settings,
                null, null, false));
    }

    /** A layer without bias that starts as told. */
    public static Conv2d withoutBias(GraphBuilder g, String path, int inChannels, int outChannels, int size,
            Convolution settings, Initializer weight) {
        return new Conv2d(
                ConvLayer.of(g, path, inChannels, outChannels, new int[]{size, size}, settings, weight, null,
                        false));
    }

    /** A layer with any weight and bias, [outChannels]: shared ones, or of another dtype. */
    public static Conv2d of(Expr weight, Expr bias, Convolution settings) {
        return new Conv2d(new ConvLayer(2, weight, bias, settings));
    }

    private static int[] sides(GraphBuilder g, int... size) {
        if (size.length != 2) {
            throw g.error("a kernel has a height and a width, got " + size.length + " numbers", List.of(),
                    "");
        }
        return size;
    }

    @Override
    public Expr invoke(Expr x) {
        return layer.invoke(x);
    }

    /** The kernel, [size, size, inChannels / groups, outChannels]. */
    public Expr weight() {
        return layer.weight();
    }

    /** The bias, [outChannels], or null if there is none. */
    public @Nullable Expr bias() {
        return layer.bias();
    }
}
