package dev.covector.runtime;

import java.lang.reflect.Array;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What a call returned, by name.
 *
 * <p><strong>Whose memory it is depends on who ran the call.</strong> The results of {@link Call#run} are the
 * caller's, for good. Those of {@link PreparedCall#run} are <em>views</em> of the prepared call's memory: its
 * next run overwrites them, also in tensors that were taken before. Take a {@link Tensor#copy copy} of what
 * must last.
 */
public final class Results {
    private final LinkedFunction function;
    private final Object[] arrays;
    private final int[][] shapes;
    private final @Nullable Tensor[] tensors;

    Results(LinkedFunction function) {
        this.function = function;
        int count = function.results.length;
        this.arrays = new Object[count];
        this.shapes = new int[count][];
        this.tensors = new @Nullable Tensor[count];
        for (int i = 0; i < count; i++) {
            shapes[i] = new int[function.results[i].length];
            arrays[i] = Tensor.newArray(function.function.results().get(i).dtype(), 0);
        }
    }

    /** The names of the results, in the order of the function. */
    public List<String> names() {
        return function.resultNames();
    }

    /**
     * A result; of a prepared call, a view that is valid until the next run.
     *
     * @throws CallException if there is no such result
     */
    public Tensor tensor(String name) {
        int i = function.result(name);
        Tensor tensor = tensors[i];
        if (tensor == null) {
            tensor = Tensor.view(arrays[i], 0, shapes[i]);
            tensors[i] = tensor;
        }
        return tensor;
    }

    /**
     * A float32 result of one element, as a number; {@code tensor(name).item()} gives one of another type.
     *
     * @throws CallException if there is no such result, or it is not float32 of one element
     */
    public float scalar(String name) {
        int i = function.result(name);
        if (size(i) != 1 || !(arrays[i] instanceof float[] values)) {
            throw new CallException("function \"" + function.name() + "\": result \"" + name + "\" is "
                    + tensor(name).describe() + ", not one f32; take it with tensor(\"" + name + "\")");
        }
        return values[0];
    }

    /** Takes over the extents and the array of result {@code i}, which has room for them. */
    void set(int i, Extents extents, Object array) {
        for (int axis = 0; axis < shapes[i].length; axis++) {
            shapes[i][axis] = extents.evaluate(function.results[i][axis]);
        }
        arrays[i] = array;
        tensors[i] = null;
    }

    Object array(int i) {
        return arrays[i];
    }

    int size(int i) {
        int size = 1;
        for (int extent : shapes[i]) {
            size *= extent;
        }
        return size;
    }

    /** These with memory of their own. */
    Results copy() {
        Results copy = new Results(function);
        for (int i = 0; i < arrays.length; i++) {
            Object array = Tensor.newArray(function.function.results().get(i).dtype(), size(i));
            System.arraycopy(arrays[i], 0, array, 0, Array.getLength(array));
            copy.arrays[i] = array;
            copy.shapes[i] = shapes[i].clone();
        }
        return copy;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String name : names()) {
            text.append(text.isEmpty() ? "" : ", ").append(name).append(" = ").append(tensor(name));
        }
        return text.toString();
    }
}
