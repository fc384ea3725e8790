package dev.covector.runtime;

import java.util.concurrent.Semaphore;

/**
 * Lets calls without updates run side by side, and one with updates alone. They get their turns in the order in which they
 * come: many threads that predict without a pause don't keep one that trains from its next step, nor the reverse, as
 * they do with a {@code StampedLock}, where who comes may pass by who waits. Allocates nothing unless it waits.
 */
final class ParameterLock {
    private static final int ALL = Integer.MAX_VALUE;

    private final Semaphore permits = new Semaphore(ALL, true);

    void acquire(boolean exclusive) {
        permits.acquireUninterruptibly(exclusive ? ALL : 1);
    }

    void release(boolean exclusive) {
        permits.release(exclusive ? ALL : 1);
    }
}
