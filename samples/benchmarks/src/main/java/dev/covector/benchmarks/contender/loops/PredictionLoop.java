package dev.covector.benchmarks.contender.loops;

import dev.covector.benchmarks.workload.Workload;
import dev.covector.runtime.Tensor;
import java.util.List;
import java.util.Map;

/** Dense layers, forward only: sigmoids, and a softmax at the end. */
final class PredictionLoop extends LoopContender {
    private final float[] x = floats("x");
    private final DenseLayer[] layers;
    private final float[] out;

    PredictionLoop(Workload workload, Map<String, Tensor> data) {
        super(workload, data);
        List<String> names = workload.weights();
        int batch = tensor("x").dim(0);
        this.layers = new DenseLayer[names.size() / 2];
        for (int i = 0; i < layers.length; i++) {
            layers[i] = new DenseLayer(floats(names.get(2 * i)), floats(names.get(2 * i + 1)), batch);
        }
        this.out = result("out", batch, layers[layers.length - 1].out());
    }

    @Override
    public void step() {
        float[] value = x;
        for (int i = 0; i < layers.length; i++) {
            layers[i].forward(value);
            value = layers[i].result;
            if (i < layers.length - 1) {
                Functions.sigmoid(value);
            }
        }
        System.arraycopy(value, 0, out, 0, out.length);
        int classes = layers[layers.length - 1].out();
        for (int from = 0; from < out.length; from += classes) {
            Functions.softmax(out, from, classes);
        }
    }
}
