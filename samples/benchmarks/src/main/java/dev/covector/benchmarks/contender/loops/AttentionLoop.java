package dev.covector.benchmarks.contender.loops;

import dev.covector.benchmarks.workload.Workload;
import dev.covector.runtime.Tensor;
import java.util.Map;

/** Scaled dot-product attention, one head after the other. */
final class AttentionLoop extends LoopContender {
    private final float[] q = floats("q");
    private final float[] k = floats("k");
    private final float[] v = floats("v");
    private final float[] g = floats("g");
    private final int length = tensor("q").dim(2);
    private final int width = tensor("q").dim(3);
    private final float[] loss = result("loss");
    private final float[] dq = result("dq", tensor("q").shape());
    private final float[] dk = result("dk", tensor("q").shape());
    private final float[] dv = result("dv", tensor("q").shape());
    private final float[] weights = new float[length * length];
    private final float[] gradient = new float[length * length];
    private final float[] out = new float[length * width];

    AttentionLoop(Workload workload, Map<String, Tensor> data) {
        super(workload, data);
    }

    @Override
    public void step() {
        double sum = 0;
        for (int at = 0; at < q.length; at += length * width) {
            sum += head(at);
        }
        loss[0] = (float) sum;
    }

    private double head(int at) {
        float scale = (float) (1 / Math.sqrt(width));
        Matrices.rightTransposed(q, at, k, at, weights, 0, length, width, length);
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= scale;
        }
        for (int row = 0; row < length; row++) {
            Functions.softmax(weights, row * length, length);
        }
        Matrices.product(weights, 0, v, at, out, 0, length, length, width);
        double sum = 0;
        for (int i = 0; i < out.length; i++) {
            sum += out[i] * g[at + i];
        }

        Matrices.leftTransposed(weights, 0, g, at, dv, at, length, length, width);
        Matrices.rightTransposed(g, at, v, at, gradient, 0, length, width, length);
        for (int row = 0; row < length; row++) {
            float mean = 0;
            for (int j = row * length; j < (row + 1) * length; j++) {
                mean += weights[j] * gradient[j];
            }
            for (int j = row * length; j < (row + 1) * length; j++) {
                gradient[j] = weights[j] * (gradient[j] - mean) * scale;
            }
        }
        Matrices.product(gradient, 0, k, at, dq, at, length, length, width);
        Matrices.leftTransposed(gradient, 0, q, at, dk, at, length, length, width);
        return sum;
    }
}
