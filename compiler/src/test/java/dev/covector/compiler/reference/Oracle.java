package dev.covector.compiler.reference;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.CallException;
import dev.covector.runtime.DType;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * Compares an execution with the interpreter on random graphs.
 *
 * <p>How far a right result may be off depends on the data. It is measured as in Monte Carlo arithmetic: the
 * interpreter runs a few times more, each inexact result rounded up or down at random, and an element may be off by a
 * multiple of what it moved. Where an integer or a bool anywhere in the graph changes in these runs, a jump is too near
 * to tell who is right, and the call is skipped.
 */
@NullUnmarked // its maps hold what they are asked for
public final class Oracle {
    private static final int NOISY_RUNS = 4;
    /**
     * A sum can be exact in one order and not in another: noise moves some of what is exact too, but not multiples of
     * 1/64, which tests of equality are made with.
     */
    private static final double COARSE = 64;
    private static final double NOISE_FACTOR = 32;
    private static final double ULPS = 8;
    private static final double MOST_SKIPPED = 0.1;

    /** A way to compute a function of an undifferentiated graph. */
    @FunctionalInterface
    public interface Execution {
        /** The results by name, and the parameters' new values by {@link #update} of their path. */
        Map<String, Tensor> run(Graph graph, String function, Map<String, Tensor> inputs,
                Map<String, Tensor> parameters, long seed, int step);
    }

    /** Whether an execution did right. */
    private sealed interface Verdict {
        record Agrees() implements Verdict {}

        record Skipped() implements Verdict {}

        /** @param threw whether there is no result at all */
        record Fails(String message, boolean threw) implements Verdict {}
    }

    private final UnaryOperator<Graph> differentiate;
    private final Execution tested;

    private Oracle(UnaryOperator<Graph> differentiate, Execution tested) {
        this.differentiate = differentiate;
        this.tested = tested;
    }

    /** The key of the new value of the parameter {@code path} among the results. */
    public static String update(String path) {
        return "update of " + path;
    }

    /** The interpreter's own execution of what {@code passes} make of a graph, rounding as compiled code does. */
    public static Execution interpreting(UnaryOperator<Graph> passes) {
        return (graph, function, inputs, parameters, seed, step) -> {
            Interpreter.Outcome outcome =
                    Interpreter.run(passes.apply(graph), function, inputs, parameters, seed,
                            step, Precision.ROUNDED);
            Map<String, Tensor> all = new LinkedHashMap<>();
            outcome.results().forEach((name, value) -> all.put(name, value.toTensor()));
            outcome.updates().forEach((path, value) -> all.put(update(path), value.toTensor()));
            return all;
        };
    }

    /**
     * Runs each function of {@code graphs} random graphs from {@code firstSeed} on both ways. Fails with the smallest
     * failing graph that it finds, as text, or if more than a tenth of the calls had to be skipped.
     */
    public static void check(UnaryOperator<Graph> differentiate, Execution tested, long firstSeed,
            int graphs) {
        Oracle oracle = new Oracle(differentiate, tested);
        int calls = 0;
        int skipped = 0;
        for (long seed = firstSeed; seed < firstSeed + graphs; seed++) {
            Graph graph = RandomGraphs.make(seed);
            for (Graph.Function function : graph.functions()) {
                Call call = Call.random(graph, function.name(), seed);
                calls++;
                switch (oracle.judge(call)) {
                    case Verdict.Agrees agrees -> {
                    }
                    case Verdict.Skipped skips -> skipped++;
                    case Verdict.Fails fails -> oracle.report(call, fails);
                }
            }
        }
        int least = calls;
        int share = skipped;
        assertTrue(skipped <= Math.max(2, MOST_SKIPPED * calls),
                () -> share + " of " + least + " calls were too near a jump to be compared");
    }

    /** Runs each function of one graph both ways, on random data of these extents. Fails if it could not compare. */
    public static void check(UnaryOperator<Graph> differentiate, Execution tested, Graph graph,
            Map<String, Integer> binding, long seed) {
        Oracle oracle = new Oracle(differentiate, tested);
        for (Graph.Function function : graph.functions()) {
            Call call = Call.random(graph, function.name(), binding, seed);
            switch (oracle.judge(call)) {
                case Verdict.Agrees agrees -> {
                }
                case Verdict.Skipped skipped -> fail(function.name() + " was too near a jump: " + call);
                case Verdict.Fails fails -> fail(function.name() + ": " + fails.message);
            }
        }
    }

    private void report(Call call, Verdict.Fails failure) {
        Call smallest = Shrinker.shrink(call, differentiate,
                candidate -> judge(candidate) instanceof Verdict.Fails fails && fails.threw == failure.threw);
        String message = judge(smallest) instanceof Verdict.Fails fails ? fails.message : "no longer fails";
        fail("the random graph of seed " + call.seed() + ", function " + call.function() + ": "
                + failure.message
                + "\nshrunk: " + message + "\n" + smallest);
    }

    private Verdict judge(Call call) {
        Graph graph = differentiate.apply(call.graph());
        Graph.Function function = graph.function(call.function());
        List<Node> nodes = function.nodes();
        Map<Node, RefTensor> exact;
        List<Map<Node, RefTensor>> noisy = new ArrayList<>();
        try {
            exact = run(nodes, call, Precision.EXACT);
            noisy.add(run(nodes, call, Precision.ROUNDED));
            for (int i = 0; i < NOISY_RUNS; i++) {
                noisy.add(run(nodes, call, noise(new Random(i))));
            }
        } catch (CallException e) {
            return refuses(call) ? new Verdict.Agrees()
                    : new Verdict.Fails("should have thrown: " + e.getMessage(), false);
        }
        for (Node node : nodes) {
            if (!node.type().dtype().isFloating() && noisy.stream()
                    .anyMatch(run -> !run.get(node).toString().equals(exact.get(node).toString()))) {
                return new Verdict.Skipped();
            }
        }
        Map<String, Tensor> got;
        try {
            got = tested.run(call.graph(), call.function(), call.inputs(), call.parameters(), call.seed(),
                    call.step());
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            return new Verdict.Fails("threw " + describe(e), true);
        }
        Map<String, Node> outputs = new LinkedHashMap<>(function.results());
        function.updates()
                .forEach(u -> outputs.put(update(((Op.Parameter) u.parameter().op()).name()), u.value()));
        if (!got.keySet().equals(outputs.keySet())) {
            return new Verdict.Fails("results " + got.keySet() + " instead of " + outputs.keySet(), false);
        }
        for (Map.Entry<String, Node> output : outputs.entrySet()) {
            Node node = output.getValue();
            String problem = difference(exact.get(node), noisy.stream().map(run -> run.get(node)).toList(),
                    RefTensor.of(got.get(output.getKey())), single(node));
            if (problem != null) {
                return isLimitOverNothing(exact) ? new Verdict.Skipped()
                        : new Verdict.Fails(output.getKey() + problem, false);
            }
        }
        return new Verdict.Agrees();
    }

    /**
     * Whether something is empty and something is not finite, such as the mean of no examples: the sum of n times x may
     * be computed as n · x, which for n = 0 and infinite x is NaN rather than 0.
     */
    private static boolean isLimitOverNothing(Map<Node, RefTensor> values) {
        return values.values().stream().anyMatch(value -> value.size() == 0)
                && values.values().stream().anyMatch(value -> value.dtype().isFloating()
                        && IntStream.range(0, value.size()).anyMatch(i -> !Double.isFinite(value.real(i))));
    }

    private static Map<Node, RefTensor> run(List<Node> nodes, Call call, Precision precision) {
        return Interpreter.values(nodes, call.inputs(), call.parameters(), call.seed(), call.step(),
                precision);
    }

    private boolean refuses(Call call) {
        try {
            tested.run(call.graph(), call.function(), call.inputs(), call.parameters(), call.seed(),
                    call.step());
            return false;
        } catch (CallException e) {
            return true;
        }
    }

    private static String describe(Throwable e) {
        StackTraceElement[] trace = e.getStackTrace();
        return e + (trace.length == 0 ? "" : "\n  at " + String.join("\n  at ",
                Arrays.stream(trace).limit(6).map(StackTraceElement::toString).toList()));
    }

    /** Rounds what is not representable up or down at random; of float64, what is not even a float. */
    private static Precision noise(Random random) {
        return (dtype, value) -> {
            float nearest = (float) value;
            boolean coarse = value * COARSE == Math.rint(value * COARSE);
            if (Double.isNaN(value) || nearest == value && (coarse || random.nextInt(8) > 0)) {
                return value;
            }
            if (dtype == DType.FLOAT64) {
                return random.nextBoolean() ? Math.nextUp(value) : Math.nextDown(value);
            }
            if (Float.isInfinite(nearest)) {
                return nearest;
            }
            float below = nearest <= value ? nearest : Math.nextDown(nearest);
            return random.nextBoolean() ? below : Math.nextUp(below);
        };
    }

    /** Whether float32 is involved anywhere, so that no more than its precision can be asked for. */
    private static boolean single(Node output) {
        return Graph.reachable(List.of(output)).stream()
                .anyMatch(node -> node.type().dtype() == DType.FLOAT32);
    }

    /** What is wrong with {@code got}, or null. */
    private static @Nullable String difference(RefTensor exact, List<RefTensor> noisy, RefTensor got,
            boolean single) {
        if (got.dtype() != exact.dtype() || !Arrays.equals(got.shape(), exact.shape())) {
            return " is " + got.dtype() + Arrays.toString(got.shape()) + ", should be " + exact.dtype()
                    + Arrays.toString(exact.shape());
        }
        if (!exact.dtype().isFloating()) {
            for (int i = 0; i < exact.size(); i++) {
                if (exact.integer(i) != got.integer(i)) {
                    return "[" + i + "] is " + got.integer(i) + ", should be " + exact.integer(i);
                }
            }
            return null;
        }
        double greatest = 0;
        for (int i = 0; i < exact.size(); i++) {
            if (Double.isFinite(exact.real(i))) {
                greatest = Math.max(greatest, Math.abs(exact.real(i)));
            }
        }
        double precision = single ? Math.ulp(1f) : Math.ulp(1.0);
        for (int i = 0; i < exact.size(); i++) {
            int at = i;
            double wanted = exact.real(i);
            double moved = noisy.stream().mapToDouble(run -> distance(run.real(at), wanted)).max().orElse(0);
            double allowed = NOISE_FACTOR * moved + ULPS * precision * greatest + Float.MIN_NORMAL;
            if (distance(wanted, got.real(i)) > allowed) {
                return String.format(Locale.ROOT, "[%d] is %s, should be %s ± %.2g", i, got.real(i), wanted,
                        allowed);
            }
        }
        return null;
    }

    /** Infinite if one is NaN or infinite and the other is something else. */
    private static double distance(double a, double b) {
        if (a == b || Double.isNaN(a) && Double.isNaN(b)) {
            return 0;
        }
        double distance = Math.abs(a - b);
        return Double.isNaN(distance) ? Double.POSITIVE_INFINITY : distance;
    }
}
