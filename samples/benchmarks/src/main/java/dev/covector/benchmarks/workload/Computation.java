package dev.covector.benchmarks.workload;

import dev.covector.runtime.Tensor;
import java.util.Map;
import java.util.Objects;

/** A contender that shows what it computed, under the names that {@link #checksum} tells. */
public abstract class Computation implements Contender {
    private final Workload.Kind kind;

    /** Of a workload of this kind. */
    protected Computation(Workload.Kind kind) {
        this.kind = kind;
    }

    /** What the last step computed: copies, by name. */
    public abstract Map<String, Tensor> results();

    /** The weights as the last step left them: copies, by name. */
    public abstract Map<String, Tensor> weights();

    @Override
    public final double checksum() {
        Map<String, Tensor> results = results();
        return switch (kind) {
            case LINEAR_REGRESSION, PERCEPTRON, TANH_REGRESSION, LENET, RESIDUAL_BLOCK, NORMALISED_LINEAR ->
                    sum(get(results, "loss"))
                            + weights().values().stream().mapToDouble(Computation::sum).sum();
            case CHAIN -> sum(get(results, "s")) + sum(get(results, "dx")) + sum(get(results, "da"))
                    + sum(get(results, "db")) + sum(get(results, "dc"));
            case ATTENTION -> sum(get(results, "loss")) + sumOfMagnitudes(get(results, "dq"))
                    + sumOfMagnitudes(get(results, "dk")) + sumOfMagnitudes(get(results, "dv"));
            case PREDICTION -> weightedByPlace(get(results, "out"));
            case NEURON -> sum(get(results, "out"));
            case LOGISTIC_DENSITY -> sum(get(results, "density")) + sum(get(results, "dbeta"));
            case PRODUCT, PRODUCT_LEFT_TRANSPOSED, PRODUCT_RIGHT_TRANSPOSED -> meanSquare(get(results, "c"));
        };
    }

    private static Tensor get(Map<String, Tensor> results, String name) {
        return Objects.requireNonNull(results.get(name), name);
    }

    private static double sum(Tensor tensor) {
        double sum = 0;
        for (double value : tensor.toDoubles()) {
            sum += value;
        }
        return sum;
    }

    private static double sumOfMagnitudes(Tensor tensor) {
        double sum = 0;
        for (double value : tensor.toDoubles()) {
            sum += Math.abs(value);
        }
        return sum;
    }

    private static double weightedByPlace(Tensor tensor) {
        double[] values = tensor.toDoubles();
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
            sum += values[i] * (i + 1);
        }
        return sum;
    }

    private static double meanSquare(Tensor tensor) {
        double sum = 0;
        for (double value : tensor.toDoubles()) {
            sum += value * value;
        }
        return sum / tensor.size();
    }
}
