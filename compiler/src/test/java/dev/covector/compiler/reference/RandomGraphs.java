package dev.covector.compiler.reference;

import static dev.covector.runtime.DType.FLOAT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.Updates;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;

/** Random graphs over all that the language can say, and data for them; a seed always gives the same. */
@NullUnmarked // its maps hold what they are asked for
public final class RandomGraphs extends RandomOps {
    private static final int[] BINDINGS = {0, 1, 1, 2, 3, 5, 16, 17, 33};
    /** One seed in so many has large contractions and reductions in its graph. */
    private static final int LARGE_EVERY = 6;

    private final Map<String, Expr> binders = new LinkedHashMap<>();
    private final Set<Node> used = new HashSet<>();

    private RandomGraphs(long seed) {
        super(seed, isLarge(seed));
    }

    /** The graph that {@code seed} stands for, with gradients of first and second order in it. */
    public static Graph make(long seed) {
        return new RandomGraphs(seed).make();
    }

    /** Whether the graph of this seed has contractions for the register tile and sums over many rows. */
    public static boolean isLarge(long seed) {
        return seed % LARGE_EVERY == 0;
    }

    /** Extents for the named dimensions of a graph, 0 and 1 among them. */
    public static Map<String, Integer> binding(Graph graph, long seed) {
        Random random = new Random(~seed * 0x9E3779B97F4A7C15L);
        Map<String, Integer> binding = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            for (String name : node.type().shape().names()) {
                binding.computeIfAbsent(name, n -> BINDINGS[random.nextInt(BINDINGS.length)]);
            }
        }
        return binding;
    }

    /**
     * Data for a function's inputs. Floating values are mostly eighths in [-4, 4], for a quarter of the seeds any
     * numbers there; for an eighth of them, a few are NaN, ±∞ or -0. Integers are small.
     */
    public static Map<String, Tensor> inputs(Graph graph, String function, long seed,
            Map<String, Integer> binding) {
        Random random = new Random(seed * 0xD1342543DE82EF95L + 1);
        boolean fractions = random.nextInt(4) == 0;
        boolean specials = random.nextInt(8) == 0;
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (Node node : graph.function(function).inputs()) {
            int[] shape = node.type().shape().evaluate(binding::get);
            DType dtype = node.type().dtype();
            Object array = Tensor.newArray(dtype, Offsets.size(shape));
            for (int i = 0; i < Offsets.size(shape); i++) {
                double real = fractions ? random.nextDouble() * 8 - 4 : (random.nextInt(65) - 32) / 8.0;
                if (specials && random.nextInt(12) == 0) {
                    real = new double[]{Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY,
                        -0.0}[random.nextInt(4)];
                }
                int integer = random.nextInt(15) - 7;
                switch (array) {
                    case float[] a -> a[i] = (float) real;
                    case double[] a -> a[i] = real;
                    case int[] a -> a[i] = integer;
                    case long[] a -> a[i] = integer;
                    case boolean[] a -> a[i] = integer > 0;
                    default -> throw new AssertionError(dtype);
                }
            }
            inputs.put(((Op.Input) node.op()).name(), Tensor.view(array, 0, shape));
        }
        return inputs;
    }

    // ---- the graph as a whole

    private Graph make() {
        for (String name : List.of("n", "m").subList(0, random.nextInt(3))) {
            dims.add(Dim.of(name));
            List<Dim> shape = new ArrayList<>(List.of(Dim.of(name)));
            if (chance(0.7)) {
                shape.add(random.nextInt(2), fixed());
            }
            binders.put(name, input("x" + name, Shape.of(shape), chance(0.8) ? FLOAT32 : any(DTYPES)));
        }
        int inputs = 1 + random.nextInt(3);
        for (int i = 0; i < inputs; i++) {
            input("x" + i, shape(), any(DTYPES));
        }
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            parameter(fixedShape());
        }
        int steps = 4 + random.nextInt(large ? 10 : 24);
        int largeAt = large ? random.nextInt(4) : -1;
        for (int i = 0; i < steps; i++) {
            if (i == largeAt) {
                large();
            } else {
                step();
            }
        }
        int functions = 1 + random.nextInt(2);
        for (int i = 0; i < functions; i++) {
            function("f" + i);
        }
        return g.build();
    }

    private void function(String functionName) {
        var function = g.function(functionName);
        List<Expr> outputs = new ArrayList<>();
        int results = 1 + random.nextInt(3);
        for (int i = 0; i < results; i++) {
            Value value = chance(0.8) ? unused() : any(v -> true);
            function.returns("r" + i, value.expr());
            outputs.add(value.expr());
            used.addAll(Graph.reachable(List.of(value.expr().node())));
        }
        Updates updates = Updates.none();
        Expr loss = chance(0.6) ? scalar(any(Value::floating)) : null;
        Set<Node> reached = loss == null ? Set.of() : differentiable(loss);
        for (Expr parameter : parameters) {
            Expr update = null;
            if (reached.contains(parameter.node())) {
                update = parameter.minus(loss.gradient(parameter).times(0.125));
            } else if (chance(0.3)) {
                update = values.stream().map(Value::expr)
                        .filter(e -> e != parameter && e.node().type().equals(parameter.node().type()))
                        .reduce((a, b) -> b).orElse(null);
            }
            if (update != null) {
                updates = updates.and(parameter, update);
                outputs.add(update);
            }
        }
        function.updates(updates);
        List<Node> nodes = Graph.reachable(outputs.stream().map(Expr::node).toList());
        for (Map.Entry<String, Expr> binder : binders.entrySet()) {
            String name = binder.getKey();
            boolean needed = nodes.stream().anyMatch(node -> node.type().shape().names().contains(name)
                    || node.op() instanceof Op.Extent extent && extent.dim().names().contains(name));
            boolean bound = nodes.stream().anyMatch(node -> node.op() instanceof Op.Input
                    && node.type().shape().dims().contains(Dim.of(name)));
            if (needed && !bound) {
                function.returns("binds_" + name, binder.getValue());
            }
        }
    }

    /** A late value that no function has returned yet, if there is one. */
    private Value unused() {
        for (int i = values.size() - 1; i >= 0; i--) {
            if (!used.contains(values.get(i).expr().node()) && chance(0.6)) {
                return values.get(i);
            }
        }
        return values.get(values.size() - 1);
    }
}
