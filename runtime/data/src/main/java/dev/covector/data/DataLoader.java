package dev.covector.data;

import dev.covector.runtime.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Mini-batches of a data set, which is one or more tensors with a row for each example: features, labels, … Batches are
 * prepared on a thread of their own while the one before is trained on.
 *
 * <pre>{@code
 * DataLoader loader = DataLoader.of(256, images, labels).shuffle().seed(42)
 *         .map(batch -> batch.with(0, Transforms.randomHorizontalFlip(batch.get(0), 0.5, batch::random)));
 * for (int epoch = 0; epoch < 10; epoch++) {
 *     for (Batch batch : loader.epoch(epoch)) {
 *         train.input("x", batch.get(0)).input("label", batch.get(1)).run();
 *     }
 * }
 * }</pre>
 *
 * <p>An epoch's batches depend on the data, the options and the epoch's number only: not on how many are prefetched, nor
 * on the epochs before, so that training can be resumed at any epoch.
 *
 * <p>Immutable: each option gives another loader. Epochs of one loader share nothing but the data set, which must not
 * change meanwhile.
 */
public final class DataLoader {
    private final List<Tensor> tensors;
    private final int batchSize;
    // Set once, by the method that makes the copy.
    private boolean shuffle;
    private boolean dropLast;
    private long seed;
    private int prefetch = 2;
    private @Nullable UnaryOperator<Batch> step;

    private DataLoader(List<Tensor> tensors, int batchSize) {
        this.tensors = tensors;
        this.batchSize = batchSize;
    }

    private DataLoader(DataLoader other) {
        this(other.tensors, other.batchSize);
        this.shuffle = other.shuffle;
        this.dropLast = other.dropLast;
        this.seed = other.seed;
        this.prefetch = other.prefetch;
        this.step = other.step;
    }

    /**
     * Batches of the examples in order, the last of which may be smaller; two are prefetched.
     *
     * @param tensors of any types, each with a row for each example
     * @throws IllegalArgumentException if there are none, they differ in their number of rows, or {@code batchSize} is
     *     less than 1
     */
    public static DataLoader of(int batchSize, Tensor... tensors) {
        if (batchSize < 1) {
            throw new IllegalArgumentException("a batch has 1 or more examples, got a size of " + batchSize);
        }
        if (tensors.length == 0) {
            throw new IllegalArgumentException("a DataLoader needs one or more tensors");
        }
        for (Tensor tensor : tensors) {
            if (tensor.rank() == 0 || tensor.dim(0) != tensors[0].dim(0)) {
                throw new IllegalArgumentException(
                        "the tensors of a DataLoader have a row for each example, got "
                                + String.join(", ", Arrays.stream(tensors).map(Tensor::describe).toList()));
            }
        }
        return new DataLoader(List.of(tensors), batchSize);
    }

    /** Visits the examples of each epoch in a random order of its own. */
    public DataLoader shuffle() {
        DataLoader changed = new DataLoader(this);
        changed.shuffle = true;
        return changed;
    }

    /** What the order of {@link #shuffle} and {@link Batch#random} come from; 0 if not set. */
    public DataLoader seed(long newSeed) {
        DataLoader changed = new DataLoader(this);
        changed.seed = newSeed;
        return changed;
    }

    /** Leaves out the last batch of an epoch if it is smaller than the others. */
    public DataLoader dropLast() {
        DataLoader changed = new DataLoader(this);
        changed.dropLast = true;
        return changed;
    }

    /**
     * How many batches are prepared ahead of the one in use; 2 if not set. With 0 there is no thread: the caller's
     * prepares them.
     *
     * @throws IllegalArgumentException if negative
     */
    public DataLoader prefetch(int batches) {
        if (batches < 0) {
            throw new IllegalArgumentException("can't prefetch " + batches + " batches");
        }
        DataLoader changed = new DataLoader(this);
        changed.prefetch = batches;
        return changed;
    }

    /**
     * Applies a step to each batch, after those that were given before: augmentation, or another type or shape. It runs
     * on the prefetching thread. So that batches don't depend on when they are prepared, it takes its randomness from
     * {@link Batch#random} and has no state; it doesn't write to the tensors it is given. What it throws, the loop over
     * the batches throws.
     */
    public DataLoader map(UnaryOperator<Batch> next) {
        UnaryOperator<Batch> before = step;
        DataLoader changed = new DataLoader(this);
        changed.step = before == null ? next : batch -> next.apply(before.apply(batch));
        return changed;
    }

    /** The number of examples of the data set. */
    public int examples() {
        return tensors.get(0).dim(0);
    }

    /** The number of batches of an epoch. */
    public int batches() {
        int whole = examples() / batchSize;
        return dropLast || examples() % batchSize == 0 ? whole : whole + 1;
    }

    /**
     * The batches of an epoch. The thread that prepares them ends with the last one, with {@link Batches#close}, and
     * also, soon after, if a loop is just left.
     *
     * @param epoch any number; the order of the examples and all randomness depend on it
     */
    public Batches epoch(int epoch) {
        int[] order = shuffle
                ? KeyedRandom.order(seed, epoch, examples())
                : KeyedRandom.range(0, examples());
        // Rows in order are a view, and take no time.
        int ahead = shuffle || step != null ? Math.min(prefetch, batches()) : 0;
        Buffers[] ring = new Buffers[shuffle ? ahead + 1 : 0];
        Arrays.setAll(ring, i -> new Buffers());
        return new Batches(batches(), ahead, i -> {
            int from = i * batchSize;
            int[] rows = Arrays.copyOfRange(order, from, from + Math.min(batchSize, examples() - from));
            List<Tensor> selected = shuffle
                    ? ring[i % ring.length].gather(rows)
                    : tensors.stream().map(tensor -> tensor.rows(from, from + rows.length)).toList();
            Batch batch = new Batch(selected, i, rows, seed, epoch);
            return step == null ? batch : step.apply(batch);
        });
    }

    /** Calls {@code body} with each batch of an epoch; however it ends, the prefetching thread has ended before. */
    public void forEach(int epoch, Consumer<? super Batch> body) {
        try (Batches batches = epoch(epoch)) {
            batches.forEach(body);
        }
    }

    /** Arrays for one batch. There are so many of them that one is filled again only when its batch is not in use. */
    private final class Buffers {
        private @Nullable List<Tensor> whole;

        List<Tensor> gather(int[] rows) {
            List<Tensor> buffers = whole;
            if (buffers == null) {
                buffers = tensors.stream().map(
                        tensor -> Tensor.zeros(tensor.dtype(),
                                Batch.withRows(tensor, Math.min(batchSize, examples()))))
                        .toList();
                whole = buffers;
            }
            for (int i = 0; i < buffers.size(); i++) {
                Batch.gather(tensors.get(i), rows, buffers.get(i).array());
            }
            return rows.length == buffers.get(0).dim(0)
                    ? buffers
                    : buffers.stream().map(tensor -> tensor.rows(0, rows.length)).toList();
        }
    }
}
