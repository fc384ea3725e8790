package dev.covector.data;

import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Some examples of a data set, the unit of a training step: of each tensor of a {@link DataLoader} the same rows.
 *
 * <p><strong>Its tensors are valid until the next batch is asked for</strong>: then the loader fills their arrays again,
 * or they are views of the data set. Don't write to them, and take a {@link #copy} of what must last.
 */
public final class Batch {
    private final List<Tensor> tensors;
    private final int index;
    private final int[] examples;
    private final Randoms randoms;

    /** The sources of each row, made when they are asked for; shared by the batches that steps make of each other. */
    private record Randoms(long seed, int epoch, @Nullable RandomGenerator[] rows) {}

    private Batch(List<Tensor> tensors, int index, int[] examples, Randoms randoms) {
        this.tensors = tensors;
        this.index = index;
        this.examples = examples;
        this.randoms = randoms;
    }

    Batch(List<Tensor> tensors, int index, int[] examples, long seed, int epoch) {
        this(tensors, index, examples, new Randoms(seed, epoch, new RandomGenerator[examples.length]));
    }

    /** The rows of the loader's tensor {@code i}: {@code [size, …]}. */
    public Tensor get(int i) {
        return tensors.get(i);
    }

    /** One for each of the loader's tensors; unmodifiable. */
    public List<Tensor> tensors() {
        return tensors;
    }

    /** The number of examples. */
    public int size() {
        return examples.length;
    }

    /** Which epoch this is of. */
    public int epoch() {
        return randoms.epoch();
    }

    /** Which batch of its epoch this is, from 0. */
    public int index() {
        return index;
    }

    /** The numbers that the rows have in the data set, a copy. */
    public int[] examples() {
        return examples.clone();
    }

    /**
     * Randomness for a row. What it gives depends on the loader's seed, the epoch and the example in that row, and on how
     * much was drawn for this row of this batch before: the steps that follow each other draw different numbers.
     *
     * @throws IndexOutOfBoundsException if there is no such row
     */
    public RandomGenerator random(int row) {
        RandomGenerator random = randoms.rows()[Objects.checkIndex(row, examples.length)];
        if (random == null) {
            random = KeyedRandom.ofExample(randoms.seed(), randoms.epoch(), examples[row]);
            randoms.rows()[row] = random;
        }
        return random;
    }

    /**
     * This batch with another tensor in place of tensor {@code i}.
     *
     * @param tensor of any type and shape, but with as many rows
     * @throws IllegalArgumentException if it has other than {@link #size} rows
     */
    public Batch with(int i, Tensor tensor) {
        if (tensor.rank() == 0 || tensor.dim(0) != size()) {
            throw new IllegalArgumentException("tensor " + i + " of a batch of " + size() + " examples has "
                    + size() + " rows, got " + tensor.describe());
        }
        List<Tensor> changed = new ArrayList<>(tensors);
        changed.set(i, tensor);
        return new Batch(List.copyOf(changed), index, examples, randoms);
    }

    /** This batch with arrays of its own, to keep. */
    public Batch copy() {
        return new Batch(tensors.stream().map(Tensor::copy).toList(), index, examples, randoms);
    }

    /** Such as {@code batch 3 of epoch 1: f32[32,784], i32[32]}. */
    @Override
    public String toString() {
        return "batch " + index + " of epoch " + epoch() + ": "
                + String.join(", ", tensors.stream().map(Tensor::describe).toList());
    }

    /** Copies rows of a tensor into the beginning of an array of its type. */
    static void gather(Tensor from, int[] rows, Object into) {
        int size = from.dim(0) == 0 ? 0 : from.size() / from.dim(0);
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(from.array(), from.offset() + Objects.checkIndex(rows[i], from.dim(0)) * size,
                    into, i * size,
                    size);
        }
    }

    /** The shape of a tensor with another number of rows. */
    static int[] withRows(Tensor tensor, int rows) {
        int[] shape = Arrays.copyOf(tensor.shape(), tensor.rank());
        shape[0] = rows;
        return shape;
    }
}
