package dev.covector.graph.nn;

import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Initializer;
import org.jspecify.annotations.Nullable;

/**
 * A convolution of sequences, [batch, length, inChannels] to [batch, length, outChannels]:
 * {@link Expr#conv(Expr, Convolution)} with {@code weight} of shape [size, inChannels / groups, outChannels], plus
 * {@code bias}. Both start uniform in ±1/√(fan in), as PyTorch's, where the fan in is size · inChannels / groups.
 *
 * <pre>{@code
 * Conv1d words = Conv1d.of(g, "words", 50, 100, 3, Convolution.of().samePadding());
 * Expr y = words.invoke(x);              // in Kotlin: words(x)
 * }</pre>
 */
public final class Conv1d implements Block {
    private final ConvLayer layer;

    private Conv1d(ConvLayer layer) {
        this.layer = layer;
    }

    /** A layer with float32 parameters {@code path.weight} and {@code path.bias}, of stride 1 and without padding. */
    public static Conv1d of(GraphBuilder g, String path, int inChannels, int outChannels, int size) {
        return of(g, path, inChannels, outChannels, size, Convolution.of());
    }

    /** A layer with stride, padding, dilation or groups, where {@code inChannels} and {@code outChannels} count all groups. */
    public static Conv1d of(GraphBuilder g, String path, int inChannels, int outChannels, int size,
            Convolution settings) {
        return new Conv1d(
                ConvLayer.of(g, path, inChannels, outChannels, new int[]{size}, settings, null, null, true));
    }

    /** A layer that starts as told. */
    public static Conv1d of(GraphBuilder g, String path, int inChannels, int outChannels, int size,
            Convolution settings,
            Initializer weight, Initializer bias) {
        return new Conv1d(ConvLayer.of(g, path, inChannels, outChannels, new int[]{size}, settings, weight,
                bias, true));
    }

    /** A layer without bias, as what is normalised next needs none. */
    public static Conv1d withoutBias(GraphBuilder g, String path, int inChannels, int outChannels, int size,
            Convolution settings) {
        return new Conv1d(
                ConvLayer.of(g, path, inChannels, outChannels, new int[]{size}, settings, null, null, false));
    }

    /** A layer without bias that starts as told. */
    public static Conv1d withoutBias(GraphBuilder g, String path, int inChannels, int outChannels, int size,
            Convolution settings, Initializer weight) {
        return new Conv1d(ConvLayer.of(g, path, inChannels, outChannels, new int[]{size}, settings, weight,
                null, false));
    }

    /** A layer with any weight and bias, [outChannels]: shared ones, or of another dtype. */
    public static Conv1d of(Expr weight, Expr bias, Convolution settings) {
        return new Conv1d(new ConvLayer(1, weight, bias, settings));
    }

    @Override
    public Expr invoke(Expr x) {
        return layer.invoke(x);
    }

    /** The kernel, [size, inChannels / groups, outChannels]. */
    public Expr weight() {
        return layer.weight();
    }

    /** The bias, [outChannels], or null if there is none. */
    public @Nullable Expr bias() {
        return layer.bias();
    }
}
