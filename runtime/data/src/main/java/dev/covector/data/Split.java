package dev.covector.data;

import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The examples of a data set divided in two: those to train with, and those held out to validate with.
 *
 * <pre>{@code
 * for (Split fold : Split.kFold(x.dim(0), 5)) {
 *     fit(fold.train(x), fold.train(y));
 *     score(fold.validation(x), fold.validation(y));
 * }
 * }</pre>
 *
 * @param train      the numbers of examples, from 0
 * @param validation all the other numbers
 */
public record Split(int[] train, int[] validation) {
    /**
     * Holds out a random part.
     *
     * @param count    the number of examples
     * @param fraction how much to hold out, from 0 to 1; rounded to whole examples
     * @throws IllegalArgumentException if {@code fraction} is outside, or {@code count} negative
     */
    public static Split random(int count, double fraction, long seed) {
        if (!(fraction >= 0 && fraction <= 1)) {
            throw new IllegalArgumentException(
                    "the fraction to validate with is from 0 to 1, got " + fraction);
        }
        requireCount(count);
        int[] order = KeyedRandom.split(seed, count);
        return part(order, 0, (int) Math.rint(count * fraction));
    }

    /**
     * Cross-validation: {@code k} splits, each of which validates with another run of neighbouring examples. If they
     * can't be of equal size, the first ones have one example more. For data in no particular order; otherwise
     * {@linkplain #kFold(int, int, long) shuffle}.
     *
     * @param count the number of examples
     * @throws IllegalArgumentException if {@code k} is less than 2 or more than {@code count}
     */
    public static List<Split> kFold(int count, int k) {
        requireCount(count);
        return kFold(KeyedRandom.range(0, count), k);
    }

    /** {@link #kFold(int, int)} of the examples in a random order. */
    public static List<Split> kFold(int count, int k, long seed) {
        requireCount(count);
        return kFold(KeyedRandom.split(seed, count), k);
    }

    private static List<Split> kFold(int[] order, int k) {
        if (k < 2 || k > order.length) {
            throw new IllegalArgumentException(
                    "can't make " + k + " folds of " + order.length
                            + " examples; from 2 folds to as many as examples");
        }
        List<Split> folds = new ArrayList<>();
        int from = 0;
        for (int fold = 0; fold < k; fold++) {
            int to = from + order.length / k + (fold < order.length % k ? 1 : 0);
            folds.add(part(order, from, to));
            from = to;
        }
        return List.copyOf(folds);
    }

    private static void requireCount(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("can't split " + count + " examples");
        }
    }

    /** Validates with a part of the order. */
    private static Split part(int[] order, int from, int to) {
        int[] train = new int[order.length - (to - from)];
        System.arraycopy(order, 0, train, 0, from);
        System.arraycopy(order, to, train, from, order.length - to);
        return new Split(train, Arrays.copyOfRange(order, from, to));
    }

    /**
     * A copy of the rows to train with, {@code [train.length, …]}.
     *
     * @throws IllegalArgumentException if there are more or fewer rows than were split
     */
    public Tensor train(Tensor examples) {
        return take(examples, train);
    }

    /**
     * A copy of the rows to validate with, {@code [validation.length, …]}.
     *
     * @throws IllegalArgumentException if there are more or fewer rows than were split
     */
    public Tensor validation(Tensor examples) {
        return take(examples, validation);
    }

    private Tensor take(Tensor examples, int[] rows) {
        int count = train.length + validation.length;
        if (examples.rank() == 0 || examples.dim(0) != count) {
            throw new IllegalArgumentException(
                    count + " examples were split, got " + examples.describe());
        }
        Tensor taken = Tensor.zeros(examples.dtype(), Batch.withRows(examples, rows.length));
        Batch.gather(examples, rows, taken.array());
        return taken;
    }
}
