package dev.covector.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets calls without updates run side by side, and one with updates alone. They get their turns in the order in which they
 * come: many threads that predict without a pause don't keep one that trains from its next step, nor the reverse, as
 * they do with a {@code StampedLock}, where who comes may pass by who waits. Allocates nothing unless it waits.
 *
 * <p>Who finds nobody else takes it by one compare-and-set and gives it back by a plain store: a call of a tiny graph
 * takes no longer than two more of them would. As soon as a second one comes, all go by the queue, until it is empty.
 *
 * <p>Who only reads, and briefly, need not take it at all: {@link #glance}, read, and look by {@link #isUnchanged} whether
 * what was read belongs together, as with a sequence lock. So calls that predict don't wait for each other's writes, and the
 * processor may begin the next one before it has finished the last.
 */
final class ParameterLock {
    private static final int ALL = Integer.MAX_VALUE;
    private static final int NOBODY = 0;
    private static final int SHARES = 1;
    private static final int EXCLUDES = 2;
    private static final long SHORT_WAIT_NANOS = 1_000;
    private static final long LONG_WAIT_NANOS = 1_000_000;
    private static final VarHandle ALONE;
    private static final VarHandle SEQUENCE;

    static {
        try {
            ALONE = MethodHandles.lookup().findVarHandle(ParameterLock.class, "alone", int.class);
            SEQUENCE = MethodHandles.lookup().findVarHandle(ParameterLock.class, "sequence", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Semaphore permits = new Semaphore(ALL, true);
    /** How many go by the queue: they wait, or have the lock. Nobody enters alone meanwhile. */
    private final AtomicInteger queue = new AtomicInteger();
    /** What who entered alone does. */
    private volatile int alone;
    /**
     * Greater after each change; odd while somebody changes something, or {@link #attended}. Written by who has it exclusively,
     * so that who glances reads one number.
     */
    private volatile int sequence;
    /** How many want to see each call; known to who has it exclusively. */
    private int attended;

    /**
     * Begins to read without taking the lock.
     *
     * @return what {@link #isUnchanged} wants to know, or a negative number if it has to be taken
     */
    long glance() {
        int seen = sequence;
        return (seen & 1) == 0 ? Integer.toUnsignedLong(seen) : -1;
    }

    /** Whether nobody has changed anything since that {@link #glance}. */
    boolean isUnchanged(long seen) {
        // Or what was read before might be read after the number.
        VarHandle.acquireFence();
        return sequence == (int) seen;
    }

    /** To be called by who has taken it exclusively, before the first change. */
    private void beginChange() {
        SEQUENCE.setOpaque(this, sequence | 1);
        // Or a change might be seen before the number.
        VarHandle.storeStoreFence();
    }

    /** To be called by who has taken it exclusively, after the last change. */
    private void endChange() {
        SEQUENCE.setRelease(this, (sequence | 1) + (attended == 0 ? 1 : 2));
    }

    /**
     * Takes the lock.
     *
     * @return what {@link #release} wants to know: whether it was entered alone
     */
    boolean acquire(boolean exclusive) {
        if (queue.get() == 0 && ALONE.compareAndSet(this, NOBODY, exclusive ? EXCLUDES : SHARES)) {
            // Of two who come at once, one by the queue, each sees the other at least.
            if (queue.get() == 0) {
                if (exclusive) {
                    beginChange();
                }
                return true;
            }
            alone = NOBODY;
        }
        queue.incrementAndGet();
        permits.acquireUninterruptibly(exclusive ? ALL : 1);
        awaitLast(exclusive);
        if (exclusive) {
            beginChange();
        }
        return false;
    }

    /**
     * From now on nobody enters alone, nor reads at a glance, until {@link #beUnattended}: so a call learns from what it is
     * told anyway that it should look for who profiles it or checks it, and others pay nothing for that.
     */
    void beAttended() {
        queue.incrementAndGet();
        attend(1);
    }

    /** Takes a {@link #beAttended} back. */
    void beUnattended() {
        attend(-1);
        queue.decrementAndGet();
    }

    private void attend(int more) {
        boolean enteredAlone = acquire(true);
        attended += more;
        release(true, enteredAlone);
    }

    void release(boolean exclusive, boolean enteredAlone) {
        if (exclusive) {
            endChange();
        }
        if (enteredAlone) {
            ALONE.setRelease(this, NOBODY);
        } else {
            permits.release(exclusive ? ALL : 1);
            queue.decrementAndGet();
        }
    }

    /** Waits for the one who entered alone, who does not look whether anybody waits. */
    private void awaitLast(boolean exclusive) {
        boolean interrupted = false;
        for (long nanos = SHORT_WAIT_NANOS; alone == EXCLUDES || exclusive && alone == SHARES;) {
            LockSupport.parkNanos(this, nanos);
            // For the caller's own code to act on; until then it would keep this thread from sleeping.
            interrupted |= Thread.interrupted();
            nanos = Math.min(2 * nanos, LONG_WAIT_NANOS);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
