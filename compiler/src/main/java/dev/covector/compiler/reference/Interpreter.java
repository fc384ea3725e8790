package dev.covector.compiler.reference;

import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.Requirement;
import dev.covector.graph.ir.Type;
import dev.covector.runtime.CallException;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Computes differentiated graphs node by node in float64: slow, and what every other way is measured by. */
public final class Interpreter {
    private static final Evaluator STATIC = new Evaluator(Precision.EXACT, name -> {
        throw new IllegalArgumentException("the dimension " + name + " is only known at a call");
    }, 0, 0);

    private Interpreter() {}

    /**
     * What a call brought about.
     *
     * @param results by name, in the order declared
     * @param updates the new values of the parameters that the function updates, by path
     */
    public record Outcome(Map<String, RefTensor> results, Map<String, RefTensor> updates) {
        /** The result called {@code name}, which must exist. */
        public RefTensor result(String name) {
            return Objects.requireNonNull(results.get(name), name);
        }
    }

    /** A call with {@link Precision#EXACT}. */
    public static Outcome run(Graph graph, String function, Map<String, Tensor> inputs,
            Map<String, Tensor> parameters, long seed, int step) {
        return run(graph, function, inputs, parameters, seed, step, Precision.EXACT);
    }

    /**
     * A call. All updates see the parameters' old values.
     *
     * @param inputs     by name; may hold more than the function reads
     * @param parameters by path, likewise
     * @param step       the number of the call, which random numbers depend on
     * @throws CallException if a value is missing, is of another type, does not agree with the others about a named
     *                       dimension, divides an integer by zero, or indexes out of range
     */
    public static Outcome run(Graph graph, String function, Map<String, Tensor> inputs,
            Map<String, Tensor> parameters, long seed, int step, Precision precision) {
        Graph.Function called = graph.function(function);
        Map<Node, RefTensor> values = values(called.nodes(), inputs, parameters, seed, step, precision);
        Map<String, RefTensor> results = new LinkedHashMap<>();
        called.results().forEach((name, node) -> results.put(name, values.get(node)));
        Map<String, RefTensor> updates = new LinkedHashMap<>();
        called.updates().forEach(update -> updates.put(((Op.Parameter) update.parameter().op()).name(),
                values.get(update.value())));
        return new Outcome(results, updates);
    }

    /** The first value of each parameter, by path. */
    public static Map<String, RefTensor> initialValues(Graph graph, long seed) {
        List<Node> initials = graph.parameters().stream().map(Graph.Parameter::initial).toList();
        Map<Node, RefTensor> values =
                values(Graph.reachable(initials), Map.of(), Map.of(), seed, 0, Precision.EXACT);
        Map<String, RefTensor> byPath = new LinkedHashMap<>();
        graph.parameters()
                .forEach(parameter -> byPath.put(parameter.name(), values.get(parameter.initial())));
        return byPath;
    }

    /**
     * The value of one op over known operands, rounded to its dtype.
     *
     * @param type of the result, without named dimensions
     * @throws IllegalArgumentException if the value depends on the call (input, parameter, random numbers, a named
     *                                  dimension)
     * @throws CallException            if it has none: an integer divided by zero, an index out of range
     */
    public static Tensor evaluate(Op op, Type type, List<Tensor> operands) {
        if (op instanceof Op.RandomBits) {
            throw new IllegalArgumentException("random numbers are only known at a call");
        }
        int[] shape = type.shape().evaluate(STATIC.binding());
        return STATIC.evaluate(op, type.dtype(), shape, operands.stream().map(RefTensor::of).toList())
                .toTensor();
    }

    /** The values of {@code nodes}, which are in topological order and complete. */
    static Map<Node, RefTensor> values(List<Node> nodes, Map<String, Tensor> inputs,
            Map<String, Tensor> parameters, long seed, int step, Precision precision) {
        Map<String, Long> binding = bind(nodes, inputs);
        Evaluator evaluator = new Evaluator(precision, name -> {
            Long extent = binding.get(name);
            if (extent == null) {
                throw new CallException("no input tells the extent of the dimension " + name);
            }
            return extent;
        }, seed, step);
        Map<Node, RefTensor> values = new HashMap<>();
        for (Node node : nodes) {
            for (Requirement requirement : Requirement.of(node)) {
                long value = requirement.dim().evaluate(evaluator.binding());
                if (value < 0) {
                    throw new CallException(
                            requirement.problem() + ": " + requirement.dim() + " is " + value);
                }
            }
            int[] shape = node.type().shape().evaluate(evaluator.binding());
            values.put(node, switch (node.op()) {
                case Op.Input input -> leaf("input " + input.name(), inputs.get(input.name()), node, shape);
                case Op.Parameter parameter ->
                        leaf("parameter " + parameter.name(), parameters.get(parameter.name()), node, shape);
                default -> compute(evaluator, node, shape, node.inputs().stream().map(values::get).toList());
            });
        }
        return values;
    }

    private static RefTensor compute(Evaluator evaluator, Node node, int[] shape, List<RefTensor> operands) {
        DType dtype = node.type().dtype();
        try {
            return evaluator.evaluate(node.op(), dtype, shape, operands);
        } catch (CallException e) {
            throw new CallException(e.getMessage() + "\n  in " + node
                    + (node.line() == null ? "" : ", made at " + node.line()));
        }
    }

    private static RefTensor leaf(String what, @Nullable Tensor given, Node node, int[] shape) {
        if (given == null) {
            throw new CallException("the " + what + ": " + node.type() + " is missing");
        }
        if (given.dtype() != node.type().dtype() || !Arrays.equals(given.shape(), shape)) {
            throw new CallException("the " + what + " should be " + node.type() + ", here "
                    + node.type().dtype() + Arrays.toString(shape) + ", got " + given.describe());
        }
        return RefTensor.of(given);
    }

    /** Each axis of an input that is a bare name binds it; the first one in the order of the inputs. */
    private static Map<String, Long> bind(List<Node> nodes, Map<String, Tensor> inputs) {
        Map<String, Long> binding = new HashMap<>();
        for (Node node : nodes) {
            if (!(node.op() instanceof Op.Input input)) {
                continue;
            }
            Tensor given = inputs.get(input.name());
            List<Dim> dims = node.type().shape().dims();
            if (given == null) {
                throw new CallException("the input " + input.name() + ": " + node.type() + " is missing");
            }
            for (int axis = 0; axis < Math.min(dims.size(), given.rank()); axis++) {
                if (dims.get(axis).isName()) {
                    binding.putIfAbsent(dims.get(axis).toString(), (long) given.dim(axis));
                }
            }
        }
        return binding;
    }
}
