package dev.covector.benchmarks.contender.loops;

import dev.covector.benchmarks.workload.Workload;
import dev.covector.runtime.Tensor;
import java.util.Map;

/** The sigmoid of a weighted sum. */
final class NeuronLoop extends LoopContender {
    private final float[] x = floats("x");
    private final float[] w = floats("w");
    private final float[] b = floats("b");
    private final float[] out = result("out", 1, 1);

    NeuronLoop(Workload workload, Map<String, Tensor> data) {
        super(workload, data);
    }

    @Override
    public void step() {
        float sum = b[0];
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * w[i];
        }
        out[0] = Functions.sigmoid(sum);
    }
}
