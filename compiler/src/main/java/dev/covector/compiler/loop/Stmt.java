package dev.covector.compiler.loop;

import dev.covector.runtime.Dim;
import dev.covector.runtime.kernel.FloatTranspose;
import java.util.List;

/** A statement of a nest; compared by identity. */
public sealed interface Stmt {
    /**
     * Runs {@code body} for each value of {@code axis} in [lower, upper).
     *
     * @param accumulators whose results can be used after the loop
     */
    record Loop(Axis axis, Bound lower, Bound upper, Order order, List<Accumulator> accumulators,
            List<Stmt> body)
            implements Stmt {
        public Loop {
            accumulators = List.copyOf(accumulators);
            body = List.copyOf(body);
        }
    }

    /** Defines a value. */
    record Let(Value value) implements Stmt {}

    /** Writes an element. */
    record Store(Access target, Value value) implements Stmt {}

    /**
     * Defines {@code axes} as the digits of {@code source} in the mixed radix {@code extents} (the last one fastest):
     * how one loop runs over several axes.
     */
    record Split(Position source, List<Axis> axes, List<Bound> extents) implements Stmt {
        public Split {
            axes = List.copyOf(axes);
            extents = List.copyOf(extents);
        }
    }

    /** Sorts a row by the upper halves, ascending as signed numbers; equal ones stay in their order. */
    record Sort(Access.Array.Pairs pairs) implements Stmt {}

    /**
     * Copies {@link FloatTranspose#COLUMNS} runs of {@code from .. to} elements, of which the first begins at {@code source} and each other
     * one {@code apart} behind the one before, so that elements of one place in the runs are side by side: those of the first
     * place from {@code target} on, those of each other place {@code step} behind those of the one before. Of float32.
     */
    record Transpose(Access source, Dim apart, Access target, int step, Bound.Param from, Bound.Param to)
            implements Stmt {}

    /** In which order a loop's iterations run, and accumulate. */
    enum Order {
        /** One after the other. */
        SEQUENTIAL,
        /**
         * Side by side: no iteration depends on another but through accumulators, which are per lane. A loop within
         * this one is SEQUENTIAL and runs for all lanes at once, so its bounds don't depend on this axis.
         */
        LANES
    }
}
