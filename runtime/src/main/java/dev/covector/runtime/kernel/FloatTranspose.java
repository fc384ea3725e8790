package dev.covector.runtime.kernel;

/** Packs columns that lie in memory as rows do, for generated code: in scalar code and in vector code. */
public final class FloatTranspose {
    /** How many runs are put side by side. */
    public static final int COLUMNS = 8;
    /** The vectors that vector code wants: of as many lanes as there are columns. */
    public static final int VECTOR_BITS = COLUMNS * Float.SIZE;

    private FloatTranspose() {}

    /**
     * {@code to[toStart + i * step + column] = from[fromStart + column * apart + i]}, for all columns and all {@code i}
     * below {@code length}.
     */
    public static void columns(float[] from, int fromStart, int apart, float[] to, int toStart, int step,
            int length) {
        for (int i = 0; i < length; i++) {
            int source = fromStart + i;
            int target = toStart + i * step;
            to[target] = from[source];
            to[target + 1] = from[source + apart];
            to[target + 2] = from[source + 2 * apart];
            to[target + 3] = from[source + 3 * apart];
            to[target + 4] = from[source + 4 * apart];
            to[target + 5] = from[source + 5 * apart];
            to[target + 6] = from[source + 6 * apart];
            to[target + 7] = from[source + 7 * apart];
        }
    }

    /** The same in vector code, slow as long as HotSpot has not compiled it: for generated vector code. */
    public static void columnsByVectors(float[] from, int fromStart, int apart, float[] to, int toStart,
            int step,
            int length) {
        FloatTransposeVector.columns(from, fromStart, apart, to, toStart, step, length);
    }
}
