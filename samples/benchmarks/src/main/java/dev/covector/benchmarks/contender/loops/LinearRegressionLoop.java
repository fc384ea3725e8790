package dev.covector.benchmarks.contender.loops;

import dev.covector.benchmarks.workload.Workload;
import dev.covector.runtime.Tensor;
import java.util.Map;

/** Two weights and a bias, in local variables. */
final class LinearRegressionLoop extends LoopContender {
    private final float[] x = floats("x");
    private final float[] y = floats("y");
    private final float[] weight = floats("weight");
    private final float[] bias = floats("bias");
    private final float[] loss = result("loss");

    LinearRegressionLoop(Workload workload, Map<String, Tensor> data) {
        super(workload, data);
    }

    @Override
    public void step() {
        float weight0 = weight[0];
        float weight1 = weight[1];
        float shift = bias[0];
        float total = 0;
        float gradient0 = 0;
        float gradient1 = 0;
        float gradientOfBias = 0;
        for (int i = 0; i < y.length; i++) {
            float error = x[2 * i] * weight0 + x[2 * i + 1] * weight1 + shift - y[i];
            total += error * error;
            gradient0 += error * x[2 * i];
            gradient1 += error * x[2 * i + 1];
            gradientOfBias += error;
        }
        loss[0] = total / y.length;
        float rate = 2 * rate() / y.length;
        weight[0] = weight0 - rate * gradient0;
        weight[1] = weight1 - rate * gradient1;
        bias[0] = shift - rate * gradientOfBias;
    }
}
