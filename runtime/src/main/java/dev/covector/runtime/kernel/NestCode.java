package dev.covector.runtime.kernel;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One nest of generated code, and which flavour of it runs now.
 *
 * <p>Vector code that C2 has not compiled yet boxes its vectors and is 100 to 1,000 times slower than scalar
 * code. So a nest starts on its scalar code. Meanwhile each call also gives the vector code a little of the
 * work, after a number of empty calls of both, which are nearly free and let their invocation counters reach
 * C2's threshold. When the vector code has kept up with the scalar code several times in a row, it takes over
 * for good. Each index runs once, in one of the two, so that a nest may update in place; and since both give
 * the same bits, nobody sees the switch.
 */
public final class NestCode {
    private static final int EMPTY_CALLS = 200;
    private static final int HOT_IN_A_ROW = 5;
    /**
     * How much of a nest one probe runs, in elementary operations: less than 100 µs even where vectors are
     * boxed.
     */
    private static final int PROBED_WORK = 4096;
    /** A range of single elements must be long enough for whole vectors. */
    private static final int MAX_PROBED_INDICES = 64;
    /** Of the parts of a contraction one in so many probes: a part can't be cut. */
    private static final int PARTS_PER_PROBE = 16;
    /** After so many probes the vector code is taken for slower, and asked only now and then. */
    private static final int EAGER_PROBES = 2_000;

    private final int nest;
    private final Code first;
    private final Code last;

    private volatile boolean hot;
    /** Held by the one thread that probes; the fields below are its own. */
    private final AtomicBoolean probing = new AtomicBoolean();
    private int probes;
    private int inARow;
    private int parts;
    private double scalarPartNanos = -1;

    private NestCode(int nest, Code first, Code last) {
        this.nest = nest;
        this.first = first;
        this.last = last;
        this.hot = first == last;
    }

    /** A nest that runs this code from the first call on. */
    static NestCode fixed(int nest, Code code) {
        return new NestCode(nest, code, code);
    }

    /** A nest that starts on {@code scalar} and changes to {@code vector}. */
    static NestCode warming(int nest, Code scalar, Code vector) {
        return new NestCode(nest, scalar, vector);
    }

    /** Whether the change is made. */
    boolean isHot() {
        return hot;
    }

    /** Runs the nest for [from, to), where an index takes about {@code indexWork} elementary operations. */
    public void run(Frame frame, Scratch scratch, int from, int to, long indexWork) {
        if (hot) {
            last.run(nest, frame, scratch, from, to);
            return;
        }
        int size = Math.clamp(PROBED_WORK / Math.max(1, indexWork), 1, MAX_PROBED_INDICES);
        if (to - from < 2 * size || !begin()) {
            first.run(nest, frame, scratch, from, to);
            return;
        }
        try {
            for (int i = 0; i < EMPTY_CALLS; i++) {
                first.run(nest, frame, scratch, from, from);
                last.run(nest, frame, scratch, from, from);
            }
            long t0 = System.nanoTime();
            last.run(nest, frame, scratch, from, from + size);
            long t1 = System.nanoTime();
            first.run(nest, frame, scratch, from + size, from + 2 * size);
            long t2 = System.nanoTime();
            judge(t1 - t0 <= t2 - t1);
        } finally {
            probing.set(false);
        }
        first.run(nest, frame, scratch, from + 2 * size, to);
    }

    /**
     * Runs the nest, a part of a contraction, for what the fields of {@code scratch} say: so many elements.
     */
    public void runPart(Frame frame, Scratch scratch, int elements) {
        if (hot) {
            last.run(nest, frame, scratch, 0, 0);
        } else if (!probing.compareAndSet(false, true)) {
            first.run(nest, frame, scratch, 0, 0);
        } else {
            try {
                probePart(frame, scratch, elements);
            } finally {
                probing.set(false);
            }
        }
    }

    private void probePart(Frame frame, Scratch scratch, int elements) {
        boolean vector = ++parts % PARTS_PER_PROBE == 0 && scalarPartNanos >= 0 && due();
        if (vector) {
            emptyParts(frame, scratch);
        }
        long before = System.nanoTime();
        (vector ? last : first).run(nest, frame, scratch, 0, 0);
        double nanos = (System.nanoTime() - before) / (double) elements;
        if (vector) {
            judge(nanos <= scalarPartNanos);
        } else {
            scalarPartNanos = nanos;
        }
    }

    private void emptyParts(Frame frame, Scratch s) {
        int m1 = s.m1;
        int n1 = s.n1;
        int k1 = s.k1;
        s.m1 = s.m0;
        s.n1 = s.n0;
        s.k1 = s.k0;
        for (int i = 0; i < EMPTY_CALLS; i++) {
            first.run(nest, frame, s, 0, 0);
            last.run(nest, frame, s, 0, 0);
        }
        s.m1 = m1;
        s.n1 = n1;
        s.k1 = k1;
    }

    private boolean begin() {
        if (!probing.compareAndSet(false, true)) {
            return false;
        }
        if (due()) {
            return true;
        }
        probing.set(false);
        return false;
    }

    private boolean due() {
        return ++probes <= EAGER_PROBES || probes % 256 == 0;
    }

    private void judge(boolean vectorKeptUp) {
        inARow = vectorKeptUp ? inARow + 1 : 0;
        if (inARow == HOT_IN_A_ROW) {
            hot = true;
        }
    }
}
