package dev.covector.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.covector.runtime.kernel.Philox;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class SessionTest {
    @Test
    void initialValuesAreComputedWithTheSeedAtStepZero() {
        Session session = ToyGraph.compiled().newSession(42);
        assertEquals(List.of("v", "pair"), session.parameters().names());
        assertArrayEquals(new int[]{42, -1}, session.parameters().get("pair").toInts());
        assertEquals(1, session.parameters().get("v").getDouble(ToyGraph.V - 1), "1 + step");
    }

    @Test
    void sessionsShareNothing() {
        CompiledGraph graph = ToyGraph.compiled();
        Session one = graph.newSession(1);
        Session two = graph.newSession(1);
        one.call("advance").input("by", Tensor.scalar(5f)).run();
        assertEquals(6, one.parameters().get("v").getDouble(0));
        assertEquals(1, two.parameters().get("v").getDouble(0));
    }

    @Test
    void listsWhatCanBeCalled() {
        CompiledGraph graph = ToyGraph.compiled();
        assertEquals(List.of("rows", "advance", "read", "swap", "draw", "matmul32", "matmul64"),
                graph.functionNames());
        assertEquals(List.of("x", "bias", "twice"), graph.inputNames("rows"));
        assertEquals(List.of("sum", "x"), graph.resultNames("rows"));
    }

    @Test
    void parametersAreCopiedInAndOut() {
        Session session = ToyGraph.compiled().newSession(42);
        Tensor value = Tensor.view(new int[]{0, 7, 8}, 1, 2);
        session.parameters().set("pair", value);
        ((int[]) value.array())[1] = 99;
        Tensor read = session.parameters().get("pair");
        ((int[]) read.array())[0] = 98;
        assertArrayEquals(new int[]{7, 8}, session.parameters().get("pair").toInts());
    }

    @Test
    void commitsComeAfterTheResultsThatReadTheOldValues() {
        Session session = ToyGraph.compiled().newSession(42);
        Results results = session.call("swap").run();
        assertArrayEquals(new int[]{42, -1}, results.tensor("before").toInts());
        assertArrayEquals(new int[]{-1, 42}, session.parameters().get("pair").toInts());
        assertArrayEquals(new int[]{-1, 42}, session.call("swap").run().tensor("before").toInts());
    }

    @Test
    void randomCallsAreCounted() {
        Session session = ToyGraph.compiled().newSession(42);
        PreparedCall draw = session.prepare("draw");
        for (int step = 1; step <= 3; step++) {
            Results results = step == 2 ? session.call("draw").run() : draw.run();
            assertEquals(Philox.bits32(42, step, 7, 99) >>> 8, results.tensor("u").getDouble(99),
                    "step " + step);
        }
    }

    @Test
    void resultsOfACallAreTheCallersForGood() {
        Session session = ToyGraph.compiled().newSession(42);
        Results first = call(session, 4, 10f);
        Tensor sum = first.tensor("sum");
        Results second = call(session, 4, 20f);
        assertArrayEquals(sums(4, 10f), sum.toFloats());
        assertArrayEquals(sums(4, 20f), second.tensor("sum").toFloats());
        assertNotSame(sum.array(), second.tensor("sum").array());
    }

    @Test
    void resultsOfAPreparedCallAreViewsThatTheNextRunOverwrites() {
        Session session = ToyGraph.compiled().newSession(42);
        PreparedCall rows = session.prepare("rows");
        Tensor first = give(rows, 4, 10f).run().tensor("sum");
        Results results = give(rows, 4, 20f).run();
        assertSame(first, results.tensor("sum"));
        assertArrayEquals(sums(4, 20f), first.toFloats());
    }

    @Test
    void aResultThatIsAParameterIsNoViewOfIt() {
        Session session = ToyGraph.compiled().newSession(42);
        Results results = session.prepare("read").run();
        session.call("advance").input("by", Tensor.scalar(5f)).run();
        assertEquals(1, results.tensor("itself").getDouble(0));
    }

    @Test
    void inputsStayFromRunToRunAndAreReadWhenItRuns() {
        Session session = ToyGraph.compiled().newSession(42);
        PreparedCall advance = session.prepare("advance");
        float[] by = {1};
        advance.input("by", Tensor.of(by)).run();
        by[0] = 10;
        advance.run();
        assertEquals(12, session.parameters().get("v").getDouble(7));
    }

    @ParameterizedTest(name = "{0} threads")
    @ValueSource(ints = {1, 2, 7})
    void dimensionsGrowAndShrink(int threads) {
        try (Workers workers = Workers.of(threads)) {
            Session session = ToyGraph.compiled().newSession(42, SessionOptions.defaults().workers(workers));
            PreparedCall rows = session.prepare("rows");
            for (int batch : new int[]{3, 1, 0, 1000, 5, 10_000, 9_999}) {
                Results results = give(rows, batch, 0.5f).run();
                assertArrayEquals(sums(batch, 0.5f), results.tensor("sum").toFloats(), "batch " + batch);
                assertEquals(batch, results.tensor("x").dim(0));
                assertArrayEquals(sums(batch, 0.5f), call(session, batch, 0.5f).tensor("sum").toFloats());
            }
        }
    }

    @ParameterizedTest(name = "{0} threads")
    @ValueSource(ints = {1, 2, 7})
    void contractions(int threads) {
        try (Workers workers = Workers.of(threads)) {
            Session session = ToyGraph.compiled().newSession(42, SessionOptions.defaults().workers(workers));
            for (int[] size : new int[][]{{1, 1, 1}, {13, 5, 33}, {50, 450, 40}, {12, 0, 3}, {100, 7, 65}}) {
                int m = size[0];
                int k = size[1];
                int n = size[2];
                // Small integers, so that sums are exact in any order.
                double[] a = IntStream.range(0, m * k).mapToDouble(i -> i * 7 % 11 - 5).toArray();
                double[] b = IntStream.range(0, k * n).mapToDouble(i -> i * 5 % 13 - 6).toArray();
                double[] c = new double[m * n];
                for (int i = 0; i < m * n; i++) {
                    for (int p = 0; p < k; p++) {
                        c[i] += a[i / n * k + p] * b[p * n + i % n];
                    }
                }
                String what = Arrays.toString(size);
                assertArrayEquals(c, session.call("matmul64").input("a", Tensor.of(a, m, k))
                        .input("b", Tensor.of(b, k, n)).run().tensor("c").toDoubles(), what);
                assertArrayEquals(c, session.call("matmul32").input("a", Tensor.of(floats(a), m, k))
                        .input("b", Tensor.of(floats(b), k, n)).run().tensor("c").toDoubles(), what);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void flavours(Flavour flavour) {
        assumeTrue(
                flavour != Flavour.VECTOR
                        || ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
                "the Vector API is missing");
        AtomicInteger vectorCalls = new AtomicInteger();
        try (Workers workers = Workers.of(2)) {
            Session session = ToyGraph.withVectorCode(vectorCalls).newSession(42,
                    SessionOptions.defaults().workers(workers).flavour(flavour));
            assertEquals(0, vectorCalls.get(), "initial values take scalar code");
            int calls = 200;
            for (int i = 0; i < calls; i++) {
                session.call("advance").input("by", Tensor.scalar(1f)).run();
            }
            float[] expected = new float[ToyGraph.V];
            Arrays.fill(expected, 1 + calls);
            assertArrayEquals(expected, session.parameters().get("v").toFloats());
            switch (flavour) {
                case SCALAR -> assertEquals(0, vectorCalls.get());
                case VECTOR -> assertEquals(2 * calls, vectorCalls.get(), "a call of each of two threads");
                case AUTO -> {} // when it changes is a matter of time
            }
        }
    }

    @Test
    void eachConcurrentCallSeesOneVersionOfTheParameters() throws Exception {
        int trainings = 300;
        try (Workers workers = Workers.of(3); ExecutorService threads = Executors.newFixedThreadPool(3)) {
            Session session = ToyGraph.compiled().newSession(42, SessionOptions.defaults().workers(workers));
            AtomicBoolean done = new AtomicBoolean();
            Callable<Integer> reader = () -> {
                int versions = 0;
                for (float last = 0; !done.get() || last == 0;) {
                    Results results = session.call("read").run();
                    for (String name : results.names()) {
                        float[] v = results.tensor(name).toFloats();
                        for (float value : v) {
                            assertEquals(v[0], value, "a call saw two versions");
                        }
                        versions += v[0] > last ? 1 : 0;
                        last = v[0];
                    }
                    assertEquals(results.tensor("copy").getDouble(0), results.tensor("itself").getDouble(0));
                }
                return versions;
            };
            List<Future<Integer>> readers = List.of(threads.submit(reader), threads.submit(reader));
            for (int i = 0; i < trainings; i++) {
                session.call("advance").input("by", Tensor.scalar(1f)).run();
            }
            done.set(true);
            for (Future<Integer> versions : readers) {
                assertNotEquals(0, versions.get());
            }
            assertEquals(1 + trainings, session.parameters().get("v").getDouble(0));
        }
    }

    @ParameterizedTest(name = "{0} threads")
    @ValueSource(ints = {1, 2, 7})
    void preparedRunsAllocateNothing(int threads) {
        ThreadMXBean bean = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        assumeTrue(bean != null && bean.isThreadAllocatedMemorySupported(),
                "this JVM does not count allocated bytes");
        try (Workers workers = Workers.of(threads)) {
            Session session = ToyGraph.compiled().newSession(42, SessionOptions.defaults().workers(workers));
            PreparedCall rows = session.prepare("rows");
            PreparedCall advance = session.prepare("advance").input("by", Tensor.scalar(1f));
            PreparedCall matmul = session.prepare("matmul32").input("a", Tensor.zeros(DType.FLOAT32, 30, 20))
                    .input("b", Tensor.zeros(DType.FLOAT32, 20, 40));
            List<Tensor[]> batches = new ArrayList<>();
            for (int batch : new int[]{256, 17, 208}) {
                batches.add(new Tensor[]{x(batch), bias(batch, 1f), twice(batch)});
            }
            Runnable runs = () -> {
                for (int i = 0; i < 1_000; i++) {
                    Tensor[] batch = batches.get(i % batches.size());
                    rows.input("x", batch[0]).input("bias", batch[1]).input("twice", batch[2]).run();
                    advance.run();
                    matmul.run();
                }
            };
            runs.run();
            runs.run();
            long[] ids = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("covector-worker"))
                    .mapToLong(Thread::threadId).toArray();
            long own = 1;
            long others = 1;
            // The JVM itself may allocate when code runs for the first time, such as that for going to sleep.
            for (int attempt = 0; attempt < 10 && own + others != 0; attempt++) {
                others = allocated(bean, ids);
                own = bean.getCurrentThreadAllocatedBytes();
                runs.run();
                own = bean.getCurrentThreadAllocatedBytes() - own;
                others = allocated(bean, ids) - others;
            }
            assertEquals(0, own, "bytes that the caller allocated in 3,000 runs, ten times");
            assertEquals(0, others, "bytes that the workers allocated in 3,000 runs, ten times");
        }
    }

    private static long allocated(ThreadMXBean bean, long[] threads) {
        long bytes = 0;
        for (long thread : threads) {
            bytes += bean.getThreadAllocatedBytes(thread);
        }
        return bytes;
    }

    private static Results call(Session session, int batch, float bias) {
        return session.call("rows").input("x", x(batch)).input("bias", bias(batch, bias))
                .input("twice", twice(batch)).run();
    }

    private static PreparedCall give(PreparedCall rows, int batch, float bias) {
        return rows.input("x", x(batch)).input("bias", bias(batch, bias)).input("twice", twice(batch));
    }

    /** Rows from the middle of a larger array. */
    private static Tensor x(int batch) {
        float[] x = new float[3 * (batch + 2)];
        for (int i = 0; i < x.length; i++) {
            x[i] = i - 3;
        }
        return Tensor.of(x, batch + 2, 3).rows(1, batch + 1);
    }

    private static Tensor bias(int batch, float bias) {
        float[] values = new float[batch];
        Arrays.fill(values, bias);
        return Tensor.of(values, batch);
    }

    private static Tensor twice(int batch) {
        return Tensor.zeros(DType.INT32, 2 * batch);
    }

    private static float[] sums(int batch, float bias) {
        float[] sums = new float[batch];
        for (int i = 0; i < batch; i++) {
            sums[i] = 9f * i + 3 + bias;
        }
        return sums;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
