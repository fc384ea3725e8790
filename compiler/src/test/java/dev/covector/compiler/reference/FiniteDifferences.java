package dev.covector.compiler.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;

/**
 * Checks gradients, computed by the interpreter in float64, against difference quotients along random directions. The
 * inputs must keep a distance of some 1e-3 from kinks.
 *
 * <pre>{@code
 * FiniteDifferences.check(Differentiate::differentiate,
 *         Map.of("x", Tensor.of(new double[] {0.5, -1, 2}, 3)), (g, in) -> in.get("x").tanh());
 * }</pre>
 */
@NullUnmarked // its maps hold what they are asked for
public final class FiniteDifferences {
    private static final double STEP = 1e-4;
    private static final double TOLERANCE = 1e-7;
    private static final int DIRECTIONS = 2;
    /** The function of the graph of {@link #gradients}. */
    public static final String FUNCTION = "f";

    private FiniteDifferences() {}

    /** Makes the value to differentiate, of any shape, from the inputs by name. */
    @FunctionalInterface
    public interface Model {
        Expr of(GraphBuilder g, Map<String, Expr> inputs);
    }

    /** As {@link #check(UnaryOperator, Map, Map, Model)}, the inputs declared with the extents that they have. */
    public static void check(UnaryOperator<Graph> differentiate, Map<String, Tensor> inputs, Model model) {
        Map<String, Shape> shapes = new HashMap<>();
        inputs.forEach((name, tensor) -> shapes.put(name, Shape.of(tensor.shape())));
        check(differentiate, shapes, inputs, model);
    }

    /**
     * Checks the first and second derivatives of a model with respect to each float64 input that it depends on: of the
     * sum of its value times a random cotangent, and of the sum of the first gradients times random factors.
     *
     * @param differentiate the pass under test
     * @param shapes        of the inputs, maybe with named dimensions
     * @param inputs        the point at which to differentiate
     */
    public static void check(UnaryOperator<Graph> differentiate, Map<String, Shape> shapes,
            Map<String, Tensor> inputs, Model model) {
        Graph graph = gradients(DType.FLOAT64, shapes, inputs, model);
        Map<String, Tensor> all = withFactors(graph, inputs);
        Graph differentiated = differentiate.apply(graph);
        List<String> sources = sources(inputs);
        check(differentiated, FUNCTION, "first", byResult("first.", sources), all);
        check(differentiated, FUNCTION, "second", byResult("second.", sources), all);
    }

    /**
     * The graph that is checked. Its function returns {@code first}, the sum of the value times a cotangent, and
     * {@code second}, the sum of its gradients times factors; and the gradients of both by each input x that is
     * floating, {@code first.x} and {@code second.x}.
     *
     * @param dtype of the inputs that are given in float64
     */
    public static Graph gradients(DType dtype, Map<String, Shape> shapes, Map<String, Tensor> inputs,
            Model model) {
        GraphBuilder g = Graph.builder("model");
        Map<String, Expr> exprs = new LinkedHashMap<>();
        for (String name : inputs.keySet().stream().sorted().toList()) {
            DType given = inputs.get(name).dtype();
            exprs.put(name, g.input(name, given == DType.FLOAT64 ? dtype : given, shapes.get(name)));
        }
        List<String> sources = sources(inputs);
        Expr value = model.of(g, exprs);
        Expr cotangent = g.input("cotangent", dtype, value.shape());
        Expr second = g.constant(dtype, 0.0);
        var function = g.function(FUNCTION).returns("first", value.times(cotangent).sum());
        for (String name : sources) {
            Expr gradient = value.gradient(exprs.get(name), cotangent);
            function.returns("first." + name, gradient);
            Expr factors = g.input("factors." + name, dtype, shapes.get(name));
            second = second.plus(gradient.times(factors).sum());
        }
        function.returns("second", second);
        for (String name : sources) {
            function.returns("second." + name, second.gradient(exprs.get(name)));
        }
        return g.build();
    }

    /** The inputs, and numbers for what {@link #gradients} multiplies by. */
    public static Map<String, Tensor> withFactors(Graph gradients, Map<String, Tensor> inputs) {
        Map<String, Integer> binding = new HashMap<>();
        for (Node node : gradients.nodes()) {
            if (node.op() instanceof Op.Input input && inputs.containsKey(input.name())) {
                List<Dim> dims = node.type().shape().dims();
                for (int axis = 0; axis < dims.size(); axis++) {
                    if (dims.get(axis).isName()) {
                        binding.put(dims.get(axis).toString(), inputs.get(input.name()).dim(axis));
                    }
                }
            }
        }
        Random random = new Random(1);
        Map<String, Tensor> all = new HashMap<>(inputs);
        for (Node node : gradients.nodes()) {
            if (node.op() instanceof Op.Input input && !inputs.containsKey(input.name())) {
                all.put(input.name(), normal(random,
                        node.type().shape().evaluate(name -> (long) binding.get(name))));
            }
        }
        return all;
    }

    private static List<String> sources(Map<String, Tensor> inputs) {
        return inputs.keySet().stream().filter(name -> inputs.get(name).dtype() == DType.FLOAT64).sorted()
                .toList();
    }

    private static Map<String, String> byResult(String prefix, List<String> sources) {
        Map<String, String> byResult = new LinkedHashMap<>();
        sources.forEach(name -> byResult.put(prefix + name, name));
        return byResult;
    }

    /**
     * Checks gradients that a differentiated graph returns.
     *
     * @param value     the name of a result, a float64 scalar
     * @param gradients from names of results, which should be the gradients of that scalar, to names of inputs
     */
    public static void check(Graph differentiated, String function, String value,
            Map<String, String> gradients, Map<String, Tensor> inputs) {
        Map<String, RefTensor> results =
                Interpreter.run(differentiated, function, inputs, Map.of(), 0, 0).results();
        Random random = new Random(2);
        gradients.forEach((result, input) -> {
            RefTensor gradient = results.get(result);
            Tensor point = inputs.get(input);
            assertTrue(Arrays.equals(point.shape(), gradient.shape()),
                    () -> result + " has the shape " + Arrays.toString(gradient.shape()) + ", " + input
                            + " is " + point.describe());
            for (int k = 0; k < DIRECTIONS; k++) {
                double[] direction = normal(random, point.shape()).toDoubles();
                double projected = 0;
                double magnitude = 0;
                for (int i = 0; i < direction.length; i++) {
                    projected += gradient.real(i) * direction[i];
                    magnitude += Math.abs(gradient.real(i) * direction[i]);
                }
                double fine = quotient(differentiated, function, value, inputs, input, direction, STEP);
                double coarse = quotient(differentiated, function, value, inputs, input, direction, 2 * STEP);
                double expected = (4 * fine - coarse) / 3;
                assertEquals(expected, projected, TOLERANCE * (1 + magnitude + Math.abs(expected)),
                        () -> result + ": the gradient of " + value + " with respect to " + input
                                + " along a random direction (expected: the difference quotient)");
            }
        });
    }

    private static double quotient(Graph graph, String function, String value, Map<String, Tensor> inputs,
            String input, double[] direction, double step) {
        double above = moved(graph, function, value, inputs, input, direction, step);
        double below = moved(graph, function, value, inputs, input, direction, -step);
        return (above - below) / (2 * step);
    }

    private static double moved(Graph graph, String function, String value, Map<String, Tensor> inputs,
            String input, double[] direction, double step) {
        double[] point = inputs.get(input).toDoubles();
        for (int i = 0; i < point.length; i++) {
            point[i] += step * direction[i];
        }
        Map<String, Tensor> all = new HashMap<>(inputs);
        all.put(input, Tensor.of(point, inputs.get(input).shape()));
        return Interpreter.run(graph, function, all, Map.of(), 0, 0).results().get(value).real(0);
    }

    private static Tensor normal(Random random, int[] shape) {
        double[] values = new double[Offsets.size(shape)];
        Arrays.setAll(values, i -> random.nextGaussian());
        return Tensor.of(values, shape);
    }
}
