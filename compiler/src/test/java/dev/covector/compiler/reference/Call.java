package dev.covector.compiler.reference;

import dev.covector.graph.Graph;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** A function of a graph, and all that its results depend on. */
record Call(Graph graph, String function, Map<String, Tensor> inputs, Map<String, Tensor> parameters,
        long seed,
        int step) {

    /** The call of a random graph's function that a seed stands for. */
    static Call random(Graph graph, String function, long seed) {
        return random(graph, function, RandomGraphs.binding(graph, seed), seed);
    }

    /** A call with random data, of these extents. */
    static Call random(Graph graph, String function, Map<String, Integer> binding, long seed) {
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        Interpreter.initialValues(graph, seed)
                .forEach((path, value) -> parameters.put(path, value.toTensor()));
        Map<String, Tensor> inputs = RandomGraphs.inputs(graph, function, seed, binding);
        return new Call(graph, function, inputs, parameters, seed, 3);
    }

    Call withInputs(Map<String, Tensor> newInputs) {
        return new Call(graph, function, newInputs, parameters, seed, step);
    }

    /** The graph's text and the data. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(GraphText.annotated(graph)).append("\ncall ").append(function)
                .append(", seed ").append(seed).append(", step ").append(step);
        inputs.forEach((name, tensor) -> text.append("\n  ").append(name).append(" = ").append(tensor));
        parameters.forEach((path, tensor) -> text.append("\n  ").append(path).append(" = ").append(tensor));
        return text.toString();
    }
}
