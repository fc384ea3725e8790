package dev.covector.runtime;

import java.util.Arrays;
import java.util.Objects;

/**
 * Data: a Java array, an offset into it, and a shape; contiguous and row-major, so that a mini-batch is a
 * {@linkplain #rows view} of its data set. A tensor shares its array with whoever made it.
 *
 * <pre>{@code
 * Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
 * x.rows(1, 3).getDouble(0, 1);      // 4.0
 * }</pre>
 */
public final class Tensor {
    private final DType dtype;
    private final Object array;
    private final int offset;
    private final int[] shape;
    private final int size;

    private Tensor(DType dtype, Object array, int offset, int[] shape) {
        long size = sizeOf(shape);
        int length = java.lang.reflect.Array.getLength(array);
        if (offset < 0 || size > length - offset) {
            throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " has " + size
                    + " elements, the array has " + Math.max(0, length - offset) + " from offset " + offset);
        }
        this.dtype = dtype;
        this.array = array;
        this.offset = offset;
        this.shape = shape;
        this.size = (int) size;
    }

    /** A float32 tensor over {@code values} from offset 0. */
    public static Tensor of(float[] values, int... shape) {
        return new Tensor(DType.FLOAT32, values, 0, shape.clone());
    }

    /** A float64 tensor over {@code values} from offset 0. */
    public static Tensor of(double[] values, int... shape) {
        return new Tensor(DType.FLOAT64, values, 0, shape.clone());
    }

    /** An int32 tensor over {@code values} from offset 0. */
    public static Tensor of(int[] values, int... shape) {
        return new Tensor(DType.INT32, values, 0, shape.clone());
    }

    /** An int64 tensor over {@code values} from offset 0. */
    public static Tensor of(long[] values, int... shape) {
        return new Tensor(DType.INT64, values, 0, shape.clone());
    }

    /** A bool tensor over {@code values} from offset 0. */
    public static Tensor of(boolean[] values, int... shape) {
        return new Tensor(DType.BOOL, values, 0, shape.clone());
    }

    /**
     * A tensor over part of an array.
     *
     * @param array a {@code float[]}, {@code double[]}, {@code int[]}, {@code long[]} or {@code boolean[]}
     * @throws IllegalArgumentException if the array is of another type or too short
     */
    public static Tensor view(Object array, int offset, int... shape) {
        return new Tensor(dtypeOf(array), array, offset, shape.clone());
    }

    /** A rank-0 float32 tensor. */
    public static Tensor scalar(float value) {
        return of(new float[]{value});
    }

    /** A rank-0 float64 tensor. */
    public static Tensor scalar(double value) {
        return of(new double[]{value});
    }

    /** A rank-0 int32 tensor. */
    public static Tensor scalar(int value) {
        return of(new int[]{value});
    }

    /** A new tensor of zeros (or false). */
    public static Tensor zeros(DType dtype, int... shape) {
        return new Tensor(dtype, newArray(dtype, Math.toIntExact(sizeOf(shape))), 0, shape.clone());
    }

    /** A new array for {@code length} elements of a type. */
    public static Object newArray(DType dtype, int length) {
        return switch (dtype) {
            case FLOAT32 -> new float[length];
            case FLOAT64 -> new double[length];
            case INT32 -> new int[length];
            case INT64 -> new long[length];
            case BOOL -> new boolean[length];
        };
    }

    private static long sizeOf(int[] shape) {
        long size = 1;
        for (int extent : shape) {
            if (extent < 0) {
                throw new IllegalArgumentException("negative extent in shape " + Arrays.toString(shape));
            }
            size = Math.multiplyExact(size, extent);
        }
        return size;
    }

    private static DType dtypeOf(Object array) {
        return switch (array) {
            case float[] a -> DType.FLOAT32;
            case double[] a -> DType.FLOAT64;
            case int[] a -> DType.INT32;
            case long[] a -> DType.INT64;
            case boolean[] a -> DType.BOOL;
            default -> throw new IllegalArgumentException(
                    "a tensor's array is float[], double[], int[], long[] or boolean[], not "
                            + array.getClass().getTypeName());
        };
    }

    /** The element type. */
    public DType dtype() {
        return dtype;
    }

    /** The extents, a copy. */
    public int[] shape() {
        return shape.clone();
    }

    /** The number of axes. */
    public int rank() {
        return shape.length;
    }

    /**
     * The extent of an axis, counted from the end where negative.
     *
     * @throws IndexOutOfBoundsException if there is no such axis
     */
    public int dim(int axis) {
        if (axis < -shape.length || axis >= shape.length) {
            throw new IndexOutOfBoundsException("axis " + axis + " of " + describe());
        }
        return shape[axis < 0 ? axis + shape.length : axis];
    }

    /** The number of elements. */
    public int size() {
        return size;
    }

    /** The array that this shares; its elements start at {@link #offset}. */
    public Object array() {
        return array;
    }

    /** Where in {@link #array} the first element is. */
    public int offset() {
        return offset;
    }

    /** A view of the rows {@code [from, to)} of axis 0. */
    public Tensor rows(int from, int to) {
        if (shape.length == 0) {
            throw new IllegalArgumentException("a scalar has no rows");
        }
        Objects.checkFromToIndex(from, to, shape[0]);
        int[] rows = shape.clone();
        rows[0] = to - from;
        int rowSize = shape[0] == 0 ? 0 : size / shape[0];
        return new Tensor(dtype, array, offset + from * rowSize, rows);
    }

    /** A view with another shape of the same number of elements. */
    public Tensor reshape(int... newShape) {
        if (sizeOf(newShape) != size) {
            throw new IllegalArgumentException(
                    "can't view " + size + " elements as shape " + Arrays.toString(newShape));
        }
        return new Tensor(dtype, array, offset, newShape.clone());
    }

    /** A copy with an array of its own. */
    public Tensor copy() {
        Object copy = newArray(dtype, size);
        System.arraycopy(array, offset, copy, 0, size);
        return new Tensor(dtype, copy, 0, shape);
    }

    /** The element at an index as a double; true is 1. */
    public double getDouble(int... index) {
        return element(flat(index));
    }

    /** The element at an index as a long, exact for the integer types; true is 1. */
    public long getLong(int... index) {
        int at = offset + flat(index);
        return switch (dtype) {
            case INT32 -> ((int[]) array)[at];
            case INT64 -> ((long[]) array)[at];
            case BOOL -> ((boolean[]) array)[at] ? 1 : 0;
            case FLOAT32, FLOAT64 -> (long) element(flat(index));
        };
    }

    /**
     * The only element, as a double.
     *
     * @throws IllegalStateException if there is not exactly one
     */
    public double item() {
        if (size != 1) {
            throw new IllegalStateException("item() needs exactly one element, this is " + describe());
        }
        return element(0);
    }

    /** The elements in row-major order, as a new float array; this must be float32. */
    public float[] toFloats() {
        require(DType.FLOAT32);
        return Arrays.copyOfRange((float[]) array, offset, offset + size);
    }

    /** The elements in row-major order, as a new double array, converted where this is not float64. */
    public double[] toDoubles() {
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
            values[i] = element(i);
        }
        return values;
    }

    /** The elements in row-major order, as a new int array; this must be int32. */
    public int[] toInts() {
        require(DType.INT32);
        return Arrays.copyOfRange((int[]) array, offset, offset + size);
    }

    /** Dtype and shape, such as {@code f32[3,2]}. */
    public String describe() {
        return dtype + Arrays.toString(shape).replace(" ", "");
    }

    /** Dtype, shape and the first elements. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(describe()).append(" {");
        int shown = Math.min(size, 16);
        for (int i = 0; i < shown; i++) {
            text.append(i == 0 ? "" : ", ");
            switch (dtype) {
                case FLOAT32 -> text.append((float) element(i));
                case FLOAT64 -> text.append(element(i));
                case INT32 -> text.append(((int[]) array)[offset + i]);
                case INT64 -> text.append(((long[]) array)[offset + i]);
                case BOOL -> text.append(((boolean[]) array)[offset + i]);
            }
        }
        return text.append(size > shown ? ", …}" : "}").toString();
    }

    private double element(int i) {
        int at = offset + i;
        return switch (dtype) {
            case FLOAT32 -> ((float[]) array)[at];
            case FLOAT64 -> ((double[]) array)[at];
            case INT32 -> ((int[]) array)[at];
            case INT64 -> ((long[]) array)[at];
            case BOOL -> ((boolean[]) array)[at] ? 1 : 0;
        };
    }

    private int flat(int[] index) {
        if (index.length != shape.length) {
            throw new IllegalArgumentException("index of rank " + index.length + " into " + describe());
        }
        int flat = 0;
        for (int axis = 0; axis < index.length; axis++) {
            flat = flat * shape[axis] + Objects.checkIndex(index[axis], shape[axis]);
        }
        return flat;
    }

    private void require(DType wanted) {
        if (dtype != wanted) {
            throw new IllegalStateException("wanted " + wanted + ", this is " + describe());
        }
    }
}
