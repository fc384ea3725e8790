package dev.covector.benchmarks.contender.loops;

/** {@code x·weight + bias} of a batch, and its gradients. */
final class DenseLayer {
    final float[] result;
    private final float[] weight;
    private final float[] bias;
    private final float[] weightGradient;
    private final float[] biasGradient;
    private final int batch;
    private final int in;
    private final int out;

    DenseLayer(float[] weight, float[] bias, int batch) {
        this.weight = weight;
        this.bias = bias;
        this.batch = batch;
        this.out = bias.length;
        this.in = weight.length / out;
        this.weightGradient = new float[weight.length];
        this.biasGradient = new float[out];
        this.result = new float[batch * out];
    }

    int in() {
        return in;
    }

    int out() {
        return out;
    }

    void forward(float[] x) {
        Matrices.product(x, weight, result, batch, in, out);
        Matrices.addBias(result, bias, batch);
    }

    /** Computes the gradients of the weights by that of the result. */
    void backward(float[] x, float[] gradient) {
        Matrices.leftTransposed(x, gradient, weightGradient, in, batch, out);
        Matrices.sumRows(gradient, biasGradient, batch);
    }

    /** The gradient of the input by that of the result. */
    void inputGradient(float[] gradient, float[] inputGradient) {
        Matrices.rightTransposed(gradient, weight, inputGradient, batch, out, in);
    }

    void descend(float rate) {
        Matrices.descend(weight, weightGradient, rate);
        Matrices.descend(bias, biasGradient, rate);
    }
}
