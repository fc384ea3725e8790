package dev.covector.runtime.kernel;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Gets a vector tile compiled before anybody waits for it: until C2 has compiled it, its vectors are
 * boxed and it is a hundred to a thousand times slower than the scalar tile.
 *
 * <p>A daemon thread calls the tile without steps, which is nearly free and lets its invocation
 * counter reach C2's threshold, and between such calls really, so that the profile is true and the time
 * tells whether the code is there. Real calls are short and few, and the thread sleeps in between: the processor is
 * needed by the JVM's compiler, and by whoever compiles the graph meanwhile. Both tiles give the same bits: nobody
 * sees the switch.
 */
final class GemmWarmer {
    /** Steps of a real call. */
    static final int STEPS = 8;

    private static final int EMPTY_CALLS = 600;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** A real call takes about 0.2 µs compiled by C2, and 10 µs or more before. */
    private static final long HOT_NANOS = 2_000;
    private static final int HOT_IN_A_ROW = 3;
    /** After this time the tile is taken for one that this JVM can't compile well. */
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Warmers at work. */
    private static final AtomicInteger BUSY = new AtomicInteger();

    /** Calls a tile once with this many steps. */
    interface Tile {
        void call(int steps);
    }

    private final String name;
    private final int patience;
    private final Supplier<Tile> tile;
    private final AtomicBoolean started = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean hot;
    /** Counted carelessly. */
    private int missed;

    /**
     * A warmer that has not started.
     *
     * @param patience how often the tile must have been missed before it is worth compiling
     * @param tile     is asked on the warmer's own thread, since loading the Vector API takes its time, too
     */
    GemmWarmer(String name, int patience, Supplier<Tile> tile) {
        this.name = name;
        this.patience = patience;
        this.tile = tile;
    }

    /** Whether some tile is being compiled, and other vector code should wait. */
    static boolean busy() {
        return BUSY.get() > 0;
    }

    /** Whether the tile is compiled. */
    boolean isHot() {
        return hot;
    }

    /** Whether the tile is compiled; if not and it has been missed often, starts with it. */
    boolean wanted() {
        if (!hot && ++missed > patience) {
            start();
        }
        return hot;
    }

    /** Starts the thread, once. */
    void start() {
        if (!started.get() && started.compareAndSet(false, true)) {
            BUSY.incrementAndGet();
            Thread thread = new Thread(null, this::warm, name, 0, false);
            thread.setContextClassLoader(null);
            thread.setDaemon(true);
            thread.start();
        }
    }

    /** Starts if need be and waits until the tile is hot; false if it is not by then. */
    boolean await(long time, TimeUnit unit) throws InterruptedException {
        start();
        return ended.await(time, unit) && hot;
    }

    private void warm() {
        try {
            Tile called = tile.get();
            long begin = System.nanoTime();
            for (int inARow = 0; inARow < HOT_IN_A_ROW;) {
                long before = System.nanoTime();
                called.call(STEPS);
                long after = System.nanoTime();
                if (after - before < HOT_NANOS) {
                    inARow++;
                    continue;
                }
                inARow = 0;
                if (after - begin > GIVE_UP_NANOS) {
                    return;
                }
                for (int i = 0; i < EMPTY_CALLS; i++) {
                    called.call(0);
                }
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
            hot = true;
        } finally {
            BUSY.decrementAndGet();
            ended.countDown();
        }
    }
}
