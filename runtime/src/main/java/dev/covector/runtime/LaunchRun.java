package dev.covector.runtime;

import dev.covector.runtime.kernel.Program;
import dev.covector.runtime.kernel.Scratch;
import java.util.List;

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
    }

    void run() {
        if (inline) {
            for (Step step : steps) {
                int length = step.length();
                if (length > 0) {
                    step.run(scratch[0], 0, length, indexWork);
                }
            }
        } else {
            workers.run(this, scratch.length, 1);
        }
    }

    @Override
    public void run(int worker, int from, int to) {
        for (Step step : steps) {
            int length = step.length();
            int begin = begin(length, from);
            int end = begin(length, to);
            if (begin < end) {
                step.run(scratch[worker], begin, end, indexWork);
            }
        }
    }

    private int begin(int length, int part) {
        int parts = scratch.length;
        int begin = (int) ((long) length * part / parts);
        return part < parts && length / parts >= 16 * GRAIN ? begin & -GRAIN : begin;
    }
}
