package dev.covector.samples.command;

import java.util.SplittableRandom;

/** The order in which an epoch visits its examples: a new permutation at each {@link #next}. */
public final class Shuffle {
    private final int[] order;
    private final SplittableRandom random;

    /** The order 0, 1, … to be shuffled. */
    public Shuffle(int count, long seed) {
        order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        random = new SplittableRandom(seed);
    }

    /** Fisher and Yates' shuffle; a bias of 2⁻³² of the scaled word is no matter here. */
    public void next() {
        for (int i = order.length - 1; i > 0; i--) {
            int j = (int) ((random.nextLong() >>> 32) * (i + 1) >>> 32);
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
    }

    /** The example that is visited as the {@code position}-th, from 0. */
    public int at(int position) {
        return order[position];
    }
}
