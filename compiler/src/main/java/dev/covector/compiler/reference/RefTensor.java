package dev.covector.compiler.reference;

import dev.covector.runtime.DType;
import dev.covector.runtime.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * Data of the interpreter, row-major: floating values of any dtype as {@code double[]}, integers and bools (0 or 1) as
 * {@code long[]}. Not to be written to once made.
 */
public final class RefTensor {
    private final DType dtype;
    private final int[] shape;
    private final double[] reals;
    private final long[] integers;

    private RefTensor(DType dtype, int[] shape, double[] reals, long[] integers) {
        this.dtype = dtype;
        this.shape = shape;
        this.reals = reals;
        this.integers = integers;
    }

    /** Floating values. */
    static RefTensor ofReals(DType dtype, int[] shape, double[] values) {
        return new RefTensor(dtype, shape, values, new long[0]);
    }

    /** Integers, wrapped to 32 bits for int32, or bools. */
    static RefTensor ofIntegers(DType dtype, int[] shape, long[] values) {
        if (dtype == DType.INT32) {
            for (int i = 0; i < values.length; i++) {
                values[i] = (int) values[i];
            }
        }
        return new RefTensor(dtype, shape, new double[0], values);
    }

    /** A copy of a tensor's elements. */
    public static RefTensor of(Tensor tensor) {
        if (tensor.dtype().isFloating()) {
            return ofReals(tensor.dtype(), tensor.shape(), tensor.toDoubles());
        }
        long[] values = new long[tensor.size()];
        for (int i = 0; i < values.length; i++) {
            int at = tensor.offset() + i;
            values[i] = switch (tensor.array()) {
                case int[] a -> a[at];
                case long[] a -> a[at];
                case boolean[] a -> a[at] ? 1 : 0;
                default -> throw new AssertionError(tensor.describe());
            };
        }
        return ofIntegers(tensor.dtype(), tensor.shape(), values);
    }

    /** The same as an ordinary tensor; float32 values are rounded here at the latest. */
    public Tensor toTensor() {
        Object array = Tensor.newArray(dtype, size());
        for (int i = 0; i < size(); i++) {
            switch (array) {
                case float[] a -> a[i] = (float) reals[i];
                case double[] a -> a[i] = reals[i];
                case int[] a -> a[i] = (int) integers[i];
                case long[] a -> a[i] = integers[i];
                case boolean[] a -> a[i] = integers[i] != 0;
                default -> throw new AssertionError(dtype);
            }
        }
        return Tensor.view(array, 0, shape);
    }

    /** The element type. */
    public DType dtype() {
        return dtype;
    }

    /** The extents, a copy. */
    public int[] shape() {
        return shape.clone();
    }

    /** The number of elements. */
    public int size() {
        return dtype.isFloating() ? reals.length : integers.length;
    }

    /** Element {@code index} in row-major order of a floating tensor. */
    public double real(int index) {
        return reals[index];
    }

    /** Element {@code index} in row-major order of an integer or bool tensor. */
    public long integer(int index) {
        return integers[index];
    }

    int extent(int axis) {
        return shape[axis];
    }

    /** The same elements under another shape. */
    RefTensor withShape(int[] newShape) {
        return new RefTensor(dtype, newShape, reals, integers);
    }

    /** Element {@code i} of the result is element {@code source[i]} of this. */
    RefTensor pick(int[] newShape, int[] source) {
        return dtype.isFloating()
                ? ofReals(dtype, newShape, Arrays.stream(source).mapToDouble(i -> reals[i]).toArray())
                : ofIntegers(dtype, newShape, Arrays.stream(source).mapToLong(i -> integers[i]).toArray());
    }

    /** The elements of all {@code parts}, one after the other, as a vector. */
    static RefTensor joined(List<RefTensor> parts) {
        DType dtype = parts.get(0).dtype;
        int size = parts.stream().mapToInt(RefTensor::size).sum();
        return dtype.isFloating()
                ? ofReals(dtype, new int[]{size},
                        parts.stream().flatMapToDouble(part -> Arrays.stream(part.reals)).toArray())
                : ofIntegers(dtype, new int[]{size},
                        parts.stream().flatMapToLong(part -> Arrays.stream(part.integers)).toArray());
    }

    /** Dtype, shape and elements. */
    @Override
    public String toString() {
        return dtype + Arrays.toString(shape) + " "
                + (dtype.isFloating() ? Arrays.toString(reals) : Arrays.toString(integers));
    }
}
