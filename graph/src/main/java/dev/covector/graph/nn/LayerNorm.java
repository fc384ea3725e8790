package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;

/**
 * Each row of the last axis with mean 0 and variance 1, then scaled and shifted feature by feature:
 * {@code (x - mean) / √(variance + epsilon) · weight + bias}, where the variance divides by the count. Ba, Kiros and
 * Hinton, <a href="https://arxiv.org/abs/1607.06450">Layer normalization</a>, as PyTorch's.
 */
public final class LayerNorm implements Block {
    private final Expr weight;
    private final Expr bias;
    private final double epsilon;

    private LayerNorm(Expr weight, Expr bias, double epsilon) {
        this.weight = weight;
        this.bias = bias;
        this.epsilon = epsilon;
    }

    /** With float32 parameters {@code path.weight}, ones, and {@code path.bias}, zeros, and an epsilon of 1e-5. */
    public static LayerNorm of(GraphBuilder g, String path, int features) {
        Numbers.notNegative(g, "number of features", features);
        Shape shape = Shape.of(features);
        return of(g.parameter(path + ".weight", DType.FLOAT32, shape, Initializers.constant(1)),
                g.parameter(path + ".bias", DType.FLOAT32, shape, Initializers.zeros()), 1e-5);
    }

    /** With any weight and bias, [features]. */
    public static LayerNorm of(Expr weight, Expr bias, double epsilon) {
        return new LayerNorm(weight, bias, Numbers.notNegative("epsilon", epsilon));
    }

    /** Of [..., features]; the result has the same shape. */
    @Override
    public Expr invoke(Expr x) {
        Features.check(x, weight);
        Expr mean = x.meanKeepDims(-1);
        Expr variance = x.minus(mean).square().meanKeepDims(-1);
        return Features.normalised(x, mean, variance, epsilon, weight, bias);
    }
}
