package dev.covector.samples;

import java.util.SplittableRandom;

/** The order in which an epoch visits its examples: a new permutation at each {@link #next}. */
final class Shuffle {
    private final int[] order;
    private final SplittableRandom random;

    Shuffle(int count, long seed) {
        order = new int[count];
        for (int i = 0; i < count; i++) {
            order[i] = i;
        }
        random = new SplittableRandom(seed);
    }

    /** Fisher and Yates' shuffle; a bias of 2⁻³² of the scaled word is no matter here. */
    void next() {
        for (int i = order.length - 1; i > 0; i--) {
            int j = (int) ((random.nextLong() >>> 32) * (i + 1) >>> 32);
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
    }

    int at(int position) {
        return order[position];
    }
}
