package dev.covector.benchmarks.contender.loops;

import dev.covector.benchmarks.workload.Workload;
import dev.covector.runtime.Tensor;
import java.util.Arrays;
import java.util.Map;

/** Layer normalisation, GELU, and a dense layer. */
final class NormalisedLinearLoop extends LoopContender {
    private final float[] x = floats("x");
    private final float[] g = floats("g");
    private final float[] gamma = floats("gamma");
    private final float[] beta = floats("beta");
    private final int rows = tensor("x").dim(0);
    private final int features = gamma.length;
    private final DenseLayer dense = new DenseLayer(floats("w"), floats("bias"), rows);
    private final float[] normalised = new float[x.length];
    private final float[] inverseDeviation = new float[rows];
    private final float[] hidden = new float[x.length];
    /** The derivative of GELU at its inputs, until it is the gradient of them. */
    private final float[] slope = new float[x.length];
    private final float[] hiddenGradient = new float[x.length];
    private final float[] gradient = new float[g.length];
    private final float[] gammaGradient = new float[features];
    private final float[] betaGradient = new float[features];
    private final float[] loss = result("loss");
    private final float[] dx = result("dx", tensor("x").shape());

    NormalisedLinearLoop(Workload workload, Map<String, Tensor> data) {
        super(workload, data);
    }

    @Override
    public void step() {
        for (int row = 0; row < rows; row++) {
            normalise(row);
        }
        for (int i = 0; i < x.length; i++) {
            int j = i % features;
            float value = normalised[i] * gamma[j] + beta[j];
            float share = (float) (0.5 * (1 + Functions.erf(value * Math.sqrt(0.5))));
            hidden[i] = value * share;
            slope[i] = share + (float) (value * Math.exp(-0.5 * value * value) / Math.sqrt(2 * Math.PI));
        }
        dense.forward(hidden);
        double sum = 0;
        for (int i = 0; i < g.length; i++) {
            sum += dense.result[i] * g[i];
            gradient[i] = g[i] / g.length;
        }
        loss[0] = (float) (sum / g.length);

        dense.backward(hidden, gradient);
        dense.inputGradient(gradient, hiddenGradient);
        Arrays.fill(gammaGradient, 0);
        Arrays.fill(betaGradient, 0);
        for (int row = 0; row < rows; row++) {
            normaliseGradient(row);
        }
        dense.descend(rate());
        Matrices.descend(gamma, gammaGradient, rate());
        Matrices.descend(beta, betaGradient, rate());
    }

    private void normalise(int row) {
        int from = row * features;
        float mean = 0;
        for (int j = 0; j < features; j++) {
            mean += x[from + j];
        }
        mean /= features;
        float squares = 0;
        for (int j = 0; j < features; j++) {
            squares += (x[from + j] - mean) * (x[from + j] - mean);
        }
        inverseDeviation[row] = (float) (1 / Math.sqrt(squares / features + 1e-5));
        for (int j = 0; j < features; j++) {
            normalised[from + j] = (x[from + j] - mean) * inverseDeviation[row];
        }
    }

    private void normaliseGradient(int row) {
        int from = row * features;
        float mean = 0;
        float along = 0;
        for (int j = 0; j < features; j++) {
            float byScaled = hiddenGradient[from + j] * slope[from + j];
            gammaGradient[j] += byScaled * normalised[from + j];
            betaGradient[j] += byScaled;
            float byNormalised = byScaled * gamma[j];
            slope[from + j] = byNormalised;
            mean += byNormalised;
            along += byNormalised * normalised[from + j];
        }
        mean /= features;
        along /= features;
        for (int j = 0; j < features; j++) {
            dx[from + j] = (slope[from + j] - mean - normalised[from + j] * along) * inverseDeviation[row];
        }
    }
}
