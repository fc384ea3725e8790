package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.stream.IntStream;

/**
 * Each channel, the last axis, with mean 0 and variance 1 over all other axes, then scaled and shifted:
 * {@code (x - mean) / √(variance + epsilon) · weight + bias}. Ioffe and Szegedy,
 * <a href="https://arxiv.org/abs/1502.03167">Batch normalization</a>, as PyTorch's.
 *
 * <p>In training mean and variance are the batch's, the variance divided by the count; and running averages of them are
 * updated, {@code running = (1 - momentum) · running + momentum · batch}, there with the variance divided by the count
 * less 1. In evaluation the running ones are used.
 */
public final class BatchNorm implements Block {
    private final Expr weight;
    private final Expr bias;
    private final Expr runningMean;
    private final Expr runningVariance;
    private final double momentum;
    private final double epsilon;

    private BatchNorm(Expr weight, Expr bias, Expr runningMean, Expr runningVariance, double momentum,
            double epsilon) {
        this.weight = weight;
        this.bias = bias;
        this.runningMean = runningMean;
        this.runningVariance = runningVariance;
        this.momentum = momentum;
        this.epsilon = epsilon;
    }

    /**
     * With float32 parameters {@code path.weight}, ones, and {@code path.bias}, zeros, states
     * {@code path.running_mean}, zeros, and {@code path.running_var}, ones, a momentum of 0.1 and an epsilon of 1e-5.
     */
    public static BatchNorm of(GraphBuilder g, String path, int channels) {
        Numbers.notNegative(g, "number of channels", channels);
        Shape shape = Shape.of(channels);
        return of(g.parameter(path + ".weight", DType.FLOAT32, shape, Initializers.constant(1)),
                g.parameter(path + ".bias", DType.FLOAT32, shape, Initializers.zeros()),
                g.state(path + ".running_mean", DType.FLOAT32, shape, Initializers.zeros()),
                g.state(path + ".running_var", DType.FLOAT32, shape, Initializers.constant(1)), 0.1, 1e-5);
    }

    /**
     * With any weight and bias, [channels], and these states for the averages.
     *
     * @param momentum the share of the batch in the new average
     */
    public static BatchNorm of(Expr weight, Expr bias, Expr runningMean, Expr runningVariance,
            double momentum, double epsilon) {
        return new BatchNorm(weight, bias, runningMean, runningVariance,
                Numbers.share("momentum", momentum), Numbers.notNegative("epsilon", epsilon));
    }

    /** Of [..., channels], with the running averages; the result has the same shape. */
    @Override
    public Expr invoke(Expr x) {
        Features.check(x, weight);
        return Features.normalised(x, runningMean, runningVariance, epsilon, weight, bias);
    }

    /**
     * Of [..., channels], with the batch's averages, which update the running ones; the result has the same shape. The
     * running variance takes 0 for that of a batch with one element a channel.
     */
    @Override
    public Expr invoke(Expr x, Training training) {
        Features.check(x, weight);
        int[] batch = IntStream.range(0, x.rank() - 1).toArray();
        // Over no axes named would be over all.
        Expr mean = batch.length == 0 ? x : x.mean(batch);
        Expr squares = x.minus(mean).square();
        Expr sum = batch.length == 0 ? squares : squares.sum(batch);
        Dim count = Shape.of(x.shape().dims().subList(0, batch.length)).size();
        Expr n = x.builder().extent(x.dtype(), count);
        average(training, runningMean, mean);
        average(training, runningVariance, sum.div(n.minus(1).maximum(1)));
        return Features.normalised(x, mean, sum.div(n), epsilon, weight, bias);
    }

    private void average(Training training, Expr running, Expr batch) {
        training.update(running, old -> old.times(1 - momentum).plus(batch.times(momentum)));
    }
}
