package dev.covector.runtime.kernel;

import dev.covector.runtime.CallException;
import dev.covector.runtime.Tensor;
import java.util.Arrays;

/** Makes tensors of arrays of all their elements, for facades of what was compiled ahead of time. */
public final class ArrayInputs {
    private ArrayInputs() {}

    /**
     * The one extent of an input that is not known.
     *
     * @param declared dtype and shape of the input
     * @param length   of the array
     * @param others   the input's other extents
     * @throws CallException if there is no such extent
     */
    public static int extent(String function, String input, String declared, int length, int... others) {
        long size = sizeOf(others);
        if (size == 0 || length % size != 0) {
            throw wrong(function, input, declared, length,
                    size == 0 ? "which tells no extent, as others are 0" : "which is no multiple of " + size);
        }
        return (int) (length / size);
    }

    /** A float32 tensor over the array. */
    public static Tensor tensor(String function, String input, String declared, float[] values,
            int... shape) {
        check(function, input, declared, values.length, shape);
        return Tensor.of(values, shape);
    }

    /** A float64 tensor over the array. */
    public static Tensor tensor(String function, String input, String declared, double[] values,
            int... shape) {
        check(function, input, declared, values.length, shape);
        return Tensor.of(values, shape);
    }

    /** An int32 tensor over the array. */
    public static Tensor tensor(String function, String input, String declared, int[] values, int... shape) {
        check(function, input, declared, values.length, shape);
        return Tensor.of(values, shape);
    }

    /** An int64 tensor over the array. */
    public static Tensor tensor(String function, String input, String declared, long[] values, int... shape) {
        check(function, input, declared, values.length, shape);
        return Tensor.of(values, shape);
    }

    /** A bool tensor over the array. */
    public static Tensor tensor(String function, String input, String declared, boolean[] values,
            int... shape) {
        check(function, input, declared, values.length, shape);
        return Tensor.of(values, shape);
    }

    private static void check(String function, String input, String declared, int length, int[] shape) {
        if (length != sizeOf(shape)) {
            throw wrong(function, input, declared, length, "where its shape is "
                    + Arrays.toString(shape).replace(" ", "") + " and needs " + sizeOf(shape));
        }
    }

    private static long sizeOf(int[] shape) {
        long size = 1;
        for (int extent : shape) {
            size = Math.multiplyExact(size, extent);
        }
        return size;
    }

    private static CallException wrong(String function, String input, String declared, int length,
            String hint) {
        return new CallException("function \"" + function + "\": input \"" + input + "\" is " + declared
                + ", but was given an array of " + length + ", " + hint);
    }
}
