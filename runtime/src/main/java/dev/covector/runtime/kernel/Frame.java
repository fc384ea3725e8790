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
    /** What a nest that shares its code with others works on; see {@link Program.Nest#numbers}. */
    public final long[] numbers;
    /** What each check of an index says when it fails. */
    public final Supplier<Program.Notes> notes;
    /** The seed of the session. */
    public long seed;
    /** Counts the session's calls with random numbers. */
    public int step;

    /** A frame with room for so many slots and dimensions, over the literals and notes of its program. */
    public Frame(int buffers, int dims, double[] reals, long[] integers, Supplier<Program.Notes> notes) {
        this(new Object[buffers], new int[buffers], new int[dims], reals, integers, new long[0], notes);
    }

    private Frame(Object[] buffers, int[] offsets, int[] dims, double[] reals, long[] integers,
            long[] numbers,
            Supplier<Program.Notes> notes) {
        this.buffers = buffers;
        this.offsets = offsets;
        this.dims = dims;
        this.reals = reals;
        this.integers = integers;
        this.numbers = numbers;
        this.notes = notes;
    }

    /** A frame for a nest of these numbers, with the same arrays; its seed and its step are its own. */
    public Frame with(long[] nest) {
        Frame frame = new Frame(buffers, offsets, dims, reals, integers, nest, notes);
        frame.seed = seed;
        frame.step = step;
        return frame;
    }
}
