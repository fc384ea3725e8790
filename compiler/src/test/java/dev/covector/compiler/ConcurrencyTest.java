package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.CallException;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.Dim;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Many threads and one compiled graph. */
@Timeout(120)
final class ConcurrencyTest {
    private static final int THREADS = 8;
    private static final int TRAININGS = 16;
    private static final int IN = 50;
    private static final int CLASSES = 10;

    private static PreparedCall train(Session session) {
        return session.prepare("train");
    }

    private static void step(PreparedCall train, int step) {
        train.input("x", Networks.images(130, IN, step)).input("label", Networks.labels(130, CLASSES, step))
                .run();
    }

    /** The bits of all that predict returns for one batch. */
    private static List<Object> bits(Results results) {
        return List.of(FloatBuffer.wrap(results.tensor("probability").toFloats()),
                results.scalar("accuracy"));
    }

    /**
     * A second session says what each version of the parameters predicts. Eight threads ask the first one while it
     * trains: each answer is that of a version, and no thread sees an older one after a newer one. Predictions for two
     * examples are so short that they don't take the lock of the parameters.
     */
    @ParameterizedTest(name = "prepared: {0}, examples: {1}")
    @CsvSource({"false, 64", "true, 64", "true, 2"})
    void eachPredictionBelongsToOneVersionOfTheParameters(boolean prepared, int examples) throws Exception {
        CompiledGraph compiled = Compiler.compile(Networks.mlp(IN, 70, CLASSES));
        Tensor images = Networks.images(examples, IN, 99);
        Tensor labels = Networks.labels(examples, CLASSES, 99);
        Map<List<Object>, Integer> versions = new HashMap<>();
        Session alone = compiled.newSession(5);
        PreparedCall trainAlone = train(alone);
        for (int version = 0; version <= TRAININGS; version++) {
            if (version > 0) {
                step(trainAlone, version);
            }
            versions.put(bits(alone.call("predict").input("x", images).input("label", labels).run()),
                    version);
        }
        assertEquals(TRAININGS + 1, versions.size(), "each step changes what is predicted");

        Session session = compiled.newSession(5);
        AtomicInteger trained = new AtomicInteger();
        AtomicIntegerArray predicted = new AtomicIntegerArray(THREADS);
        List<Callable<Integer>> predictors = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            predictors.add(() -> {
                PreparedCall own = session.prepare("predict").input("x", images).input("label", labels);
                int last = -1;
                int seen = 0;
                while (last < TRAININGS) {
                    int least = trained.get();
                    Results results = prepared ? own.run()
                            : session.call("predict").input("x", images).input("label", labels).run();
                    int version = versions.getOrDefault(bits(results), -1);
                    assertTrue(version >= 0, "a prediction of no version");
                    assertTrue(version >= Math.max(last, least) && version <= trained.get() + 1,
                            "version " + version + " after " + last + ", at " + least);
                    seen += version > last ? 1 : 0;
                    last = version;
                    predicted.incrementAndGet(thread);
                }
                return seen;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<Future<Integer>> running = predictors.stream().map(threads::submit).toList();
            PreparedCall train = train(session);
            for (int version = 1; version <= TRAININGS; version++) {
                step(train, version);
                trained.set(version);
                // One thread at a time has to have come this far, so that all see many versions.
                int thread = version % THREADS;
                for (int before = predicted.get(thread); predicted.get(thread) == before
                        && !running.get(thread).isDone();) {
                    Thread.sleep(1);
                }
            }
            for (Future<Integer> seen : running) {
                assertTrue(seen.get() >= TRAININGS / THREADS, () -> "a thread saw too few versions");
            }
        }
    }

    /** Sessions that train side by side get what each gets alone. */
    @Test
    void sessionsOfOneGraphDoNotMeet() throws Exception {
        CompiledGraph compiled = Compiler.compile(Networks.mlp(IN, 70, CLASSES));
        List<Callable<String>> trainings = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            long seed = i / 2;
            trainings.add(() -> {
                Session session = compiled.newSession(seed);
                PreparedCall train = train(session);
                for (int step = 0; step < 6; step++) {
                    step(train, step);
                }
                return Arrays.toString(session.parameters().get("output.weight").toFloats());
            });
        }
        List<String> alone = new ArrayList<>();
        for (Callable<String> training : trainings) {
            alone.add(training.call());
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            List<String> together = new ArrayList<>();
            for (Future<String> result : threads.invokeAll(trainings)) {
                together.add(result.get());
            }
            assertEquals(alone, together);
        }
    }

    /** A counter, and a function that adds 60 / x to it, which fails for 0. */
    private static Session divisions() {
        GraphBuilder g = Graph.builder("divisions");
        Expr x = g.input("x", INT32, Shape.of(3));
        Expr calls = g.parameter("calls", INT32, Shape.of(), (b, t, s) -> b.full(t, s, 0));
        Expr quotient = g.constant(INT32, 60).div(x);
        g.function("divide").returns("y", quotient);
        g.function("count").returns("y", quotient).updates(calls, calls.plus(quotient.sum(0)));
        return Compiler.compile(g.build()).newSession(1);
    }

    /** Half of the calls fail in the middle, with and without the session to themselves, interrupted or not. */
    @Test
    void callsThatFailLeaveTheSessionToTheOthers() throws Exception {
        Session session = divisions();
        Tensor good = Tensor.of(new int[]{1, 2, 3}, 3);
        Tensor bad = Tensor.of(new int[]{1, 0, 3}, 3);
        int calls = 60;
        List<Callable<Integer>> callers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            String function = i % 2 == 0 ? "divide" : "count";
            boolean interrupted = i % 4 < 2;
            callers.add(() -> {
                PreparedCall prepared = session.prepare(function);
                int right = 0;
                for (int call = 0; call < calls; call++) {
                    if (interrupted) {
                        Thread.currentThread().interrupt();
                    }
                    boolean own = call % 3 == 0;
                    Tensor x = call % 2 == 0 ? good : bad;
                    try {
                        Results results = own ? prepared.input("x", x).run()
                                : session.call(function).input("x", x).run();
                        right += Arrays.equals(new int[]{60, 30, 20}, results.tensor("y").toInts()) ? 1 : 0;
                    } catch (CallException e) {
                        assertEquals("integer division by zero: 60 / 0", e.getMessage());
                        assertEquals(bad, x, "the call that failed");
                    }
                    assertEquals(interrupted, Thread.interrupted(), "an interrupt is the caller's");
                }
                return right;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (Future<Integer> right : threads.invokeAll(callers)) {
                assertEquals(calls / 2, right.get(), "calls that succeeded");
            }
        }
        session.parameters().set("calls", Tensor.scalar(7));
        assertThrows(CallException.class, () -> session.call("count").input("x", bad).run());
        session.parameters().set("calls", Tensor.scalar(7));
        session.call("count").input("x", good).run();
        assertEquals(7 + 110, session.parameters().get("calls").item());
    }

    /** The call fails when it binds its dimensions, half of which it has taken over by then. */
    @Test
    void aPreparedCallSurvivesInputsThatAreTooLarge() {
        GraphBuilder g = Graph.builder("outer");
        Dim n = Dim.of("n");
        Expr x = g.input("x", FLOAT32, Shape.of(n));
        g.function("f").returns("y", x.reshape(Shape.of(n, Dim.of(1))).times(x));
        PreparedCall call = Compiler.compile(g.build()).newSession(1).prepare("f");
        for (int round = 0; round < 2; round++) {
            assertEquals(4, call.input("x", Tensor.of(new float[]{1, 2}, 2)).run().tensor("y").toFloats()[3]);
            call.input("x", Tensor.zeros(FLOAT32, 100_000));
            assertThrows(CallException.class, call::run);
        }
    }
}
