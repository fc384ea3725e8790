package dev.covector.runtime.kernel;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One nest of generated code, and which flavour of it runs now.
 *
 * <p>Vector code that C2 has not compiled yet boxes its vectors and is 100 to 1,000 times slower than scalar
 * code. So a nest starts on its scalar code, and now and then a call gives the vector code a little of the work: a
 * <em>trial</em>. When the vector code has kept up with the scalar code several times in a row, it takes over for good.
 * Each index runs once, in one of the two, so that a nest may update in place; and since both give the same bits,
 * nobody sees the switch.
 *
 * <p><b>What trials may cost.</b> A fixed share of the time that the nest has taken so far: heavy nests are tried first,
 * and one that takes no time is never compiled twice. C2 gets to vector code soon all the same, because empty calls,
 * which are nearly free, let its invocation counter reach the threshold.
 */
public final class NestCode {
    /** Trials may take one part in so many of the nest's time. */
    private static final int SHARE = 8;
    /** What the first trial is taken to cost. */
    private static final long FIRST_TRIAL_NANOS = 1_000_000;
    /** More than this a trial never counts: it was the first, which links what later ones find linked. */
    private static final long MAX_TRIAL_NANOS = 4 * FIRST_TRIAL_NANOS;
    /** Before the first trial, since C1 compiles after 200 calls. */
    private static final int FIRST_EMPTY_CALLS = 300;
    /** After a trial; C2 compiles after 5,000 calls, some of which must have had work for the profile to be true. */
    private static final int EMPTY_CALLS = 1_000;
    private static final int HOT_IN_A_ROW = 5;
    /**
     * How much of a nest a trial runs, in elementary operations: doubles from the first to the last, which takes some
     * microseconds, since a shorter one would only show which of the two was still in the processor's caches.
     */
    private static final int FIRST_WORK = 256;
    private static final int LAST_WORK = 1 << 16;
    /** A trial that takes longer is not made larger unless scalar code takes as long. */
    private static final long QUICK_NANOS = 50_000;
    /** What is too little to be cut is tried as a whole up to so many elementary operations. */
    private static final int UNCUT_WORK = 1 << 18;
    private static final int MAX_TRIED_INDICES = 1 << 12;
    /** What a nest tells of itself is not tried where it is more than so many elementary operations. */
    private static final long MAX_SAMPLE_WORK = 1 << 21;
    /** After so many trials the vector code is taken for slower, and asked only now and then. */
    private static final int EAGER_TRIALS = 2_000;
    private static final int SELDOM = 256;

    private final int nest;
    private final Code first;
    private final @Nullable DeferredCode deferred;
    /** What it changes to, once that is made; until then {@code first}. */
    private Code last;

    private volatile boolean hot;
    /** Held by the one thread that measures; the fields below are its own. */
    private final AtomicBoolean measuring = new AtomicBoolean();
    private long scalarNanos;
    private long trialNanos;
    private long nextTrialNanos = FIRST_TRIAL_NANOS;
    private double scalarPartNanos;
    private int work = FIRST_WORK;
    /** So many indices run all loops of the vector code, as far as it has told. */
    private int sample = 1;
    private int trials;
    private int inARow;
    /** Calls since the vector code is taken for slower; counted carelessly. */
    private int calls;

    private NestCode(int nest, Code first, @Nullable DeferredCode deferred) {
        this.nest = nest;
        this.first = first;
        this.last = first;
        this.deferred = deferred;
        this.hot = deferred == null;
    }

    /** A nest that runs this code from the first call on. */
    static NestCode fixed(int nest, Code code) {
        return new NestCode(nest, code, null);
    }

    /** A nest that starts on {@code scalar} and changes to {@code vector}. */
    static NestCode warming(int nest, Code scalar, DeferredCode vector) {
        return new NestCode(nest, scalar, vector);
    }

    /** Whether the change is made. */
    public boolean isHot() {
        return hot;
    }

    /** Runs the nest for [from, to), where an index takes about {@code indexWork} elementary operations. */
    public void run(Frame frame, Scratch scratch, int from, int to, long indexWork) {
        if (hot) {
            last.run(nest, frame, scratch, from, to);
            return;
        }
        int size = Math.clamp(work / Math.max(1, indexWork), 1, MAX_TRIED_INDICES);
        long most = UNCUT_WORK;
        if (sample > size && sample * indexWork <= MAX_SAMPLE_WORK) {
            size = sample;
            most = 2 * MAX_SAMPLE_WORK;
        }
        if (from < to && to - from < 2 * size && indexWork * (to - from) <= most) {
            runUncut(frame, scratch, from, to, to - from);
            return;
        }
        if (to - from < 2 * size || !begin()) {
            first.run(nest, frame, scratch, from, to);
            return;
        }
        try {
            long begin = System.nanoTime();
            int next = from;
            if (due()) {
                next = trial(frame, scratch, from, size, begin);
                begin = System.nanoTime();
            }
            first.run(nest, frame, scratch, next, to);
            scalarNanos += System.nanoTime() - begin;
        } finally {
            measuring.set(false);
        }
    }

    /** Tries the vector code on {@code size} indices, compares with as many others, and returns the next one. */
    private int trial(Frame frame, Scratch scratch, int from, int size, long begin) {
        if (firstTrial()) {
            emptyCalls(frame, scratch, from, FIRST_EMPTY_CALLS);
            return from;
        }
        last.run(nest, frame, scratch, from, from + size);
        long vector = System.nanoTime() - begin;
        first.run(nest, frame, scratch, from + size, from + 2 * size);
        long scalar = System.nanoTime() - begin - vector;
        judge(vector <= scalar && work == LAST_WORK);
        if (vector < QUICK_NANOS || vector <= scalar) {
            work = Math.min(2 * work, LAST_WORK);
        }
        if (vector > scalar) {
            emptyCalls(frame, scratch, from, EMPTY_CALLS);
        }
        pay(System.nanoTime() - begin - scalar);
        return from + 2 * size;
    }

    private void emptyCalls(Frame frame, Scratch scratch, int index, int count) {
        scratch.sample = 1;
        for (int i = 0; i < count; i++) {
            last.run(nest, frame, scratch, index, index);
        }
        sample = scratch.sample;
    }

    /**
     * Runs the nest, a part of a contraction, for what the fields of {@code scratch} say: so many elements.
     */
    public void runPart(Frame frame, Scratch scratch, int elements) {
        if (hot) {
            last.run(nest, frame, scratch, 0, 0);
        } else {
            runUncut(frame, scratch, 0, 0, elements);
        }
    }

    /** Runs what can't be cut, or is too little for it: all of it in either code. */
    private void runUncut(Frame frame, Scratch scratch, int from, int to, int elements) {
        if (!begin()) {
            first.run(nest, frame, scratch, from, to);
            return;
        }
        try {
            if (scalarPartNanos == 0 || !due() || !uncutTrial(frame, scratch, from, to, elements)) {
                long begin = System.nanoTime();
                first.run(nest, frame, scratch, from, to);
                long nanos = System.nanoTime() - begin;
                scalarNanos += nanos;
                scalarPartNanos = (double) nanos / elements;
            }
        } finally {
            measuring.set(false);
        }
    }

    /** Has the vector code do all, unless it is too early for that, and compares with the call before. */
    private boolean uncutTrial(Frame frame, Scratch scratch, int from, int to, int elements) {
        if (firstTrial()) {
            emptyParts(frame, scratch, FIRST_EMPTY_CALLS);
            return false;
        }
        long begin = System.nanoTime();
        last.run(nest, frame, scratch, from, to);
        boolean keptUp = System.nanoTime() - begin <= scalarPartNanos * elements;
        judge(keptUp);
        scalarPartNanos = 0; // a part that something disturbed must not count twice
        if (!keptUp) {
            emptyParts(frame, scratch, EMPTY_CALLS);
        }
        pay(System.nanoTime() - begin);
        return true;
    }

    private void emptyParts(Frame frame, Scratch s, int count) {
        int m1 = s.m1;
        int n1 = s.n1;
        int k1 = s.k1;
        s.m1 = s.m0;
        s.n1 = s.n0;
        s.k1 = s.k0;
        emptyCalls(frame, s, 0, count);
        s.m1 = m1;
        s.n1 = n1;
        s.k1 = k1;
    }

    /** Whether this call is to be measured, by this thread. */
    private boolean begin() {
        return (trials < EAGER_TRIALS || ++calls % SELDOM == 0) && measuring.compareAndSet(false, true);
    }

    /** Whether a trial is paid for, no tile wants the compiler, and there is something to try. */
    private boolean due() {
        if ((trialNanos + nextTrialNanos) * SHARE > scalarNanos || GemmWarmer.busy() || !made()) {
            return false;
        }
        trials++;
        return true;
    }

    private boolean made() {
        if (last == first && deferred != null) {
            Code vector = deferred.poll();
            if (vector == null) {
                return false;
            }
            last = vector;
        }
        return true;
    }

    private boolean firstTrial() {
        return trials == 1;
    }

    private void pay(long nanos) {
        trialNanos += Math.min(nanos, MAX_TRIAL_NANOS);
        nextTrialNanos = Math.min(nanos, FIRST_TRIAL_NANOS);
    }

    private void judge(boolean keptUp) {
        inARow = keptUp ? inARow + 1 : 0;
        if (inARow == HOT_IN_A_ROW) {
            hot = true;
        }
    }
}
