package dev.covector.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ParameterLockTest {
    private static final int TURNS = 20_000;

    private final ParameterLock lock = new ParameterLock();
    /** What the lock guards: one number, twice. */
    private long left;
    private long right;

    private void write() {
        boolean alone = lock.acquire(true);
        left++;
        right++;
        lock.release(true, alone);
    }

    private long read() {
        boolean alone = lock.acquire(false);
        long first = left;
        long second = right;
        lock.release(false, alone);
        assertEquals(first, second, "seen in the middle of a change");
        return first;
    }

    /** Without the lock, where that is enough. */
    private long readAtAGlance() {
        long seen = lock.glance();
        if (seen >= 0) {
            long first = left;
            long second = right;
            if (lock.isUnchanged(seen)) {
                assertEquals(first, second, "seen in the middle of a change");
                return first;
            }
        }
        return read();
    }

    @Test
    void aGlanceIsEnoughWhereNobodyChangesAnything() {
        long seen = lock.glance();
        boolean alone = lock.acquire(false);
        assertTrue(lock.glance() >= 0, "while another one reads");
        lock.release(false, alone);
        assertTrue(lock.isUnchanged(seen));
    }

    @Test
    void aGlanceIsNotEnoughDuringAChangeOrAcrossOne() {
        long seen = lock.glance();
        boolean alone = lock.acquire(true);
        assertTrue(lock.glance() < 0, "during a change");
        assertFalse(lock.isUnchanged(seen), "since a change has begun");
        lock.release(true, alone);
        assertFalse(lock.isUnchanged(seen), "since a change was made");
        assertTrue(lock.isUnchanged(lock.glance()));
    }

    @Test
    void aGlanceIsNotEnoughWhereSomebodyAttends() {
        lock.beAttended();
        assertTrue(lock.glance() < 0);
        lock.beUnattended();
        assertTrue(lock.glance() >= 0);
    }

    @Test
    void whoIsAloneEntersAlone() {
        for (boolean exclusive : new boolean[]{true, false}) {
            assertTrue(lock.acquire(exclusive));
            lock.release(exclusive, true);
        }
    }

    @Test
    void twoShareIt() throws Exception {
        assertTrue(lock.acquire(false));
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            assertFalse(other.submit(() -> lock.acquire(false)).get());
            other.submit(() -> lock.release(false, false)).get();
        }
        lock.release(false, true);
        assertTrue(lock.acquire(true), "the queue is empty again");
    }

    /** Pauses make the lock change between its two ways of being entered. */
    @Test
    void changesAreWholeAndNoneIsLost() throws Exception {
        List<Callable<Long>> tasks = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            boolean writes = thread % 2 == 0;
            tasks.add(() -> {
                long last = 0;
                for (int turn = 0; turn < TURNS; turn++) {
                    if (writes) {
                        write();
                    } else {
                        long seen = turn % 3 == 0 ? read() : readAtAGlance();
                        assertTrue(seen >= last, "an older value after a newer one");
                        last = seen;
                    }
                    if (turn % 64 == 0) {
                        LockSupport.parkNanos(1);
                    }
                }
                return last;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(tasks.size())) {
            for (Future<Long> task : threads.invokeAll(tasks)) {
                task.get();
            }
        }
        assertEquals(2 * TURNS, read());
    }

    /** Those who share it without a pause leave turns to one who excludes them. */
    @Test
    void nobodyIsPassedByForLong() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch reading = new CountDownLatch(3);
        List<Future<?>> readers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            for (int i = 0; i < 3; i++) {
                readers.add(threads.submit(() -> {
                    reading.countDown();
                    while (!done.get()) {
                        read();
                    }
                }));
            }
            reading.await();
            for (int turn = 0; turn < 100; turn++) {
                write();
            }
            done.set(true);
            for (Future<?> reader : readers) {
                reader.get();
            }
        }
        assertEquals(100, read());
    }

    @Test
    void anInterruptDoesNotEndTheWait() throws Exception {
        assertTrue(lock.acquire(true));
        AtomicBoolean entered = new AtomicBoolean();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread other = new Thread(() -> {
            write();
            entered.set(true);
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        other.start();
        other.interrupt();
        Thread.sleep(5);
        assertFalse(entered.get());
        lock.release(true, true);
        other.join();
        assertTrue(entered.get());
        assertTrue(interrupted.get());
    }
}
