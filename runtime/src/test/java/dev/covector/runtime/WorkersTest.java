package dev.covector.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class WorkersTest {
    @ParameterizedTest(name = "{0} threads, extent {1}, grain {2}")
    @CsvSource(delimiter = '|', value = {
        "1 |  10 |  1 | 0-10",
        "3 |   0 |  1 | ''",
        "3 |   1 |  1 | 0-1",
        "3 |   2 |  1 | 0-1 1-2",
        "3 |  10 |  1 | 0-3 3-6 6-10",
        "3 |  10 |  4 | 0-4 4-8 8-10",
        "3 |  10 |  6 | 0-6 6-10",
        "3 |  10 | 99 | 0-10",
        "2 | 2147483647 | 1000000000 | 0-1000000000 1000000000-2147483647",
    })
    void splitsStatically(int threads, int extent, int grain, String parts) {
        try (Workers workers = Workers.of(threads)) {
            for (int i = 0; i < 100; i++) {
                Set<String> seen = Collections.synchronizedSet(new TreeSet<>());
                workers.run(extent, grain, (worker, from, to) -> seen.add(from + "-" + to));
                assertEquals(parts, String.join(" ", seen));
            }
        }
    }

    @Test
    void theCallerDoesWhatNoOtherThreadHasBegun() {
        Workers workers = new Workers(3, true, helper -> {});
        List<String> seen = new ArrayList<>();
        workers.run(9, 1, (worker, from, to) -> seen.add(worker + ":" + from + "-" + to));
        assertEquals(List.of("0:0-3", "0:6-9", "0:3-6"), seen);
        RuntimeException first = new IllegalStateException("0");
        assertSame(first,
                assertThrows(IllegalStateException.class, () -> workers.run(9, 1, (worker, from, to) -> {
                    throw from == 0 ? first : new IllegalStateException("from " + from);
                })));
        assertEquals(List.of("from 6", "from 3"),
                Stream.of(first.getSuppressed()).map(Throwable::getMessage).toList());
    }

    @Test
    void threadsThatComeLateWorkInTheNextRun() {
        List<Thread> late = new ArrayList<>();
        try (Workers workers = new Workers(2, true, late::add)) {
            workers.run(2, 1, (worker, from, to) -> assertEquals(0, worker));
            late.forEach(Thread::start);
            CountDownLatch together = new CountDownLatch(2);
            workers.run(2, 1, (worker, from, to) -> {
                assertEquals(from, worker);
                together.countDown();
                await(together);
            });
        }
    }

    @Test
    void aWorkersNumberIsOneThreadsAtATime() {
        AtomicIntegerArray inside = new AtomicIntegerArray(3);
        try (Workers workers = Workers.of(3)) {
            for (int run = 0; run < 20_000; run++) {
                workers.run(3, 1, (worker, from, to) -> {
                    assertEquals(1, inside.incrementAndGet(worker));
                    inside.decrementAndGet(worker);
                });
            }
        }
    }

    @Test
    void partsRunInThreadsOfTheirOwn() {
        try (Workers workers = Workers.of(3)) {
            CountDownLatch together = new CountDownLatch(3);
            Set<Thread> threads = ConcurrentHashMap.newKeySet();
            workers.run(3, 1, (worker, from, to) -> {
                threads.add(Thread.currentThread());
                together.countDown();
                await(together);
            });
            assertEquals(3, threads.size());
            assertTrue(threads.contains(Thread.currentThread()), "the caller works too");
        }
    }

    @Test
    void whatAllPartsWroteIsSeenAfterEachRun() {
        int[] counts = new int[1000];
        try (Workers workers = Workers.of(4)) {
            for (int run = 1; run <= 20_000; run++) {
                workers.run(counts.length, 16, (worker, from, to) -> {
                    for (int i = from; i < to; i++) {
                        counts[i]++;
                    }
                });
                assertEquals(run, counts[run % 1000]);
            }
        }
    }

    @Test
    void callersAtOnceEachGetTheirWorkDoneOnce() throws InterruptedException {
        try (Workers workers = Workers.of(3)) {
            List<Thread> callers = new ArrayList<>();
            AtomicReference<Throwable> failure = new AtomicReference<>();
            for (int c = 0; c < 4; c++) {
                Thread caller = new Thread(() -> {
                    AtomicIntegerArray counts = new AtomicIntegerArray(100);
                    for (int run = 1; run <= 5_000; run++) {
                        workers.run(100, 1, (worker, from, to) -> {
                            for (int i = from; i < to; i++) {
                                counts.incrementAndGet(i);
                            }
                        });
                        for (int i = 0; i < 100; i++) {
                            assertEquals(run, counts.get(i));
                        }
                    }
                });
                caller.setUncaughtExceptionHandler((t, e) -> failure.set(e));
                callers.add(caller);
                caller.start();
            }
            for (Thread caller : callers) {
                caller.join();
            }
            assertEquals(null, failure.get());
        }
    }

    @Test
    void aTaskMayRunAnother() {
        try (Workers workers = Workers.of(2)) {
            AtomicIntegerArray counts = new AtomicIntegerArray(6);
            workers.run(2, 1, (w, f, t) -> workers.run(3, 1, (worker, from, to) -> {
                for (int i = from; i < to; i++) {
                    counts.incrementAndGet(f * 3 + i);
                }
            }));
            assertEquals("[1, 1, 1, 1, 1, 1]", counts.toString());
        }
    }

    @ParameterizedTest(name = "part {0}")
    @CsvSource({"0", "1", "2"})
    void exceptionsReachTheCaller(int thrower) {
        try (Workers workers = Workers.of(3)) {
            AtomicIntegerArray done = new AtomicIntegerArray(3);
            RuntimeException thrown = new IllegalStateException("part " + thrower);
            assertSame(thrown,
                    assertThrows(IllegalStateException.class, () -> workers.run(3, 1, (worker, from, to) -> {
                        if (from == thrower) {
                            throw thrown;
                        }
                        done.set(from, 1);
                    })));
            done.set(thrower, 1);
            assertEquals("[1, 1, 1]", done.toString(), "the other parts end first");
            workers.run(3, 1, (worker, from, to) -> done.set(from, 2));
            assertEquals("[2, 2, 2]", done.toString(), "the workers live on");
        }
    }

    @Test
    void furtherExceptionsAreSuppressed() {
        try (Workers workers = Workers.of(3)) {
            Error error = assertThrows(AssertionError.class, () -> workers.run(3, 1, (worker, from, to) -> {
                throw new AssertionError(from);
            }));
            assertEquals("0", error.getMessage());
            assertEquals(2, error.getSuppressed().length);
        }
    }

    /**
     * What an idle thread may take in 300 ms. One that looked for work all the time would take all of them, or its share
     * on a machine that is busy.
     */
    private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    @ParameterizedTest
    @ValueSource(
            strings = {"after a run", "after a failure", "after an interrupt", "interrupted by its task"})
    void idleThreadsAreDaemonsThatSleep(String state) throws InterruptedException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        assumeTrue(threads.isThreadCpuTimeSupported(), "this JVM does not count the CPU time of threads");
        try (Workers workers = Workers.of(2)) {
            AtomicReference<Thread> helper = new AtomicReference<>(Thread.currentThread());
            runTogether(workers, () -> helper.set(Thread.currentThread()));
            assertTrue(helper.get().isDaemon());
            switch (state) {
                case "after a failure" ->
                        assertThrows(IllegalStateException.class, () -> runTogether(workers, () -> {
                            throw new IllegalStateException();
                        }));
                case "after an interrupt" -> helper.get().interrupt();
                case "interrupted by its task" ->
                        runTogether(workers, () -> Thread.currentThread().interrupt());
                default -> {}
            }
            Thread.sleep(50);
            long before = threads.getThreadCpuTime(helper.get().threadId());
            Thread.sleep(300);
            long idle = threads.getThreadCpuTime(helper.get().threadId()) - before;
            assertTrue(idle < IDLE_NANOS, () -> "an idle thread took " + idle + " ns of 300 ms");
            AtomicIntegerArray done = new AtomicIntegerArray(2);
            runTogether(workers, () -> done.set(1, 1));
            assertEquals("[0, 1]", done.toString(), "it still works");
        }
    }

    /** Runs two parts at the same time, that of the worker that is not the caller with an action. */
    private static void runTogether(Workers workers, Runnable others) {
        CountDownLatch together = new CountDownLatch(2);
        workers.run(2, 1, (worker, from, to) -> {
            together.countDown();
            await(together);
            if (worker == 1) {
                others.run();
            }
        });
    }

    /** The caller's part is done first, and it waits for the other one: asleep, though it has been interrupted. */
    @Test
    void anInterruptedCallerSleepsAndStaysInterrupted() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        assumeTrue(threads.isCurrentThreadCpuTimeSupported(),
                "this JVM does not count the CPU time of threads");
        try (Workers workers = Workers.of(2)) {
            AtomicIntegerArray done = new AtomicIntegerArray(2);
            CountDownLatch begun = new CountDownLatch(1);
            Workers.Task task = (worker, from, to) -> {
                if (worker == 1) {
                    begun.countDown();
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
                } else {
                    await(begun);
                    Thread.currentThread().interrupt();
                }
                done.set(worker, 1);
            };
            long before = threads.getCurrentThreadCpuTime();
            workers.run(2, 1, task);
            long waited = threads.getCurrentThreadCpuTime() - before;
            assertTrue(Thread.interrupted(), "the interrupt is the caller's to act on");
            assertEquals("[1, 1]", done.toString());
            assertTrue(waited < IDLE_NANOS, () -> "the caller took " + waited + " ns to wait for 300 ms");
        }
    }

    @Test
    void threadsKeepNothingOfWhoMadeThem() {
        InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
        local.set("the maker's");
        try (Workers workers = Workers.of(2)) {
            List<Object> seen = Collections.synchronizedList(new ArrayList<>());
            runTogether(workers, () -> {
                seen.add(String.valueOf(local.get()));
                seen.add(String.valueOf(Thread.currentThread().getContextClassLoader()));
            });
            assertEquals(List.of("null", "null"), seen);
        } finally {
            local.remove();
        }
    }

    @Test
    void closingEndsTheThreadsAndLeavesTheWorkToTheCallers() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        Workers workers = Workers.of(2);
        CountDownLatch together = new CountDownLatch(2);
        workers.run(2, 1, (worker, from, to) -> {
            threads.add(Thread.currentThread());
            together.countDown();
            await(together);
        });
        workers.close();
        workers.close();
        threads.remove(Thread.currentThread());
        assertEquals(1, threads.size());
        assertFalse(threads.iterator().next().isAlive());
        List<String> parts = new ArrayList<>();
        workers.run(8, 1, (worker, from, to) -> parts.add(worker + ":" + from + "-" + to));
        assertEquals(List.of("0:0-8"), parts);
    }

    @Test
    void theSharedOnesCannotBeClosed() {
        int threads = Workers.shared().threads();
        Workers.shared().close();
        assertEquals(Runtime.getRuntime().availableProcessors(), threads);
        CountDownLatch together = new CountDownLatch(threads);
        Workers.shared().run(threads, 1, (worker, from, to) -> {
            together.countDown();
            await(together);
        });
    }

    @Test
    void refusesNonsense() {
        assertThrows(IllegalArgumentException.class, () -> Workers.of(0));
        assertThrows(IllegalArgumentException.class, () -> Workers.shared().run(-1, 1, (w, f, t) -> {}));
        assertThrows(IllegalArgumentException.class, () -> Workers.shared().run(1, 0, (w, f, t) -> {}));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
