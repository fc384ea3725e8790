package dev.covector.runtime;

import dev.covector.runtime.kernel.Program;
import dev.covector.runtime.kernel.Scratch;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One launch of a prepared call: its tasks together, cut in as many parts as there are workers. Part p of P
 * runs the p-th range of every task, so that there is one hand-off and one join for all of them.
 */
final class LaunchRun implements Workers.Task {
    /** Long ranges begin at multiples of this: whole vectors, and no cache line that two threads write. */
    private static final int GRAIN = 16;

    private final Step[] steps;
    private final Formula work;
    private final Workers workers;
    /** One for each worker, used by all launches of the call. */
    private final Scratch[] scratch;
    private boolean inline;
    /** The one task of a launch that is too little for more than one thread: many tiny graphs are one of these. */
    private Step.@Nullable Loop only;
    private long indexWork;

    LaunchRun(List<Step> steps, Formula work, Workers workers, Scratch[] scratch) {
        this.steps = steps.toArray(Step[]::new);
        this.work = work;
        this.workers = workers;
        this.scratch = scratch;
    }

    void bind(Extents extents) {
        long indices = 1;
        for (Step step : steps) {
            step.bind(extents);
            indices += step.length();
        }
        long operations = extents.evaluateLong(work);
        inline = operations < Program.Launch.WORK_FOR_ONE;
        indexWork = operations / indices;
        only = inline && steps.length == 1 && steps[0] instanceof Step.Loop loop && loop.length() > 0 ? loop
                : null;
    }

    /** Whether it is too little for more than one thread. */
    boolean isBrief() {
        return inline;
    }

    void run() {
        Step.Loop alone = only;
        if (alone != null) {
            alone.runAll(scratch[0], indexWork);
        } else if (inline) {
            for (Step step : steps) {
                int length = step.length();
                if (length > 0) {
                    step.run(scratch[0], 0, length, indexWork);
                }
            }
        } else {
            workers.run(scratch.length, 1, this);
        }
    }

    /** How many tasks there are. */
    int tasks() {
        return steps.length;
    }

    /** Whether task {@code task} runs vector code by now. */
    boolean isVector(int task) {
        return steps[task].isVector();
    }

    /**
     * As {@link #run()}, and puts the nanoseconds of each task to {@code nanos[first]} and following: of tasks that
     * threads run together, the time of all, shared out by how long the threads were busy with each.
     */
    void runTimed(long[] nanos, int first) {
        if (inline) {
            for (int task = 0; task < steps.length; task++) {
                long begin = System.nanoTime();
                if (steps[task].length() > 0) {
                    steps[task].run(scratch[0], 0, steps[task].length(), indexWork);
                }
                nanos[first + task] = System.nanoTime() - begin;
            }
            return;
        }
        long[][] busy = new long[scratch.length][steps.length];
        long begin = System.nanoTime();
        workers.run(scratch.length, 1, (worker, from, to) -> runTimed(worker, from, to, busy[worker]));
        long wall = System.nanoTime() - begin;
        long all = Arrays.stream(busy).flatMapToLong(Arrays::stream).sum();
        for (int task = 0; task < steps.length; task++) {
            long own = 0;
            for (long[] ofWorker : busy) {
                own += ofWorker[task];
            }
            nanos[first + task] = all == 0 ? wall / steps.length : Math.round((double) wall * own / all);
        }
    }

    private void runTimed(int worker, int from, int to, long[] nanos) {
        for (int task = 0; task < steps.length; task++) {
            long begin = System.nanoTime();
            runPart(steps[task], worker, from, to);
            nanos[task] += System.nanoTime() - begin;
        }
    }

    @Override
    public void run(int worker, int from, int to) {
        for (Step step : steps) {
            runPart(step, worker, from, to);
        }
    }

    private void runPart(Step step, int worker, int from, int to) {
        int length = step.length();
        int begin = begin(length, from);
        int end = begin(length, to);
        if (begin < end) {
            step.run(scratch[worker], begin, end, indexWork);
        }
    }

    private int begin(int length, int part) {
        int parts = scratch.length;
        int begin = (int) ((long) length * part / parts);
        return part < parts && length / parts >= 16 * GRAIN ? begin & -GRAIN : begin;
    }
}
