package dev.covector.benchmarks.contender.loops;

import dev.covector.benchmarks.workload.Workload;
import dev.covector.benchmarks.workload.Workload.Kind;
import dev.covector.runtime.Tensor;
import java.util.List;
import java.util.Map;

/** Dense layers: with ReLU and cross-entropy, or with tanh and squared error. */
final class PerceptronLoop extends LoopContender {
    private final boolean classifies;
    private final float[] x = floats("x");
    private final int[] labels;
    private final float[] y;
    private final DenseLayer[] layers;
    /** The gradients of the inputs of the layers; the first one's is not asked for. */
    private final float[][] gradients;
    private final float[] loss = result("loss");

    PerceptronLoop(Workload workload, Map<String, Tensor> data) {
        super(workload, data);
        this.classifies = workload.kind() == Kind.PERCEPTRON;
        this.labels = classifies ? labels("labels") : new int[0];
        this.y = classifies ? new float[0] : floats("y");
        List<String> names = workload.weights();
        int batch = tensor("x").dim(0);
        this.layers = new DenseLayer[names.size() / 2];
        this.gradients = new float[layers.length][];
        for (int i = 0; i < layers.length; i++) {
            layers[i] = new DenseLayer(floats(names.get(2 * i)), floats(names.get(2 * i + 1)), batch);
            gradients[i] = new float[i == 0 ? 0 : batch * layers[i].in()];
        }
    }

    @Override
    public void step() {
        int last = layers.length - 1;
        for (int i = 0; i <= last; i++) {
            layers[i].forward(input(i));
            if (i < last) {
                activate(layers[i].result);
            }
        }
        float[] gradient = layers[last].result;
        loss[0] = classifies ? Functions.crossEntropy(gradient, labels, layers[last].out())
                : squaredError(gradient);
        for (int i = last; i >= 0; i--) {
            layers[i].backward(input(i), gradient);
            if (i > 0) {
                layers[i].inputGradient(gradient, gradients[i]);
                gradient = gradients[i];
                activationGradient(gradient, layers[i - 1].result);
            }
        }
        for (DenseLayer layer : layers) {
            layer.descend(rate());
        }
    }

    private float[] input(int layer) {
        return layer == 0 ? x : layers[layer - 1].result;
    }

    private void activate(float[] values) {
        if (classifies) {
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.max(values[i], 0);
            }
        } else {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) Math.tanh(values[i]);
            }
        }
    }

    private void activationGradient(float[] gradient, float[] result) {
        if (classifies) {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] = result[i] > 0 ? gradient[i] : 0;
            }
        } else {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] *= 1 - result[i] * result[i];
            }
        }
    }

    /** The mean squared error of a prediction, which becomes its gradient. */
    private float squaredError(float[] prediction) {
        float sum = 0;
        for (int i = 0; i < prediction.length; i++) {
            float error = prediction[i] - y[i];
            sum += error * error;
            prediction[i] = 2 * error / prediction.length;
        }
        return sum / prediction.length;
    }
}
