package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.Interpreter;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Initializer;
import dev.covector.graph.nn.Adagrad;
import dev.covector.graph.nn.Adam;
import dev.covector.graph.nn.AdamW;
import dev.covector.graph.nn.Optimizer;
import dev.covector.graph.nn.RmsProp;
import dev.covector.graph.nn.Schedule;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.DType;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Optimisers, step by step, against their formulas written out in plain Java: interpreted and compiled. */
final class OptimizersTest {
    private static final int STEPS = 5;
    /** Two parameters. */
    private static final double[][] START = {{1, -2, 0.5, 4, -0.25, 0}, {3, -1}};
    private static final double[][] TARGET = {{0, 1, -1, 3.5, 2, 0}, {-3, -1.5}};
    private static final double[][] CURVATURE = {{1, 2, 0.5, 4, 1e-3, 3}, {0.25, 8}};

    /** What an optimiser does to one element: may keep numbers in {@code slots}, which start as 0. */
    @FunctionalInterface
    interface Formula {
        /** @param n the number of this step, from 1 */
        double next(int n, double w, double g, double[] slots);
    }

    /** What happens to all gradients before. */
    @FunctionalInterface
    interface Clipping {
        double clipped(double g, double norm);
    }

    /** @param states what it keeps for the parameter a, and for all */
    record Case(String name, Optimizer optimizer, List<String> states, Formula formula, Clipping clipping) {
        Case(String name, Optimizer optimizer, List<String> states, Formula formula) {
            this(name, optimizer, states, formula, (g, norm) -> g);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        Formula adam = (n, w, g, s) -> {
            s[0] = 0.9 * s[0] + 0.1 * g;
            s[1] = 0.999 * s[1] + 0.001 * g * g;
            double m = s[0] / (1 - Math.pow(0.9, n));
            double v = s[1] / (1 - Math.pow(0.999, n));
            return w - 0.1 * m / (Math.sqrt(v) + 1e-8);
        };
        List<String> adams = List.of("a/adam.m", "a/adam.v", "adam.step");
        return Stream.of(
                new Case("SGD", Sgd.of(0.1), List.of(), (n, w, g, s) -> w - 0.1 * g),
                new Case("SGD, decaying", Sgd.of(0.1).weightDecay(0.3), List.of(),
                        (n, w, g, s) -> w - 0.1 * (g + 0.3 * w)),
                new Case("momentum", Sgd.of(0.1).momentum(0.9), List.of("a/sgd.v"), (n, w, g, s) -> {
                    s[0] = 0.9 * s[0] + g;
                    return w - 0.1 * s[0];
                }),
                new Case("momentum, decaying", Sgd.of(0.1).momentum(0.5).weightDecay(0.3).named("slow"),
                        List.of("a/slow.v"), (n, w, g, s) -> {
                            s[0] = 0.5 * s[0] + g + 0.3 * w;
                            return w - 0.1 * s[0];
                        }),
                new Case("Nesterov", Sgd.of(0.1).nesterov(0.9).weightDecay(0.3), List.of("a/sgd.v"),
                        (n, w, g, s) -> {
                            double d = g + 0.3 * w;
                            s[0] = 0.9 * s[0] + d;
                            return w - 0.1 * (d + 0.9 * s[0]);
                        }),
                new Case("Adagrad", Adagrad.of(0.5), List.of("a/adagrad.sum"), (n, w, g, s) -> {
                    s[0] += g * g;
                    return w - 0.5 * g / (Math.sqrt(s[0]) + 1e-10);
                }),
                new Case("Adagrad, decaying", Adagrad.of(0.5).weightDecay(0.3).epsilon(0.1),
                        List.of("a/adagrad.sum"), (n, w, g, s) -> {
                            double d = g + 0.3 * w;
                            s[0] += d * d;
                            return w - 0.5 * d / (Math.sqrt(s[0]) + 0.1);
                        }),
                new Case("RMSProp", RmsProp.of(0.1), List.of("a/rmsprop.v"), (n, w, g, s) -> {
                    s[0] = 0.99 * s[0] + 0.01 * g * g;
                    return w - 0.1 * g / (Math.sqrt(s[0]) + 1e-8);
                }),
                new Case("RMSProp, decaying", RmsProp.of(0.1).decay(0.5).epsilon(0.1).weightDecay(0.3),
                        List.of("a/rmsprop.v"), (n, w, g, s) -> {
                            double d = g + 0.3 * w;
                            s[0] = 0.5 * s[0] + 0.5 * d * d;
                            return w - 0.1 * d / (Math.sqrt(s[0]) + 0.1);
                        }),
                new Case("Adam", Adam.of(0.1), adams, adam),
                new Case("Adam, decaying", Adam.of(0.1).betas(0.8, 0.9).epsilon(0.1).weightDecay(0.3), adams,
                        (n, w, g, s) -> {
                            double d = g + 0.3 * w;
                            s[0] = 0.8 * s[0] + 0.2 * d;
                            s[1] = 0.9 * s[1] + 0.1 * d * d;
                            double m = s[0] / (1 - Math.pow(0.8, n));
                            double v = s[1] / (1 - Math.pow(0.9, n));
                            return w - 0.1 * m / (Math.sqrt(v) + 0.1);
                        }),
                new Case("Adam without averages", Adam.of(0.1).betas(0, 0), adams,
                        (n, w, g, s) -> w - 0.1 * g / (Math.abs(g) + 1e-8)),
                new Case("AdamW", AdamW.of(0.1), List.of("a/adamw.m", "a/adamw.v", "adamw.step"),
                        (n, w, g, s) -> adam.next(n, w, g, s) - 0.1 * 0.01 * w),
                new Case("AdamW, scheduled", AdamW.of(Schedule.exponential(0.1, 0.5)).weightDecay(0.3),
                        List.of("a/adamw.m", "a/adamw.v", "adamw.step"), (n, w, g, s) -> {
                            double step = adam.next(n, w, g, s) - w;
                            return w + (step - 0.1 * 0.3 * w) * Math.pow(0.5, n - 1);
                        }),
                new Case("SGD, scheduled", Sgd.of(Schedule.linear(0.1, 0.3, 2)), List.of("sgd.step"),
                        (n, w, g, s) -> w - Math.min(0.3, 0.1 * n) * g),
                new Case("SGD, clipped by norm", Sgd.of(0.1).weightDecay(0.3).clipByGlobalNorm(2), List.of(),
                        (n, w, g, s) -> w - 0.1 * (g + 0.3 * w), (g, norm) -> g * Math.min(1, 2 / norm)),
                new Case("SGD, with a norm that is small", Sgd.of(0.1).clipByGlobalNorm(1e3), List.of(),
                        (n, w, g, s) -> w - 0.1 * g),
                new Case("Adam, clipped by value", Adam.of(0.1).clipByValue(0.5), adams, adam,
                        (g, norm) -> Math.max(-0.5, Math.min(0.5, g))));
    }

    private static Graph training(DType dtype, Optimizer optimizer) {
        GraphBuilder g = Graph.builder("training");
        Expr loss = g.constant(dtype, 0.0);
        for (int k = 0; k < 2; k++) {
            Shape shape = k == 0 ? Shape.of(2, 3) : Shape.of(2);
            Expr w = g.parameter(k == 0 ? "a" : "b", dtype, shape,
                    constant(START[k]));
            Expr target = constant(TARGET[k]).create(g, dtype, shape);
            Expr curvature = constant(CURVATURE[k]).create(g, dtype, shape);
            loss = loss.plus(w.minus(target).square().times(curvature).sum().times(0.5));
        }
        g.function("train").returns("loss", loss).updates(optimizer.minimize(loss));
        return g.build();
    }

    private static Initializer constant(double[] values) {
        return (g, dtype, shape) -> g.constant(Tensor.of(values, values.length)).cast(dtype).reshape(shape);
    }

    /** The parameters after each step, a and b behind each other. */
    private static double[][] expected(Case c) {
        double[] w = flat(START);
        double[][] slots = new double[w.length][2];
        double[][] after = new double[STEPS][];
        for (int n = 1; n <= STEPS; n++) {
            double[] gradient = new double[w.length];
            for (int i = 0; i < w.length; i++) {
                gradient[i] = flat(CURVATURE)[i] * (w[i] - flat(TARGET)[i]);
            }
            double norm = Math.sqrt(Arrays.stream(gradient).map(g -> g * g).sum());
            for (int i = 0; i < w.length; i++) {
                w[i] = c.formula.next(n, w[i], c.clipping.clipped(gradient[i], norm), slots[i]);
            }
            after[n - 1] = w.clone();
        }
        return after;
    }

    private static double[] flat(double[]... parts) {
        return Arrays.stream(parts).flatMapToDouble(Arrays::stream).toArray();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void stepsAsItsFormulaSays(Case c) {
        double[][] expected = expected(c);
        Graph graph = training(FLOAT64, c.optimizer);
        Graph differentiated = Differentiate.differentiate(graph);
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        Interpreter.initialValues(graph, 0).forEach((path, value) -> parameters.put(path, value.toTensor()));
        Session doubles = Compiler.compile(graph).newSession(0);
        Session floats = Compiler.compile(training(FLOAT32, c.optimizer)).newSession(0);
        for (int n = 0; n < STEPS; n++) {
            Interpreter.run(differentiated, "train", Map.of(), parameters, 0, n).updates()
                    .forEach((path, value) -> parameters.put(path, value.toTensor()));
            doubles.call("train").run();
            floats.call("train").run();
            assertClose(expected[n], parameters, 1e-13, "interpreted, step " + n);
            assertClose(expected[n], doubles.parameters().toMap(), 1e-13, "float64, step " + n);
            assertClose(expected[n], floats.parameters().toMap(), 4e-6, "float32, step " + n);
        }
    }

    private static void assertClose(double[] expected, Map<String, Tensor> parameters, double bound,
            String where) {
        double[] got = flat(Objects.requireNonNull(parameters.get("a")).toDoubles(),
                Objects.requireNonNull(parameters.get("b")).toDoubles());
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], got[i], bound * Math.max(1, Math.abs(expected[i])),
                    where + ", element " + i);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void keepsWhatItNeedsUnderThePathOfTheParameter(Case c) {
        TreeSet<String> states = new TreeSet<>();
        training(FLOAT32, c.optimizer).parameters().stream().filter(p -> !p.trainable())
                .map(Graph.Parameter::name).filter(name -> !name.startsWith("b/")).forEach(states::add);
        assertEquals(new TreeSet<>(c.states), states);
    }

    // ---- schedules

    record Rates(String name, Schedule schedule, IntToDoubleFunction rate) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Rates> schedules() {
        return Stream.of(new Rates("constant", Schedule.constant(0.3), t -> 0.3),
                new Rates("step", Schedule.step(0.4, 3, 0.5), t -> 0.4 * Math.pow(0.5, Math.floor(t / 3.0))),
                new Rates("multi-step", Schedule.multiStep(0.4, 0.1, 2, 5),
                        t -> t < 2 ? 0.4 : t < 5 ? 0.04 : 0.004),
                new Rates("exponential", Schedule.exponential(0.4, 0.9), t -> 0.4 * Math.pow(0.9, t)),
                new Rates("cosine", Schedule.cosine(0.4, 0.1, 6),
                        t -> 0.1 + 0.3 * (1 + Math.cos(Math.PI * Math.min(t, 6) / 6)) / 2),
                new Rates("linear", Schedule.linear(0.4, 0.1, 4), t -> 0.4 - 0.075 * Math.min(t, 4)),
                new Rates("warm-up", Schedule.exponential(0.4, 0.9).warmUp(4),
                        t -> 0.4 * Math.pow(0.9, t) * Math.min(1, (t + 1) / 4.0)),
                new Rates("one after the other",
                        Schedule.linear(0, 0.4, 3).then(3, Schedule.cosine(0.4, 0, 4)),
                        t -> t < 3 ? 0.4 * t / 3 : 0.2 * (1 + Math.cos(Math.PI * Math.min(t - 3, 4) / 4))));
    }

    /** The gradient is 1, so that the steps are the rates. */
    @ParameterizedTest
    @MethodSource("schedules")
    void ratesAreCountedFromZero(Rates c) {
        GraphBuilder g = Graph.builder("schedule");
        Expr w = g.parameter("w", FLOAT64, Shape.scalar(), (b, dtype, shape) -> b.constant(dtype, 0.0));
        g.function("train").updates(Sgd.of(c.schedule).minimize(w));
        Session session = Compiler.compile(g.build()).newSession(0);
        double before = 0;
        for (int t = 0; t < 9; t++) {
            session.call("train").run();
            double after = session.parameters().get("w").item();
            assertEquals(c.rate.applyAsDouble(t), before - after, 1e-14, "step " + t);
            before = after;
        }
        assertEquals(9, session.parameters().get("sgd.step").item());
    }

    // ---- what is trained

    @Test
    void othersKeepTheirValues() {
        GraphBuilder g = Graph.builder("frozen");
        Expr loss = g.constant(FLOAT64, 0.0);
        for (String path : List.of("head.0.w", "head.1.w", "head", "header.w", "body.w")) {
            loss = loss.plus(
                    g.parameter(path, FLOAT64, Shape.scalar(), (b, dtype, shape) -> b.constant(dtype, 1.0)));
        }
        g.function("train").updates(Sgd.of(1).minimize(loss, g.trainable(loss, "head")));
        Session session = Compiler.compile(g.build()).newSession(0);
        session.call("train").run();
        assertEquals(List.of(0.0, 0.0, 0.0, 1.0, 1.0),
                session.parameters().toMap().values().stream().map(Tensor::item).toList());
    }

    @Test
    void numbersThatMakeNoSenseAreRefused() {
        for (Executable wrong : List.<Executable>of(() -> Sgd.of(-0.1), () -> Sgd.of(Double.NaN),
                () -> Sgd.of(0.1).momentum(1), () -> Sgd.of(0.1).weightDecay(-1),
                () -> Adam.of(0.1).betas(0.9, 1),
                () -> RmsProp.of(0.1).decay(-0.1), () -> Adam.of(0.1).clipByGlobalNorm(0),
                () -> Adam.of(0.1).clipByValue(-1), () -> Schedule.cosine(0.1, 0, 0),
                () -> Schedule.exponential(0.1, 0))) {
            assertTrue(
                    String.valueOf(assertThrows(IllegalArgumentException.class, wrong).getMessage()).matches(
                            "the [a-z ]+ is [-0-9.NaE]+, should be .+"));
        }
    }
}
