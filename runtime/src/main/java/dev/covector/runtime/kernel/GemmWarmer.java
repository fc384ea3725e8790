package dev.covector.runtime.kernel;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gets a vector tile compiled before anybody waits for it: until C2 has compiled it, its vectors are
 * boxed and it is a hundred to a thousand times slower than the scalar tile.
 *
 * <p>A daemon thread calls the tile without steps, which is nearly free and lets its invocation
 * counter reach C2's threshold, and between such calls really, so that the profile is true and the time
 * tells whether the code is there. Both tiles give the same bits: nobody sees the switch.
 */
final class GemmWarmer {
    /** Steps of a real call. */
    static final int STEPS = 64;

    private static final int EMPTY_CALLS = 200;
    /** A real call takes about 1 µs compiled by C2, and 80 µs or more before. */
    private static final long HOT_NANOS = 10_000;
    private static final int HOT_IN_A_ROW = 3;
    /** After this time the tile is taken for one that this JVM can't compile well. */
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(60);

    /** Calls a tile once with this many steps. */
    interface Tile {
        void call(int steps);
    }

    private final String name;
    private final Tile tile;
    private final AtomicBoolean started = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean hot;

    GemmWarmer(String name, Tile tile) {
        this.name = name;
        this.tile = tile;
    }

    /** Whether the tile is compiled. */
    boolean hot() {
        return hot;
    }

    /** Whether the tile is compiled; if not, starts with it. */
    boolean wanted() {
        if (!hot) {
            start();
        }
        return hot;
    }

    /** Starts the thread, once. */
    void start() {
        if (!started.get() && started.compareAndSet(false, true)) {
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
            long begin = System.nanoTime();
            for (int inARow = 0; inARow < HOT_IN_A_ROW;) {
                for (int i = 0; i < EMPTY_CALLS; i++) {
                    tile.call(0);
                }
                long before = System.nanoTime();
                tile.call(STEPS);
                long after = System.nanoTime();
                inARow = after - before < HOT_NANOS ? inARow + 1 : 0;
                if (after - begin > GIVE_UP_NANOS) {
                    return;
                }
            }
            hot = true;
        } finally {
            ended.countDown();
        }
    }
}
