package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Initializer;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;
import java.util.List;

/**
 * An affine map of the last axis, {@code x · weight + bias}, with {@code weight} of shape [inFeatures, outFeatures].
 * Starts uniform in ±1/√inFeatures, as PyTorch's.
 *
 * <pre>{@code
 * Linear hidden = Linear.of(g, "hidden", 784, 256);
 * Expr y = hidden.invoke(x).relu();      // in Kotlin: hidden(x).relu()
 * }</pre>
 */
public final class Linear implements Block {
    private final Expr weight;
    private final Expr bias;

    private Linear(Expr weight, Expr bias) {
        this.weight = weight;
        this.bias = bias;
    }

    /** A layer with float32 parameters {@code path.weight} and {@code path.bias}. */
    public static Linear of(GraphBuilder g, String path, int inFeatures, int outFeatures) {
        double bound = 1 / Math.sqrt(inFeatures);
        return of(g, path, inFeatures, outFeatures, Initializers.uniform(-bound, bound),
                Initializers.uniform(-bound, bound));
    }

    /** A layer that starts as told. */
    public static Linear of(GraphBuilder g, String path, int inFeatures, int outFeatures, Initializer weight,
            Initializer bias) {
        Numbers.notNegative(g, "number of input features", inFeatures);
        Numbers.notNegative(g, "number of output features", outFeatures);
        return of(g.parameter(path + ".weight", DType.FLOAT32, Shape.of(inFeatures, outFeatures), weight),
                g.parameter(path + ".bias", DType.FLOAT32, Shape.of(outFeatures), bias));
    }

    /** A layer with any weight, [inFeatures, outFeatures], and bias, [outFeatures]: shared ones, or of another dtype. */
    public static Linear of(Expr weight, Expr bias) {
        return new Linear(weight, bias);
    }

    /** The layer applied to {@code x} of shape [..., inFeatures]. */
    @Override
    public Expr invoke(Expr x) {
        if (x.rank() == 0 || !x.shape().dim(-1).equals(weight.shape().dim(0))) {
            throw x.builder().error(
                    "takes " + weight.shape().dim(0) + " features in the last axis, got " + x.shape(),
                    List.of(x, weight),
                    "the layer is made for the extent of that axis; Flatten makes one axis of all but the batch");
        }
        return x.matmul(weight).plus(bias);
    }

    /** The weight, [inFeatures, outFeatures]. */
    public Expr weight() {
        return weight;
    }

    /** The bias, [outFeatures]. */
    public Expr bias() {
        return bias;
    }
}
