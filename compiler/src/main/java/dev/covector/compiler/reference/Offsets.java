package dev.covector.compiler.reference;

import java.util.Arrays;
import java.util.List;

/** Where the elements of a row-major array are. */
final class Offsets {
    private Offsets() {}

    /** The number of elements of a shape, or of some of its axes. */
    static int size(int[] shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    /** How far apart neighbours along each axis are. */
    static int[] strides(int[] shape) {
        int[] strides = new int[shape.length];
        int stride = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            strides[axis] = stride;
            stride *= shape[axis];
        }
        return strides;
    }

    /** The index whose place in row-major order is {@code at}. */
    static int[] index(int[] shape, int at) {
        int[] index = new int[shape.length];
        int rest = at;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            index[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        return index;
    }

    /** The values at {@code axes}, in that order. */
    static int[] at(int[] values, List<Integer> axes) {
        return axes.stream().mapToInt(axis -> values[axis]).toArray();
    }

    /** For each index of {@code shape} in row-major order, the sum of index times stride. */
    static int[] of(int[] shape, int[] strides) {
        int[] offsets = new int[size(shape)];
        int[] index = new int[shape.length];
        int offset = 0;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = offset;
            for (int axis = shape.length - 1; axis >= 0; axis--) {
                index[axis]++;
                offset += strides[axis];
                if (index[axis] < shape[axis]) {
                    break;
                }
                offset -= shape[axis] * strides[axis];
                index[axis] = 0;
            }
        }
        return offsets;
    }
}
