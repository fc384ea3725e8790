package dev.covector.benchmarks.contender.loops;

import dev.covector.benchmarks.workload.Workload;
import dev.covector.runtime.Tensor;
import java.util.Map;

/** LeNet: two stages of convolution, sigmoid and average pooling, then dense layers. */
final class LeNetLoop extends LoopContender {
    /** A convolution with a bias, a sigmoid, and the average of two by two pixels. */
    private static final class Stage {
        private final ConvolutionLayer convolution;
        private final float[] bias;
        private final float[] biasGradient;
        private final int batch;
        private final float[] pooled;
        private final float[] gradient;

        Stage(ConvolutionLayer convolution, float[] bias, int batch) {
            this.convolution = convolution;
            this.bias = bias;
            this.batch = batch;
            this.biasGradient = new float[bias.length];
            this.pooled = new float[convolution.result.length / 4];
            this.gradient = new float[convolution.result.length];
        }

        void forward(float[] x) {
            convolution.forward(x);
            float[] value = convolution.result;
            Matrices.addBias(value, bias, value.length / bias.length);
            Functions.sigmoid(value);
            int channels = bias.length;
            int extent = convolution.outExtent();
            int half = extent / 2;
            for (int row = 0; row < batch * half; row++) {
                for (int column = 0; column < half; column++) {
                    int to = (row * half + column) * channels;
                    int from = (2 * row * extent + 2 * column) * channels;
                    for (int c = 0; c < channels; c++) {
                        pooled[to + c] = (value[from + c] + value[from + channels + c]
                                + value[from + extent * channels + c]
                                + value[from + (extent + 1) * channels + c])
                                / 4;
                    }
                }
            }
        }

        void backward(float[] x, float[] pooledGradient) {
            int channels = bias.length;
            int extent = convolution.outExtent();
            int half = extent / 2;
            for (int row = 0; row < batch * extent; row++) {
                for (int column = 0; column < extent; column++) {
                    int to = (row * extent + column) * channels;
                    int from = (row / 2 * half + column / 2) * channels;
                    for (int c = 0; c < channels; c++) {
                        gradient[to + c] = pooledGradient[from + c] / 4;
                    }
                }
            }
            Functions.sigmoidGradient(gradient, convolution.result);
            Matrices.sumRows(gradient, biasGradient, gradient.length / channels);
            convolution.backward(x, gradient);
        }

        void descend(float rate) {
            convolution.descend(rate);
            Matrices.descend(bias, biasGradient, rate);
        }
    }

    private final float[] x = floats("x");
    private final int[] labels = labels("labels");
    private final Stage first;
    private final Stage second;
    private final DenseLayer[] dense;
    private final float[][] gradients;
    private final float[] firstGradient;
    private final float[] loss = result("loss");

    LeNetLoop(Workload workload, Map<String, Tensor> data) {
        super(workload, data);
        int batch = labels.length;
        ConvolutionLayer one = new ConvolutionLayer(floats("k1"), batch, 28, 1, 5, 2);
        this.first = new Stage(one, floats("c1"), batch);
        this.second =
                new Stage(new ConvolutionLayer(floats("k2"), batch, one.outExtent() / 2, one.out(), 5, 0),
                        floats("c2"), batch);
        this.firstGradient = new float[first.pooled.length];
        this.dense = new DenseLayer[3];
        this.gradients = new float[dense.length][];
        for (int i = 0; i < dense.length; i++) {
            dense[i] = new DenseLayer(floats("w" + (i + 1)), floats("b" + (i + 1)), batch);
            gradients[i] = new float[batch * dense[i].in()];
        }
    }

    @Override
    public void step() {
        first.forward(x);
        second.forward(first.pooled);
        int last = dense.length - 1;
        for (int i = 0; i <= last; i++) {
            dense[i].forward(input(i));
            if (i < last) {
                Functions.sigmoid(dense[i].result);
            }
        }
        float[] gradient = dense[last].result;
        loss[0] = Functions.crossEntropy(gradient, labels, dense[last].out());
        for (int i = last; i >= 0; i--) {
            dense[i].backward(input(i), gradient);
            dense[i].inputGradient(gradient, gradients[i]);
            gradient = gradients[i];
            if (i > 0) {
                Functions.sigmoidGradient(gradient, dense[i - 1].result);
            }
        }
        second.backward(first.pooled, gradient);
        second.convolution.inputGradient(second.gradient, firstGradient);
        first.backward(x, firstGradient);
        first.descend(rate());
        second.descend(rate());
        for (DenseLayer layer : dense) {
            layer.descend(rate());
        }
    }

    private float[] input(int layer) {
        return layer == 0 ? second.pooled : dense[layer - 1].result;
    }
}
