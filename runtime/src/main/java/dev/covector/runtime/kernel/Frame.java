package dev.covector.runtime.kernel;

import java.util.function.Supplier;

/** What a call of a compiled function works on. Public fields: generated code reads them at the start of each nest. */
public final class Frame {
    /** The arrays of inputs, parameters, constants, temporaries and results, by slot. */
    public final Object[] buffers;
    /** Where in its array each buffer starts. */
    public final int[] offsets;
    /** The extents and strides that are not constants, evaluated for this call's binding of the named dimensions. */
    public final int[] dims;
    /** The scalar literals of the floating types. */
    public final double[] reals;
    /** The scalar literals of the integer types and bool. */
    public final long[] integers;
    /** What each check of an index says when it fails. */
    public final Supplier<Program.Notes> notes;
    /** The seed of the session. */
    public long seed;
    /** Counts the session's calls with random numbers. */
    public int step;

    /** A frame with room for so many slots and dimensions, over the literals and notes of its program. */
    public Frame(int buffers, int dims, double[] reals, long[] integers, Supplier<Program.Notes> notes) {
        this.buffers = new Object[buffers];
        this.offsets = new int[buffers];
        this.dims = new int[dims];
        this.reals = reals;
        this.integers = integers;
        this.notes = notes;
    }
}
