package dev.covector.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
final class WorkersTest {
    @ParameterizedTest(name = "{0} threads, extent {1}, grain {2}")
    @CsvSource(delimiter = '|', value = {
        "1 |  10 |  1 | 0:0-10",
        "3 |   0 |  1 | ''",
        "3 |   1 |  1 | 0:0-1",
        "3 |   2 |  1 | 0:0-1 1:1-2",
        "3 |  10 |  1 | 0:0-3 1:3-6 2:6-10",
        "3 |  10 |  4 | 0:0-4 1:4-8 2:8-10",
        "3 |  10 |  6 | 0:0-6 1:6-10",
        "3 |  10 | 99 | 0:0-10",
        "2 | 2147483647 | 1000000000 | 0:0-1000000000 1:1000000000-2147483647",
    })
    void splitsStatically(int threads, int extent, int grain, String parts) {
        try (Workers workers = Workers.of(threads)) {
            for (int i = 0; i < 100; i++) {
                Set<String> seen = Collections.synchronizedSet(new TreeSet<>());
                workers.run((worker, from, to) -> seen.add(worker + ":" + from + "-" + to), extent, grain);
                assertEquals(parts, String.join(" ", seen));
            }
        }
    }

    @Test
    void partsRunInThreadsOfTheirOwn() {
        try (Workers workers = Workers.of(3)) {
            CountDownLatch together = new CountDownLatch(3);
            Set<Thread> threads = ConcurrentHashMap.newKeySet();
            workers.run((worker, from, to) -> {
                threads.add(Thread.currentThread());
                together.countDown();
                await(together);
            }, 3, 1);
            assertEquals(3, threads.size());
            assertTrue(threads.contains(Thread.currentThread()), "the caller works too");
        }
    }

    @Test
    void whatAllPartsWroteIsSeenAfterEachRun() {
        int[] counts = new int[1000];
        try (Workers workers = Workers.of(4)) {
            for (int run = 1; run <= 20_000; run++) {
                workers.run((worker, from, to) -> {
                    for (int i = from; i < to; i++) {
                        counts[i]++;
                    }
                }, counts.length, 16);
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
                        workers.run((worker, from, to) -> {
                            for (int i = from; i < to; i++) {
                                counts.incrementAndGet(i);
                            }
                        }, 100, 1);
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
            workers.run((w, f, t) -> workers.run((worker, from, to) -> {
                for (int i = from; i < to; i++) {
                    counts.incrementAndGet(f * 3 + i);
                }
            }, 3, 1), 2, 1);
            assertEquals("[1, 1, 1, 1, 1, 1]", counts.toString());
        }
    }

    @ParameterizedTest(name = "worker {0}")
    @CsvSource({"0", "1", "2"})
    void exceptionsReachTheCaller(int thrower) {
        try (Workers workers = Workers.of(3)) {
            AtomicIntegerArray done = new AtomicIntegerArray(3);
            RuntimeException thrown = new IllegalStateException("part " + thrower);
            assertSame(thrown,
                    assertThrows(IllegalStateException.class, () -> workers.run((worker, from, to) -> {
                        if (worker == thrower) {
                            throw thrown;
                        }
                        done.set(worker, 1);
                    }, 3, 1)));
            done.set(thrower, 1);
            assertEquals("[1, 1, 1]", done.toString(), "the other parts end first");
            workers.run((worker, from, to) -> done.set(worker, 2), 3, 1);
            assertEquals("[2, 2, 2]", done.toString(), "the workers live on");
        }
    }

    @Test
    void furtherExceptionsAreSuppressed() {
        try (Workers workers = Workers.of(3)) {
            Error error = assertThrows(AssertionError.class, () -> workers.run((worker, from, to) -> {
                throw new AssertionError(worker);
            }, 3, 1));
            assertEquals("0", error.getMessage());
            assertEquals(2, error.getSuppressed().length);
        }
    }

    @Test
    void closingEndsTheThreadsAndLeavesTheWorkToTheCallers() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        Workers workers = Workers.of(2);
        CountDownLatch together = new CountDownLatch(2);
        workers.run((worker, from, to) -> {
            threads.add(Thread.currentThread());
            together.countDown();
            await(together);
        }, 2, 1);
        workers.close();
        workers.close();
        threads.remove(Thread.currentThread());
        assertEquals(1, threads.size());
        assertFalse(threads.iterator().next().isAlive());
        List<String> parts = new ArrayList<>();
        workers.run((worker, from, to) -> parts.add(worker + ":" + from + "-" + to), 8, 1);
        assertEquals(List.of("0:0-8"), parts);
    }

    @Test
    void theSharedOnesCannotBeClosed() {
        int threads = Workers.shared().threads();
        Workers.shared().close();
        assertEquals(Runtime.getRuntime().availableProcessors(), threads);
        CountDownLatch together = new CountDownLatch(threads);
        Workers.shared().run((worker, from, to) -> {
            together.countDown();
            await(together);
        }, threads, 1);
    }

    @Test
    void refusesNonsense() {
        assertThrows(IllegalArgumentException.class, () -> Workers.of(0));
        assertThrows(IllegalArgumentException.class, () -> Workers.shared().run((w, f, t) -> {}, -1, 1));
        assertThrows(IllegalArgumentException.class, () -> Workers.shared().run((w, f, t) -> {}, 1, 0));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
