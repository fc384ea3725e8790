package dev.covector.benchmarks.contender.loops;

import dev.covector.benchmarks.workload.Computation;
import dev.covector.benchmarks.workload.ContenderLoop;
import dev.covector.benchmarks.workload.Workload;
import dev.covector.benchmarks.workload.Workloads;
import dev.covector.runtime.DType;
import dev.covector.runtime.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** A workload as loops. They run on one thread, and update weights in the arrays that they were given. */
public abstract class LoopContender extends Computation {
    private final Workload workload;
    private final Map<String, Tensor> data;
    private final Map<String, Tensor> results = new LinkedHashMap<>();

    LoopContender(Workload workload, Map<String, Tensor> data) {
        super(workload.kind());
        this.workload = workload;
        this.data = data;
    }

    /** The loops for a workload, which from now on own its data. */
    public static LoopContender of(Workload workload, Map<String, Tensor> data) {
        return switch (workload.kind()) {
            case LINEAR_REGRESSION -> new LinearRegressionLoop(workload, data);
            case PERCEPTRON, TANH_REGRESSION -> new PerceptronLoop(workload, data);
            case LENET -> new LeNetLoop(workload, data);
            case CHAIN -> new ChainLoop(workload, data);
            case ATTENTION -> new AttentionLoop(workload, data);
            case PREDICTION -> new PredictionLoop(workload, data);
            case NEURON -> new NeuronLoop(workload, data);
            case RESIDUAL_BLOCK -> new ResidualBlockLoop(workload, data);
            case LOGISTIC_DENSITY -> new LogisticDensityLoop(workload, data);
            case PRODUCT, PRODUCT_LEFT_TRANSPOSED, PRODUCT_RIGHT_TRANSPOSED ->
                    new ProductLoop(workload, data);
            case NORMALISED_LINEAR -> new NormalisedLinearLoop(workload, data);
        };
    }

    /** Serves. */
    public static void main(String[] arguments) {
        System.exit(ContenderLoop.serve(arguments, (name, data, threads, options) -> {
            if (threads > 1) {
                throw new UnsupportedOperationException("one thread only");
            }
            return of(Workloads.named(name), data);
        }));
    }

    /** What was given under a name. */
    final Tensor tensor(String name) {
        return Objects.requireNonNull(data.get(name), name);
    }

    /** The array of what was given under a name. */
    final float[] floats(String name) {
        return (float[]) tensor(name).array();
    }

    final double[] doubles(String name) {
        return (double[]) tensor(name).array();
    }

    final int[] labels(String name) {
        long[] labels = (long[]) tensor(name).array();
        int[] narrow = new int[labels.length];
        for (int i = 0; i < labels.length; i++) {
            narrow[i] = (int) labels[i];
        }
        return narrow;
    }

    /** A new array, into which each step writes the result of that name. */
    final float[] result(String name, int... shape) {
        Tensor tensor = Tensor.zeros(DType.FLOAT32, shape);
        results.put(name, tensor);
        return (float[]) tensor.array();
    }

    final double[] doubleResult(String name, int... shape) {
        Tensor tensor = Tensor.zeros(DType.FLOAT64, shape);
        results.put(name, tensor);
        return (double[]) tensor.array();
    }

    final float rate() {
        return (float) workload.rate();
    }

    @Override
    public final Map<String, Tensor> results() {
        Map<String, Tensor> copies = new LinkedHashMap<>();
        results.forEach((name, tensor) -> copies.put(name, tensor.copy()));
        return copies;
    }

    @Override
    public final Map<String, Tensor> weights() {
        Map<String, Tensor> copies = new LinkedHashMap<>();
        workload.weights().forEach(name -> copies.put(name, tensor(name).copy()));
        return copies;
    }
}
