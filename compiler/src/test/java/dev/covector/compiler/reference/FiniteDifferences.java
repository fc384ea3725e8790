package dev.covector.compiler.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
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
    private static final String FUNCTION = "f";

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
        GraphBuilder g = Graph.builder("model");
        Map<String, Expr> exprs = new LinkedHashMap<>();
        List<String> sources = new ArrayList<>();
        for (String name : inputs.keySet().stream().sorted().toList()) {
            DType dtype = inputs.get(name).dtype();
            exprs.put(name, g.input(name, dtype, shapes.get(name)));
            if (dtype == DType.FLOAT64) {
                sources.add(name);
            }
        }
        Expr value = model.of(g, exprs);
        Expr cotangent = g.input("cotangent", DType.FLOAT64, value.shape());
        Expr first = value.times(cotangent).sum();
        Expr second = g.constant(DType.FLOAT64, 0);
        var function = g.function(FUNCTION).returns("value", value).returns("first", first);
        for (String name : sources) {
            Expr gradient = value.gradient(exprs.get(name), cotangent);
            function.returns("first." + name, gradient);
            Expr factors = g.input("factors." + name, DType.FLOAT64, shapes.get(name));
            second = second.plus(gradient.times(factors).sum());
        }
        function.returns("second", second);
        for (String name : sources) {
            function.returns("second." + name, second.gradient(exprs.get(name)));
        }

        Random random = new Random(1);
        Map<String, Tensor> all = new HashMap<>(inputs);
        sources.forEach(name -> all.put("factors." + name, normal(random, inputs.get(name).shape())));
        GraphBuilder plain = Graph.builder("plain");
        Map<String, Expr> plainExprs = new LinkedHashMap<>();
        exprs.forEach((name, expr) -> plainExprs.put(name, plain.input(name, expr.dtype(), expr.shape())));
        plain.function(FUNCTION).returns("value", model.of(plain, plainExprs));
        RefTensor here =
                Interpreter.run(plain.build(), FUNCTION, inputs, Map.of(), 0, 0).results().get("value");
        all.put("cotangent", normal(random, here.shape()));

        Graph differentiated = differentiate.apply(g.build());
        check(differentiated, FUNCTION, "first", byResult("first.", sources), all);
        check(differentiated, FUNCTION, "second", byResult("second.", sources), all);
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
