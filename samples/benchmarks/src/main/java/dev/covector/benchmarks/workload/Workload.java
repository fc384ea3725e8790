package dev.covector.benchmarks.workload;

import dev.covector.runtime.DType;
import dev.covector.runtime.Tensor;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A computation that libraries are compared by. What one step computes is told by its kind, how large it is by the
 * shapes of its data.
 *
 * @param name       such as "W3"
 * @param title      what it is, in some words
 * @param kind       what a step computes
 * @param rate       the learning rate of gradient descent; 0 if a step updates nothing
 * @param data       makes what a step reads, the same in each run: inputs, then the model's weights with their initial values
 * @param weights    the names of the model's weights among the data, in the order of its layers
 * @param operations how many floating-point operations a step takes at least; {@link Workloads} says how they are counted
 * @param gradients  how many elements of gradients a step gives besides what it updates
 */
public record Workload(String name, String title, Kind kind, double rate, Supplier<Map<String, Tensor>> data,
        List<String> weights, long operations, long gradients) {
    /** What a step computes. */
    public enum Kind {
        /** The mean squared error of {@code x · weight + bias} and y. */
        LINEAR_REGRESSION,
        /** The mean cross-entropy of a perceptron: a weight and a bias a layer, ReLU between layers. */
        PERCEPTRON,
        /** The mean squared error of a perceptron with tanh between its layers. */
        TANH_REGRESSION,
        /** The mean cross-entropy of LeNet with sigmoids and average pooling, images [batch, height, width, channels]. */
        LENET,
        /** The sum of {@code tanh(a·x + b) · sigmoid(x) + c}, and its gradients with respect to all four. */
        CHAIN,
        /** {@code softmax(q·kᵀ/√width)·v}, and its gradients with respect to q, k and v by the cotangent g. */
        ATTENTION,
        /** The prediction of a perceptron: a sigmoid after each layer but the last, a softmax after that. */
        PREDICTION,
        /** The prediction {@code sigmoid(x · w + b)}. */
        NEURON,
        /**
         * Two convolutions, each with a batch normalisation, ReLU between them and after x is added; the mean of its
         * product with g, with the gradient with respect to x.
         */
        RESIDUAL_BLOCK,
        /** The log density of a logistic regression with a normal prior, and its gradient with respect to beta. */
        LOGISTIC_DENSITY,
        /** {@code a·b}. */
        PRODUCT,
        /** {@code aᵀ·b}. */
        PRODUCT_LEFT_TRANSPOSED,
        /** {@code a·bᵀ}. */
        PRODUCT_RIGHT_TRANSPOSED,
        /** {@code gelu(layernorm(x))·w + bias}; the mean of its product with g, with the gradient with respect to x. */
        NORMALISED_LINEAR
    }

    public Workload {
        weights = List.copyOf(weights);
    }

    /** True if a step updates the weights. */
    public boolean trains() {
        return rate > 0;
    }

    /** The dtype of what is computed. */
    public DType dtype() {
        return kind == Kind.LOGISTIC_DENSITY ? DType.FLOAT64 : DType.FLOAT32;
    }

    /** How many bytes a step must read and write at least: data, weights that it updates, and gradients that it gives. */
    public long bytes() {
        long bytes = gradients * dtype().bytes();
        for (Map.Entry<String, Tensor> entry : data.get().entrySet()) {
            Tensor tensor = entry.getValue();
            boolean written = trains() && weights.contains(entry.getKey());
            bytes += (written ? 2L : 1L) * tensor.size() * tensor.dtype().bytes();
        }
        return bytes;
    }
}
