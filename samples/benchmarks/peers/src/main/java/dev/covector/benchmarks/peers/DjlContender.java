package dev.covector.benchmarks.peers;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.training.GradientCollector;
import dev.covector.benchmarks.workload.Contender;
import dev.covector.benchmarks.workload.ContenderLoop;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** DJL with its engine of PyTorch: arrays, and what its GradientCollector records of their operations. */
public final class DjlContender implements Contender {
    private final String workload;
    private final DjlModel model;
    private final Engine engine;
    /** What the last step gave: its value, then gradients that no update used. */
    private List<NDArray> last = List.of();

    public static void main(String[] arguments) {
        System.exit(ContenderLoop.serve(arguments,
                (workload, data, threads, options) -> new DjlContender(workload, data, threads)));
    }

    private DjlContender(String workload, Map<String, Tensor> data, int threads) {
        this.workload = workload;
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        engine = Engine.getEngine("PyTorch");
        model = DjlModel.of(workload, engine.newBaseManager(), data);
    }

    @Override
    public void step() {
        last.forEach(NDArray::close);
        // Closes all arrays that are made in it but those that are taken out.
        try (NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            last = model.inputs().isEmpty() ? predict() : differentiate();
            last.forEach(NDScope::unregister);
        }
    }

    private List<NDArray> predict() {
        return List.of(model.value().of(List.of()));
    }

    private List<NDArray> differentiate() {
        // Views without a history get gradients of their own; those of the arrays themselves would be added to.
        List<NDArray> inputs = new ArrayList<>();
        for (NDArray input : model.inputs()) {
            NDArray view = input.stopGradient();
            view.setRequiresGradient(true);
            inputs.add(view);
        }
        List<NDArray> given = new ArrayList<>();
        try (GradientCollector collector = engine.newGradientCollector()) {
            NDArray value = model.value().of(inputs);
            collector.backward(value);
            given.add(value);
        }
        for (int i = 0; i < inputs.size(); i++) {
            NDArray gradient = inputs.get(i).getGradient();
            if (i < model.weights()) {
                model.inputs().get(i).subi(gradient.muli(model.rate()));
            } else {
                given.add(gradient);
            }
        }
        return given;
    }

    @Override
    public double checksum() {
        List<double[]> values = new ArrayList<>();
        // Gradients of a network's input are not part of the checksum, weights are.
        List<NDArray> counted = model.weights() == 0 ? last : new ArrayList<>(last.subList(0, 1));
        if (model.weights() > 0) {
            counted.addAll(model.inputs().subList(0, model.weights()));
        }
        for (NDArray array : counted) {
            values.add(Arrays.stream(array.toArray()).mapToDouble(Number::doubleValue).toArray());
        }
        return Checksums.of(workload, values);
    }
}
