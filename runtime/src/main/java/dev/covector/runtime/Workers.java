package dev.covector.runtime;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Threads that share out the work of one loop at a time: each takes one contiguous part, the caller too.
 *
 * <p>The split is static, so that a thread finds in its caches what it wrote in the loop before; there is one hand-off and
 * one join, and nothing is allocated in a run. What another thread has not begun when the caller is done with its own
 * part, the caller does too: a run never waits for a thread that has no processor.
 *
 * <p>An idle thread looks for work for about 1 ms, since the next loop usually follows at once and a thread that sleeps
 * takes some 50 µs to come; all but the first 20 µs of it lets go of the processor whenever somebody else wants it,
 * such as the JVM's compiler. Then it sleeps. All threads are daemons. An interrupt ends no run: it stays set for the caller.
 *
 * <p>Several callers may use one instance at once: the first gets the threads, another does its work
 * alone meanwhile. So does a task that itself calls {@link #run}, but as worker 0: it must not rely
 * on the worker's number then.
 */
public final class Workers implements AutoCloseable {
    /** The work of a loop. */
    public interface Task {
        /**
         * Does the part {@code [from, to)}.
         *
         * @param worker which of the workers runs it, from 0 (the caller) up to {@link #threads()} - 1; no two
         *     parts that run at the same time have the same
         */
        void run(int worker, int from, int to);
    }

    /** So long a thread that waits keeps its processor. */
    private static final long SPIN_NANOS = 20_000;
    /** So long it looks before it sleeps: longer than most of what one thread of a call does alone. */
    private static final long LOOK_NANOS = 1_000_000;

    private final Helper[] helpers;
    private final boolean closeable;
    /** Looking helps only as long as each thread has a processor to itself. */
    private final long lookNanos;
    /** Held during a run, and for ever by {@link #close}. */
    private final AtomicBoolean busy = new AtomicBoolean();

    private final AtomicInteger pending = new AtomicInteger();
    private volatile @Nullable Thread waiting;
    private volatile boolean closed;
    // The run's arguments are published by what the helpers are offered.
    private @Nullable Task task;
    private int extent;
    private int grain;
    private int parts;

    /** With a {@code starter} of the helpers' threads: a test's may leave them where they are. */
    Workers(int threads, boolean closeable, Consumer<Thread> starter) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, but is " + threads);
        }
        this.closeable = closeable;
        this.lookNanos = threads <= Runtime.getRuntime().availableProcessors() ? LOOK_NANOS : 0;
        this.helpers = new Helper[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper(i + 1);
        }
        for (Helper helper : helpers) {
            starter.accept(helper);
        }
    }

    /**
     * A new set of workers, which its owner closes.
     *
     * @param threads how many work, the caller included
     * @throws IllegalArgumentException if that is less than 1
     */
    public static Workers of(int threads) {
        return new Workers(threads, true, Thread::start);
    }

    /** The workers that all share who don't ask for their own: one a processor; never closed. */
    public static Workers shared() {
        return Shared.WORKERS;
    }

    /** How many work, the caller included. */
    public int threads() {
        return helpers.length + 1;
    }

    /**
     * Runs the task over {@code [0, extent)} and returns when all of it is done. Parts begin at
     * multiples of the grain; there are at most {@link #threads()}, none of them empty.
     *
     * @throws IllegalArgumentException if the extent is negative or the grain is not positive
     * @throws RuntimeException what a part threw, after all parts have ended; what others threw as well
     *     is suppressed in it
     */
    public void run(int extent, int grain, Task task) {
        if (extent < 0 || grain < 1) {
            throw new IllegalArgumentException("extent " + extent + ", grain " + grain);
        }
        if (extent == 0) {
            return;
        }
        int grains = (extent - 1) / grain + 1;
        int count = Math.min(grains, threads());
        if (count == 1 || !busy.compareAndSet(false, true)) {
            task.run(0, 0, extent);
            return;
        }
        Throwable failure;
        try {
            this.task = task;
            this.extent = extent;
            this.grain = grain;
            this.parts = count;
            failure = runParts();
            this.task = null;
        } finally {
            busy.set(false);
        }
        if (failure != null) {
            Workers.<RuntimeException>rethrow(failure);
        }
    }

    /**
     * Ends the threads and waits for that, after the run under way if there is one. Runs that come later
     * are done by their callers alone. The shared workers stay as they are.
     */
    @Override
    public void close() {
        if (!closeable || closed) {
            return;
        }
        while (!busy.compareAndSet(false, true)) {
            if (closed) {
                return;
            }
            LockSupport.parkNanos(this, SPIN_NANOS);
        }
        closed = true;
        boolean interrupted = false;
        for (Helper helper : helpers) {
            LockSupport.unpark(helper);
            while (helper.isAlive()) {
                try {
                    helper.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable Throwable runParts() {
        int others = parts - 1;
        pending.set(others);
        for (int i = 0; i < others; i++) {
            helpers[i].offer();
        }
        Throwable failure = runPart(0, 0);
        for (int i = others - 1; i >= 0; i--) { // the last one was told last
            if (helpers[i].take()) {
                failure = both(failure, runPart(0, i + 1));
                pending.decrementAndGet();
            }
        }
        awaitOthers();
        for (int i = 0; i < others; i++) {
            failure = both(failure, helpers[i].failure);
            helpers[i].failure = null;
        }
        return failure;
    }

    private static @Nullable Throwable both(@Nullable Throwable first, @Nullable Throwable second) {
        if (first == null) {
            return second;
        }
        if (second != null && second != first) {
            first.addSuppressed(second);
        }
        return first;
    }

    private @Nullable Throwable runPart(int worker, int part) {
        try {
            Task current = task;
            if (current != null) {
                current.run(worker, begin(part), begin(part + 1));
            }
            return null;
        } catch (Throwable t) { // whatever it is, the caller must not hang, and gets it
            return t;
        }
    }

    private int begin(int part) {
        int grains = (extent - 1) / grain + 1;
        return (int) Math.min(extent, (long) grains * part / parts * grain);
    }

    private void awaitOthers() {
        if (pending.get() == 0) {
            return;
        }
        long begin = System.nanoTime();
        for (long waited = 0; waited < lookNanos; waited = System.nanoTime() - begin) {
            if (pending.get() == 0) {
                return;
            }
            pause(waited);
        }
        boolean interrupted = false;
        while (pending.get() != 0) {
            waiting = Thread.currentThread();
            if (pending.get() != 0) {
                LockSupport.park(this);
                // For the caller's own code to act on; until then it would keep this thread from sleeping.
                interrupted |= Thread.interrupted();
            }
        }
        waiting = null;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // no order of threads hangs on it: it only saves time
    private static void pause(long waited) {
        if (waited < SPIN_NANOS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }

    @SuppressWarnings("unchecked") // the type is erased: throws what it is given, checked or not
    private static <T extends Throwable> void rethrow(Throwable t) throws T {
        throw (T) t;
    }

    private static final class Shared {
        static final Workers WORKERS =
                new Workers(Runtime.getRuntime().availableProcessors(), false, Thread::start);
    }

    /** One thread; does the part of its number whenever it is offered, unless the caller has begun with it. */
    private final class Helper extends Thread {
        private final int worker;
        /** Whether there is a part that nobody has begun. */
        private final AtomicBoolean offered = new AtomicBoolean();
        private volatile boolean parked;
        /** Written before {@link #pending} goes down, read after it is 0. */
        private @Nullable Throwable failure;

        Helper(int worker) {
            // Nothing of whoever happens to make the workers: the shared ones outlive it.
            super(null, null, "covector-worker-" + worker, 0, false);
            setContextClassLoader(null);
            this.worker = worker;
            setDaemon(true);
        }

        void offer() {
            offered.set(true);
            if (parked) {
                LockSupport.unpark(this);
            }
        }

        /** Whether the part is now for the thread that asks, and for no other. */
        boolean take() {
            return offered.get() && offered.compareAndSet(true, false);
        }

        @Override
        public void run() {
            while (awaitPart()) {
                failure = runPart(worker, worker);
                if (pending.decrementAndGet() == 0) {
                    Thread caller = waiting;
                    if (caller != null) {
                        LockSupport.unpark(caller);
                    }
                }
            }
        }

        /** Returns with a part taken; or with false, when the workers are closed. */
        private boolean awaitPart() {
            while (!closed) {
                long begin = System.nanoTime();
                long waited = 0;
                do {
                    if (take()) {
                        return true;
                    }
                    pause(waited);
                    waited = System.nanoTime() - begin;
                } while (waited < lookNanos);
                parked = true;
                if (!offered.get() && !closed) {
                    LockSupport.park(Workers.this);
                    // Means nothing to this thread, which would not sleep again as long as it is set.
                    Thread.interrupted();
                }
                parked = false;
            }
            return false;
        }
    }
}
