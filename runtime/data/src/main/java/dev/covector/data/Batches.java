package dev.covector.data;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one epoch, to be gone through once, by one thread at a time. In a {@code try} block, the prefetching
 * thread has ended when the block is left:
 *
 * <pre>{@code
 * try (Batches batches = loader.epoch(epoch)) {
 *     for (Batch batch : batches) { … }
 * }
 * }</pre>
 */
public final class Batches implements Iterable<Batch>, AutoCloseable {
    /** After which the thread of a loop that was just left ends; a loop that only takes long gets another. */
    private static final int IDLE_MILLISECONDS = 100;

    private final int count;
    private final int ahead;
    private final IntFunction<Batch> prepare;
    private final Queue<Future<Batch>> pending = new ArrayDeque<>();
    private @Nullable ThreadPoolExecutor worker;
    private int submitted;
    private int taken;
    private boolean started;

    Batches(int count, int ahead, IntFunction<Batch> prepare) {
        this.count = count;
        this.ahead = ahead;
        this.prepare = prepare;
    }

    /**
     * The batches in order. A batch is valid until the next one is asked for.
     *
     * @throws IllegalStateException if it was called before
     */
    @Override
    public Iterator<Batch> iterator() {
        if (started) {
            throw new IllegalStateException("the batches of an epoch can be gone through once;"
                    + " ask the loader for the epoch again");
        }
        started = true;
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return taken < count;
            }

            @Override
            public Batch next() {
                if (taken >= count) {
                    throw new NoSuchElementException(
                            "an epoch of " + count + " batches has ended, or was closed");
                }
                try {
                    Batch batch = ahead == 0 ? prepare.apply(taken) : prefetched();
                    taken++;
                    return batch;
                } catch (Throwable e) {
                    close();
                    throw e;
                } finally {
                    if (taken >= count) {
                        close();
                    }
                }
            }
        };
    }

    /**
     * Asks for the batches up to {@code ahead} after this one, then waits for it. The batch before it is done with, so
     * of {@code ahead + 1} batches that are about, each has buffers of its own. Asking only now, rather than letting a
     * thread wait for room in a queue, leaves nothing waiting when a loop is just left.
     */
    private Batch prefetched() {
        ThreadPoolExecutor thread = worker;
        if (thread == null) {
            thread = new ThreadPoolExecutor(1, 1, IDLE_MILLISECONDS, TimeUnit.MILLISECONDS,
                    new LinkedBlockingQueue<>(),
                    Thread.ofPlatform().daemon().name("covector-data-prefetch").factory());
            thread.allowCoreThreadTimeOut(true);
            worker = thread;
        }
        while (submitted < count && submitted <= taken + ahead) {
            int next = submitted++;
            pending.add(thread.submit(() -> prepare.apply(next)));
        }
        try {
            return pending.remove().get();
        } catch (ExecutionException e) {
            // The same object, so that the loop can catch its type; where the loop was is told along.
            Throwable cause = Objects.requireNonNull(e.getCause());
            cause.addSuppressed(new IllegalStateException("thrown while batch " + taken + " was prefetched"));
            if (cause instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) cause;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (CancellationException) new CancellationException(
                    "interrupted while waiting for batch " + taken)
                    .initCause(e);
        }
    }

    /**
     * Ends the epoch. Returns when the prefetching thread has ended; a step that it is in is interrupted, and finishes.
     */
    @Override
    public void close() {
        taken = count;
        pending.clear();
        ThreadPoolExecutor thread = worker;
        if (thread == null) {
            return;
        }
        worker = null;
        thread.shutdownNow();
        boolean interrupted = false;
        while (true) {
            try {
                if (thread.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS)) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
