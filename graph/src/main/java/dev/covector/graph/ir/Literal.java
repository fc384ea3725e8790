package dev.covector.graph.ir;

import dev.covector.runtime.DType;
import dev.covector.runtime.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Immutable data in a graph, equal where type and bits are equal (so NaN equals itself, and -0 is not 0). */
public final class Literal {
    private final Tensor tensor;
    private final int hash;

    private Literal(Tensor tensor) {
        this.tensor = tensor;
        this.hash = 31 * tensor.describe().hashCode() + hashOf(tensor.array());
    }

    /** A copy of a tensor's elements. */
    public static Literal of(Tensor tensor) {
        return new Literal(tensor.copy());
    }

    /** The scalar {@code value}, rounded to {@code dtype}; for bool, whether it is not 0. */
    public static Literal of(DType dtype, double value) {
        return new Literal(switch (dtype) {
            case FLOAT32 -> Tensor.scalar((float) value);
            case FLOAT64 -> Tensor.scalar(value);
            case INT32 -> Tensor.scalar((int) value);
            case INT64 -> Tensor.of(new long[]{(long) value});
            case BOOL -> Tensor.of(new boolean[]{value != 0});
        });
    }

    /** The integer {@code value}, exact for int64. */
    public static Literal of(DType dtype, long value) {
        return dtype == DType.INT64 ? new Literal(Tensor.of(new long[]{value})) : of(dtype, (double) value);
    }

    /** The data, not to be written to. */
    public Tensor tensor() {
        return tensor;
    }

    /** Whether this has rank 0. */
    public boolean isScalar() {
        return tensor.rank() == 0;
    }

    /** Whether this is the scalar {@code value}; +0 and -0 are told apart. */
    public boolean isExactly(double value) {
        return isScalar() && Double.compare(tensor.item(), value) == 0;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Literal that) || hash != that.hash
                || !tensor.describe().equals(that.tensor.describe())) {
            return false;
        }
        Object otherArray = that.tensor.array();
        return switch (tensor.array()) {
            case float[] a -> Arrays.equals(a, (float[]) otherArray);
            case double[] a -> Arrays.equals(a, (double[]) otherArray);
            case int[] a -> Arrays.equals(a, (int[]) otherArray);
            case long[] a -> Arrays.equals(a, (long[]) otherArray);
            case boolean[] a -> Arrays.equals(a, (boolean[]) otherArray);
            default -> throw new AssertionError(tensor.describe());
        };
    }

    private static int hashOf(Object array) {
        return switch (array) {
            case float[] a -> Arrays.hashCode(a);
            case double[] a -> Arrays.hashCode(a);
            case int[] a -> Arrays.hashCode(a);
            case long[] a -> Arrays.hashCode(a);
            case boolean[] a -> Arrays.hashCode(a);
            default -> throw new AssertionError(array.getClass());
        };
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return tensor.toString();
    }
}
