package dev.covector.runtime;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * Threads that share out the work of one loop at a time: each takes one contiguous part, the caller too.
 *
 * <p>The split is static, there is one hand-off and one join, and nothing is allocated in a run. An idle
 * thread looks for work for about 30 µs, since the next loop usually follows at once, and then sleeps.
 * All threads are daemons. An interrupt ends no run: it stays set for the caller.
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
         *     parts of one run have the same
         */
        void run(int worker, int from, int to);
    }

    private static final long SPIN_NANOS = 30_000;

    private final Helper[] helpers;
    private final boolean closeable;
    /** Spinning helps only as long as each thread has a processor to itself. */
    private final long spinNanos;
    /** Held during a run, and for ever by {@link #close}. */
    private final AtomicBoolean busy = new AtomicBoolean();

    private final AtomicInteger pending = new AtomicInteger();
    private volatile @Nullable Thread waiting;
    private volatile boolean closed;
    // The run's arguments are published by the helpers' tickets.
    private @Nullable Task task;
    private int extent;
    private int grain;
    private int parts;

    private Workers(int threads, boolean closeable) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, but is " + threads);
        }
        this.closeable = closeable;
        this.spinNanos = threads <= Runtime.getRuntime().availableProcessors() ? SPIN_NANOS : 0;
        this.helpers = new Helper[threads - 1];
        for (int i = 0; i < helpers.length; i++) {
            helpers[i] = new Helper(i + 1);
        }
        for (Helper helper : helpers) {
            helper.start();
        }
    }

    /**
     * A new set of workers, which its owner closes.
     *
     * @param threads how many work, the caller included
     * @throws IllegalArgumentException if that is less than 1
     */
    public static Workers of(int threads) {
        return new Workers(threads, true);
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
    public void run(Task task, int extent, int grain) {
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
            helper.wake();
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
            helpers[i].wake();
        }
        Throwable failure = runPart(0);
        awaitOthers();
        for (int i = 0; i < others; i++) {
            Throwable other = helpers[i].failure;
            helpers[i].failure = null;
            if (failure == null) {
                failure = other;
            } else if (other != null && other != failure) {
                failure.addSuppressed(other);
            }
        }
        return failure;
    }

    private @Nullable Throwable runPart(int worker) {
        try {
            Task current = task;
            if (current != null) {
                current.run(worker, begin(worker), begin(worker + 1));
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
        if (spinNanos > 0) {
            long begin = System.nanoTime();
            while (pending.get() != 0 && System.nanoTime() - begin < spinNanos) {
                Thread.onSpinWait();
            }
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

    @SuppressWarnings("unchecked") // the type is erased: throws what it is given, checked or not
    private static <T extends Throwable> void rethrow(Throwable t) throws T {
        throw (T) t;
    }

    private static final class Shared {
        static final Workers WORKERS = new Workers(Runtime.getRuntime().availableProcessors(), false);
    }

    /** One thread; does the part of its number whenever its ticket changes. */
    private final class Helper extends Thread {
        private final int worker;
        private volatile int ticket;
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

        /** Only the thread that holds {@link #busy} calls this, so that the increment needs no atomicity. */
        @SuppressWarnings("NonAtomicVolatileUpdate")
        void wake() {
            ticket++;
            if (parked) {
                LockSupport.unpark(this);
            }
        }

        @Override
        public void run() {
            for (int seen = 0;;) {
                awaitTicket(seen);
                seen++;
                if (closed) {
                    return;
                }
                failure = runPart(worker);
                if (pending.decrementAndGet() == 0) {
                    Thread caller = waiting;
                    if (caller != null) {
                        LockSupport.unpark(caller);
                    }
                }
            }
        }

        private void awaitTicket(int seen) {
            if (spinNanos > 0) {
                long begin = System.nanoTime();
                while (ticket == seen && System.nanoTime() - begin < spinNanos) {
                    Thread.onSpinWait();
                }
            }
            while (ticket == seen) {
                parked = true;
                if (ticket == seen) {
                    LockSupport.park(Workers.this);
                    // Means nothing to this thread, which would not sleep again as long as it is set.
                    Thread.interrupted();
                }
            }
            parked = false;
        }
    }
}
