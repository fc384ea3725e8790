package dev.covector.compiler.loop;

import dev.covector.runtime.Dim;
import java.util.Locale;

/** An int that is known when a nest starts. */
public sealed interface Bound {
    /** An extent of the graph: a constant in the code, or read from the frame's table of dimensions. */
    record Extent(Dim dim) implements Bound {
        @Override
        public String toString() {
            return dim.toString();
        }
    }

    /** What the caller of a nest says: its range, or which part of a contraction it works on. */
    enum Param implements Bound, Position {
        /** The first index of the nest's range. */
        FROM,
        /** The index after the last of the nest's range. */
        TO,
        /** Which matrix of a batch. */
        BATCH,
        /** The first row of the block. */
        M0,
        /** The number of rows of the block. */
        MC,
        /** The first column of the block. */
        N0,
        /** The number of columns of the block. */
        NC,
        /** The first step of the contraction. */
        K0,
        /** The number of steps. */
        KC;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The constant or named extent {@code dim}. */
    static Bound of(Dim dim) {
        return new Extent(dim);
    }

    /** The constant {@code value}. */
    static Bound of(int value) {
        return new Extent(Dim.of(value));
    }
}
