package dev.covector.benchmarks.contender.loops;

import dev.covector.benchmarks.workload.Workload;
import dev.covector.runtime.Tensor;
import java.util.Arrays;
import java.util.Map;

/** Two convolutions with batch normalisation, and what goes around them. */
final class ResidualBlockLoop extends LoopContender {
    /** Batch normalisation of [pixels, channels] by the batch's own statistics. */
    private static final class BatchNorm {
        private final float[] gamma;
        private final float[] beta;
        private final float[] gammaGradient;
        private final float[] betaGradient;
        private final float[] inverseDeviation;
        private final float[] normalised;
        private final float[] result;
        private final int pixels;

        BatchNorm(float[] gamma, float[] beta, int size) {
            this.gamma = gamma;
            this.beta = beta;
            this.gammaGradient = new float[gamma.length];
            this.betaGradient = new float[gamma.length];
            this.inverseDeviation = new float[gamma.length];
            this.normalised = new float[size];
            this.result = new float[size];
            this.pixels = size / gamma.length;
        }

        void forward(float[] x) {
            int channels = gamma.length;
            float[] mean = new float[channels];
            Matrices.sumRows(x, mean, pixels);
            for (int c = 0; c < channels; c++) {
                mean[c] /= pixels;
            }
            Arrays.fill(inverseDeviation, 0);
            for (int i = 0; i < x.length; i += channels) {
                for (int c = 0; c < channels; c++) {
                    float centred = x[i + c] - mean[c];
                    normalised[i + c] = centred;
                    inverseDeviation[c] += centred * centred;
                }
            }
            for (int c = 0; c < channels; c++) {
                inverseDeviation[c] = (float) (1 / Math.sqrt(inverseDeviation[c] / pixels + 1e-5));
            }
            for (int i = 0; i < x.length; i += channels) {
                for (int c = 0; c < channels; c++) {
                    normalised[i + c] *= inverseDeviation[c];
                    result[i + c] = normalised[i + c] * gamma[c] + beta[c];
                }
            }
        }

        /** The gradient of the input by that of the result, in place. */
        void backward(float[] gradient) {
            int channels = gamma.length;
            Matrices.sumRows(gradient, betaGradient, pixels);
            Arrays.fill(gammaGradient, 0);
            for (int i = 0; i < gradient.length; i += channels) {
                for (int c = 0; c < channels; c++) {
                    gammaGradient[c] += gradient[i + c] * normalised[i + c];
                }
            }
            for (int i = 0; i < gradient.length; i += channels) {
                for (int c = 0; c < channels; c++) {
                    gradient[i + c] = gamma[c] * inverseDeviation[c] * (gradient[i + c]
                            - (betaGradient[c] + normalised[i + c] * gammaGradient[c]) / pixels);
                }
            }
        }

        void descend(float rate) {
            Matrices.descend(gamma, gammaGradient, rate);
            Matrices.descend(beta, betaGradient, rate);
        }
    }

    private final float[] x = floats("x");
    private final float[] g = floats("g");
    private final ConvolutionLayer convolution1;
    private final ConvolutionLayer convolution2;
    private final BatchNorm norm1;
    private final BatchNorm norm2;
    private final float[] gradient = new float[x.length];
    private final float[] hiddenGradient = new float[x.length];
    private final float[] loss = result("loss");
    private final float[] dx = result("dx", tensor("x").shape());

    ResidualBlockLoop(Workload workload, Map<String, Tensor> data) {
        super(workload, data);
        int batch = tensor("x").dim(0);
        int extent = tensor("x").dim(1);
        int channels = tensor("x").dim(3);
        this.convolution1 = new ConvolutionLayer(floats("k1"), batch, extent, channels, 3, 1);
        this.convolution2 = new ConvolutionLayer(floats("k2"), batch, extent, channels, 3, 1);
        this.norm1 = new BatchNorm(floats("gamma1"), floats("beta1"), x.length);
        this.norm2 = new BatchNorm(floats("gamma2"), floats("beta2"), x.length);
    }

    @Override
    public void step() {
        convolution1.forward(x);
        norm1.forward(convolution1.result);
        float[] hidden = norm1.result;
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = Math.max(hidden[i], 0);
        }
        convolution2.forward(hidden);
        norm2.forward(convolution2.result);
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            float out = norm2.result[i] + x[i];
            sum += Math.max(out, 0) * g[i];
            gradient[i] = out > 0 ? g[i] / x.length : 0;
        }
        loss[0] = (float) (sum / x.length);

        System.arraycopy(gradient, 0, dx, 0, dx.length);
        norm2.backward(gradient);
        convolution2.backward(hidden, gradient);
        convolution2.inputGradient(gradient, hiddenGradient);
        for (int i = 0; i < hidden.length; i++) {
            hiddenGradient[i] = hidden[i] > 0 ? hiddenGradient[i] : 0;
        }
        norm1.backward(hiddenGradient);
        convolution1.backward(x, hiddenGradient);
        convolution1.inputGradient(hiddenGradient, gradient);
        for (int i = 0; i < dx.length; i++) {
            dx[i] += gradient[i];
        }
        convolution1.descend(rate());
        convolution2.descend(rate());
        norm1.descend(rate());
        norm2.descend(rate());
    }
}
