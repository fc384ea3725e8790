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

    /**
     * An end of block number {@code block} of blocks of {@code size}: {@code block · size}, or, for the upper end,
     * {@code min(extent, (block + 1) · size)}.
     */
    record Block(Axis block, int size, Dim extent, boolean upper) implements Bound {
        @Override
        public String toString() {
            return upper ? "min(" + extent + ", " + block + "*" + size + "+" + size + ")"
                    : block + "*" + size;
        }
    }

    /** How many runs of {@code size} end before {@code value}; with {@code begun}, how many begin. */
    record Runs(Bound value, int size, boolean begun) implements Bound {
        @Override
        public String toString() {
            return begun ? "ceil(" + factor(value) + "/" + size + ")" : factor(value) + "/" + size;
        }

        private static String factor(Bound value) {
            return value instanceof Param ? value.toString() : "(" + value + ")";
        }
    }

    /** How far {@code value} is behind the start of run number {@code run} of runs of {@code size}. */
    record After(Bound value, Axis run, int size) implements Bound {
        @Override
        public String toString() {
            return value + " - " + run + "*" + size;
        }
    }

    /** {@code value}, but not below {@code low} and not above {@code high}, which is not below {@code low}. */
    record Clamped(Bound value, Bound low, Bound high) implements Bound {
        @Override
        public String toString() {
            return "clamp(" + value + ", " + low + ", " + high + ")";
        }
    }

    /** {@code by} after {@code base}: the end of a loop that always has so many iterations. */
    record Ahead(Bound base, int by) implements Bound {
        @Override
        public String toString() {
            return base + " + " + by;
        }
    }

    /** What the caller of a nest says: its range, or which part of a contraction it works on. */
    enum Param implements Bound, Position {
        /** The first index of the nest's range. */
        FROM,
        /** The index after the last of the nest's range. */
        TO,
        /** Which matrix of a batch. */
        MATRIX,
        /** The first row of the block. */
        M0,
        /** The row after the last of the block. */
        M1,
        /** The first column of the block. */
        N0,
        /** The column after the last of the block. */
        N1,
        /** The first step of the contraction. */
        K0,
        /** The step after the last. */
        K1;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How many iterations there are from {@code lower} to {@code upper}, if that is certain; else -1. */
    static int distance(Bound lower, Bound upper) {
        if (upper instanceof Ahead ahead && ahead.base().equals(lower)) {
            return ahead.by();
        }
        return lower instanceof Extent from && upper instanceof Extent to && from.dim().isConstant()
                && to.dim().isConstant() ? Math.toIntExact(Math.max(0, to.dim().value() - from.dim().value()))
                        : -1;
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
