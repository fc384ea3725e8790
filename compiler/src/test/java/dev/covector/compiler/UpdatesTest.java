package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.covector.compiler.reference.Interpreter;
import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Adam;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Optimizer;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.CallException;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Session;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Parameters get their new values where their gradients are computed, as soon as nothing needs the old ones: never
 * before that.
 */
final class UpdatesTest {
    private static final int N = 23;
    private static final int IN = 37;
    private static final int OUT = 41;

    /** What a row builds upon: the parameter w [IN,OUT], an input x [n,IN] and one, t, [n,OUT]. */
    record Parts(GraphBuilder g, Expr x, Expr t, Expr w) {
        Expr parameter(String name, int... shape) {
            return g.parameter(name, x.dtype(), Shape.of(shape), Initializers.uniform(-0.3, 0.3));
        }

        Expr error() {
            return x.matmul(w).tanh().minus(t);
        }

        /** Of w, without any loss: what a contraction computes. */
        Expr product() {
            return x.transpose().matmul(t).times(0.01);
        }

        void train(Optimizer optimizer) {
            Expr loss = error().square().mean();
            g.function("f").returns("loss", loss).updates(optimizer.minimize(loss));
        }
    }

    interface Case {
        void declare(Parts parts);
    }

    private static Arguments row(String what, int joined, int copied, Case of) {
        return Arguments.of(what, joined, copied, FLOAT32, of);
    }

    /** How many contractions finish with an update, and how many new values are copied when the call ends. */
    static Stream<Arguments> functions() {
        return Stream.of(
                row("plain descent", 1, 0, p -> p.train(Sgd.of(0.1))),
                Arguments.of("plain descent in float64", 1, 0, FLOAT64, (Case) p -> p.train(Sgd.of(0.1))),
                row("momentum: two parameters in one finish", 1, 0, p -> p.train(Sgd.of(0.1).momentum(0.9))),
                row("Adam: three parameters in one finish", 1, 1, p -> p.train(Adam.of(0.01))),
                row("a norm of all gradients comes between", 0, 0,
                        p -> p.train(Sgd.of(0.1).clipByGlobalNorm(0.01))),
                row("the gradient is a result, too", 0, 0, p -> {
                    Expr loss = p.error().square().mean();
                    Expr gradient = loss.gradient(p.w);
                    p.g.function("f").returns("loss", loss).returns("gradient", gradient)
                            .updates(p.w, p.w.minus(gradient.times(0.1)));
                }),
                row("the old value is a result", 1, 0, p -> {
                    Expr loss = p.error().square().mean();
                    p.g.function("f").returns("old", p.w)
                            .updates(p.w, p.w.minus(loss.gradient(p.w).times(0.1)));
                }),
                row("the new value is a result", 0, 0, p -> {
                    Expr loss = p.error().square().mean();
                    Expr fresh = p.w.minus(loss.gradient(p.w).times(0.1));
                    p.g.function("f").returns("new", fresh).updates(p.w, fresh);
                }),
                row("the new value is used again", 1, 0, p -> {
                    Expr fresh = p.w.minus(p.product());
                    p.g.function("f").returns("y", p.x.matmul(fresh)).updates(p.w, fresh);
                }),
                row("a layer below needs the weight", 2, 0, p -> {
                    Expr below = p.parameter("below", IN, IN);
                    Expr loss = p.x.matmul(below).tanh().matmul(p.w).minus(p.t).square().mean();
                    p.g.function("f").returns("loss", loss)
                            .updates(below, below.minus(loss.gradient(below).times(0.1)))
                            .updates(p.w, p.w.minus(loss.gradient(p.w).times(0.1)));
                }),
                row("a weight of two layers", 1, 0, p -> {
                    Expr y = p.x.matmul(p.w).tanh().matmul(p.w.transpose());
                    Expr loss = y.minus(p.x).square().mean();
                    p.g.function("f").returns("loss", loss)
                            .updates(p.w, p.w.minus(loss.gradient(p.w).times(0.1)));
                }),
                row("what needs the old value comes last", 1, 0, p -> {
                    Expr late = p.x;
                    for (int i = 0; i < 4; i++) {
                        late = late.times(late.sumKeepDims(0)).tanh();
                    }
                    p.g.function("f").returns("y", late.matmul(p.w)).updates(p.w, p.w.minus(p.product()));
                }),
                row("the contraction itself reads the old value", 1, 1,
                        p -> p.g.function("f")
                                .updates(p.w, p.w.minus(
                                        p.x.transpose().matmul(p.x.matmul(p.w).tanh()).matmul(p.w.transpose())
                                                .matmul(p.w).times(0.001)))),
                row("it is read at another index", 1, 1,
                        p -> p.g.function("f").updates(p.w, p.w.flip(0, 1).minus(p.product()))),
                row("it is read at the same index twice", 1, 0,
                        p -> p.g.function("f").updates(p.w,
                                p.w.tanh().times(p.w).minus(p.product()))),
                row("the product is transposed", 1, 0,
                        p -> p.g.function("f").updates(p.w,
                                p.w.minus(p.t.transpose().matmul(p.x).times(0.01).transpose()))),
                row("two read each other", 2, 2, p -> {
                    Expr other = p.parameter("other", IN, OUT);
                    p.g.function("f").updates(p.w, other.minus(p.product())).updates(other,
                            p.w.plus(p.x.square().transpose().matmul(p.t).times(0.01)));
                }),
                row("two contract each other", 2, 2, p -> {
                    Expr other = p.parameter("other", OUT, OUT);
                    p.g.function("f").updates(p.w, p.w.minus(p.w.matmul(other).times(0.01))).updates(other,
                            other.minus(p.w.transpose().matmul(p.w).times(0.01)));
                }),
                row("an average follows the new value", 1, 0, p -> {
                    Expr average = p.parameter("average", IN, OUT);
                    Expr fresh = p.w.minus(p.product());
                    p.g.function("f").updates(p.w, fresh).updates(average,
                            average.times(0.9).plus(fresh.times(0.1)));
                }),
                row("an average follows the old value", 1, 1, p -> {
                    Expr average = p.parameter("average", IN, OUT);
                    p.g.function("f").updates(p.w, p.w.minus(p.product())).updates(average,
                            average.times(0.9).plus(p.w.times(0.1)));
                }),
                row("a convolution by 3 by 3", 1, 0, p -> {
                    Expr kernel = p.parameter("kernel", 3, 3, 32, 32);
                    Expr images = p.x.slice(1, 0, 32).reshape(-1, 1, 1, 32).plus(
                            p.g.iota(FLOAT32, Shape.of(1, 4, 4, 1), 1).times(0.1));
                    Expr loss = images.conv(kernel, Convolution.of().padding(1)).square()
                            .mean();
                    p.g.function("f").returns("loss", loss).updates(kernel,
                            kernel.minus(loss.gradient(kernel).times(0.1)));
                }));
    }

    @ParameterizedTest(name = "{0}, {3}")
    @MethodSource("functions")
    void followTheInterpreter(String what, int joined, int copied, DType dtype, Case of) {
        Graph graph = graph(dtype, of);
        Graph differentiated = Differentiate.differentiate(graph);
        Map<String, Tensor> expected = new LinkedHashMap<>();
        Interpreter.initialValues(graph, 3).forEach((path, value) -> expected.put(path, value.toTensor()));
        CompiledGraph compiled = Compiler.compile(graph);
        Map<String, Session> sessions = new LinkedHashMap<>();
        try (Workers two = Workers.of(2); Workers three = Workers.of(3)) {
            for (Flavour flavour : List.of(Flavour.SCALAR, CompiledExecution.flavourOfTheBuild())) {
                for (Workers workers : List.of(Workers.of(1), two, three)) {
                    sessions.put(flavour + " by " + workers.threads(), compiled.newSession(3,
                            SessionOptions.defaults().flavour(flavour).workers(workers)));
                }
            }
            for (int step = 0; step < 3; step++) {
                Map<String, Tensor> inputs = inputs(dtype, step);
                inputs.keySet().retainAll(compiled.inputNames("f"));
                Interpreter.Outcome outcome =
                        Interpreter.run(differentiated, "f", inputs, Map.copyOf(expected), 3, step);
                for (Map.Entry<String, Session> entry : sessions.entrySet()) {
                    var call = entry.getValue().call("f");
                    inputs.forEach(call::input);
                    var results = call.run();
                    for (String name : outcome.results().keySet()) {
                        assertClose(outcome.result(name).toTensor(), results.tensor(name),
                                name + " of " + entry.getKey());
                    }
                }
                outcome.updates().forEach((path, value) -> expected.put(path, value.toTensor()));
                for (String path : expected.keySet()) {
                    for (Map.Entry<String, Session> entry : sessions.entrySet()) {
                        Tensor actual = entry.getValue().parameters().get(path);
                        assertClose(expected.get(path), actual,
                                path + " after step " + step + ", " + entry.getKey());
                    }
                    double[] bits =
                            sessions.values().iterator().next().parameters().get(path).toDoubles();
                    sessions.forEach((name, session) -> assertArrayEquals(bits,
                            session.parameters().get(path).toDoubles(), name));
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}, {3}")
    @MethodSource("functions")
    void areWhereTheGradientIs(String what, int joined, int copied, DType dtype, Case of) {
        Plan plan = Compilation.of(graph(dtype, of)).functions().getFirst().plan();
        long finishes = plan.steps().stream().filter(step -> step.kernel().kind() == Kernel.Kind.TILE)
                .filter(step -> step.writes().stream().map(plan.slots()::get).anyMatch(
                        node -> plan.function().updates().stream().anyMatch(u -> u.value() == node)))
                .count();
        assertEquals(joined, finishes, "contractions that finish with an update");
        assertEquals(copied, plan.commits().size(), "values that are copied");
    }

    /** Functions of one session that read what another updates. */
    @Test
    void ofAFunctionAreSeenByTheOthers() {
        GraphBuilder g = Graph.builder("functions");
        Parts p = parts(g, FLOAT32);
        p.train(Sgd.of(0.5));
        g.function("predict").returns("y", p.x.matmul(p.w));
        g.function("double").updates(p.w, p.w.times(2));
        Session session = Compiler.compile(g.build()).newSession(1);
        PreparedCall train = session.prepare("f");
        PreparedCall predict = session.prepare("predict");
        PreparedCall twice = session.prepare("double");
        Tensor data = numbers(FLOAT32, N, IN, 0);
        train.input("x", data).input("t", numbers(FLOAT32, N, OUT, 1));
        predict.input("x", data);
        for (int step = 0; step < 3; step++) {
            train.run();
            twice.run();
            float[] w = session.parameters().get("w").toFloats();
            float[] x = data.toFloats();
            double expected = 0;
            for (int k = 0; k < IN; k++) {
                expected += (double) x[(N - 1) * IN + k] * w[k * OUT + OUT - 1];
            }
            assertEquals(expected, predict.run().tensor("y").getDouble(N - 1, OUT - 1), 1e-5);
        }
    }

    /** Two threads, each with a prepared call of its own, train one session: no step is lost. */
    @Test
    void ofTwoThreadsAreAllMade() throws Exception {
        GraphBuilder g = Graph.builder("sum");
        Expr x = g.input("x", FLOAT32, Shape.of(N, IN));
        Expr w = g.parameter("w", FLOAT32, Shape.of(IN, OUT), Initializers.zeros());
        g.function("f").updates(w, w.plus(x.transpose().matmul(g.full(FLOAT32, Shape.of(N, OUT), 1))));
        Session session = Compiler.compile(g.build()).newSession(1);
        float[] ones = new float[N * IN];
        Arrays.fill(ones, 1);
        Callable<Integer> steps = () -> {
            PreparedCall call = session.prepare("f").input("x", Tensor.of(ones, N, IN));
            for (int i = 0; i < 50; i++) {
                call.run();
            }
            return 50;
        };
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (Future<Integer> done : threads.invokeAll(List.of(steps, steps))) {
                assertEquals(50, done.get());
            }
        }
        float[] expected = new float[IN * OUT];
        Arrays.fill(expected, 100 * N);
        assertArrayEquals(expected, session.parameters().get("w").toFloats());
    }

    /** What can fail is done before anything is updated, also where nothing else asks for that. */
    @Test
    void ofACallThatFailsAreNotMade() {
        GraphBuilder g = Graph.builder("failing");
        Parts p = parts(g, FLOAT32);
        Expr rows = g.input("rows", INT32, Shape.of(2));
        Expr late = p.x;
        for (int i = 0; i < 4; i++) {
            late = late.times(late.sumKeepDims(0)).tanh();
        }
        g.function("f").returns("y", late.gather(rows, 0)).updates(p.w, p.w.minus(p.product()));
        Session session = Compiler.compile(g.build()).newSession(1);
        float[] before = session.parameters().get("w").toFloats();
        PreparedCall call = session.prepare("f");
        inputs(FLOAT32, 0).forEach(call::input);
        call.input("rows", Tensor.of(new int[]{0, N}, 2));
        assertThrows(CallException.class, call::run);
        assertArrayEquals(before, session.parameters().get("w").toFloats());
        call.input("rows", Tensor.of(new int[]{0, N - 1}, 2)).run();
        assertEquals(false, Arrays.equals(before, session.parameters().get("w").toFloats()));
    }

    static Graph graph(DType dtype, Case of) {
        GraphBuilder g = Graph.builder("updates");
        of.declare(parts(g, dtype));
        return g.build();
    }

    private static Parts parts(GraphBuilder g, DType dtype) {
        Dim n = Dim.of("n");
        return new Parts(g, g.input("x", dtype, Shape.of(n, IN)), g.input("t", dtype, Shape.of(n, OUT)),
                g.parameter("w", dtype, Shape.of(IN, OUT), Initializers.uniform(-0.3, 0.3)));
    }

    private static Map<String, Tensor> inputs(DType dtype, int step) {
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        inputs.put("x", numbers(dtype, N, IN, 2 * step));
        inputs.put("t", numbers(dtype, N, OUT, 2 * step + 1));
        return inputs;
    }

    private static Tensor numbers(DType dtype, int rows, int columns, int seed) {
        float[] numbers = Networks.images(rows, columns, seed).toFloats();
        if (dtype == FLOAT32) {
            return Tensor.of(numbers, rows, columns);
        }
        double[] doubles = new double[numbers.length];
        Arrays.setAll(doubles, i -> numbers[i]);
        return Tensor.of(doubles, rows, columns);
    }

    private static void assertClose(Tensor expected, Tensor actual, String what) {
        assertArrayEquals(expected.toDoubles(), actual.toDoubles(), 1e-4, what);
    }
}
