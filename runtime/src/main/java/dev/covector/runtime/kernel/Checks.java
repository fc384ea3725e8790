package dev.covector.runtime.kernel;

import dev.covector.runtime.CallException;

/** The operations of generated code that depend on data for whether they are allowed. */
public final class Checks {
    private Checks() {}

    /**
     * {@code a / b}, truncated.
     *
     * @throws CallException if {@code b} is 0
     */
    public static int divide(int a, int b) {
        if (b == 0) {
            throw byZero(a + " / 0");
        }
        return a / b;
    }

    /**
     * {@code a / b}, truncated.
     *
     * @throws CallException if {@code b} is 0
     */
    public static long divide(long a, long b) {
        if (b == 0) {
            throw byZero(a + " / 0");
        }
        return a / b;
    }

    /**
     * {@code a % b}, of the sign of {@code a}.
     *
     * @throws CallException if {@code b} is 0
     */
    public static int remainder(int a, int b) {
        if (b == 0) {
            throw byZero(a + " % 0");
        }
        return a % b;
    }

    /**
     * {@code a % b}, of the sign of {@code a}.
     *
     * @throws CallException if {@code b} is 0
     */
    public static long remainder(long a, long b) {
        if (b == 0) {
            throw byZero(a + " % 0");
        }
        return a % b;
    }

    /**
     * {@code index}.
     *
     * @param check which of {@link Program.Notes#checks} it is, for the message
     * @throws CallException if it is not within [0, extent)
     */
    public static int index(int index, int extent, Frame frame, int check) {
        if (index < 0 || index >= extent) {
            throw outside(index, extent, frame, check);
        }
        return index;
    }

    /**
     * {@code index}, as an int.
     *
     * @param check which of {@link Program.Notes#checks} it is, for the message
     * @throws CallException if it is not within [0, extent)
     */
    public static int index(long index, int extent, Frame frame, int check) {
        if (index < 0 || index >= extent) {
            throw outside(index, extent, frame, check);
        }
        return (int) index;
    }

    private static CallException outside(long index, int extent, Frame frame, int check) {
        return new CallException(
                frame.notes.get().checks().get(check) + ": index " + index + " is not within [0, " + extent
                        + ")");
    }

    private static CallException byZero(String what) {
        return new CallException("integer division by zero: " + what);
    }
}
