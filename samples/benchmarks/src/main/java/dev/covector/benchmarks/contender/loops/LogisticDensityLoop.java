package dev.covector.benchmarks.contender.loops;

import dev.covector.benchmarks.workload.Workload;
import dev.covector.runtime.Tensor;
import java.util.Map;

/** The log density of a logistic regression and its gradient, row by row. */
final class LogisticDensityLoop extends LoopContender {
    private final double[] x = doubles("x");
    private final double[] y = doubles("y");
    private final double[] beta = doubles("beta");
    private final double[] density = doubleResult("density");
    private final double[] gradient = doubleResult("dbeta", beta.length);

    LogisticDensityLoop(Workload workload, Map<String, Tensor> data) {
        super(workload, data);
    }

    @Override
    public void step() {
        double sum = 0;
        for (int j = 0; j < beta.length; j++) {
            sum -= 0.5 * beta[j] * beta[j];
            gradient[j] = -beta[j];
        }
        for (int i = 0; i < y.length; i++) {
            int row = i * beta.length;
            double z = 0;
            for (int j = 0; j < beta.length; j++) {
                z += x[row + j] * beta[j];
            }
            // softplus(z) = max(z, 0) + log1p(e), and sigmoid(z), by one exponential.
            double e = Math.exp(-Math.abs(z));
            sum += y[i] * z - Math.max(z, 0) - Math.log1p(e);
            double error = y[i] - (z >= 0 ? 1 / (1 + e) : e / (1 + e));
            for (int j = 0; j < beta.length; j++) {
                gradient[j] += error * x[row + j];
            }
        }
        density[0] = sum;
    }
}
