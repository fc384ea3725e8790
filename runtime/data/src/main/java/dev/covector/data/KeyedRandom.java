package dev.covector.data;

import dev.covector.runtime.kernel.Philox;
import java.util.random.RandomGenerator;

/**
 * Random numbers that depend on nothing but a seed, an epoch and a key, such as the number of an example: whichever
 * thread draws them, and when. What is drawn here from words of 64 bits is the same on all JDKs, which the bounded
 * methods of {@link RandomGenerator} don't promise.
 */
final class KeyedRandom implements RandomGenerator {
    /** Above the numbers of examples, and apart from the streams of a graph's ops under the same seed. */
    private static final long EXAMPLES = 0x6578616D706C6573L << 32;
    private static final long ORDER = EXAMPLES + (1L << 32);
    private static final long SPLIT = EXAMPLES + (2L << 32);

    private final long seed;
    private final int epoch;
    private final long stream;
    private int index;

    private KeyedRandom(long seed, int epoch, long stream) {
        this.seed = seed;
        this.epoch = epoch;
        this.stream = stream;
    }

    static KeyedRandom ofExample(long seed, int epoch, int example) {
        return new KeyedRandom(seed, epoch, EXAMPLES + example);
    }

    @Override
    public long nextLong() {
        return Philox.bits64(seed, epoch, stream, index++);
    }

    /** From 0 to {@code bound - 1}; a bias of 2⁻³² of the scaled word is no matter here. */
    static int below(RandomGenerator random, int bound) {
        return (int) ((random.nextLong() >>> 32) * bound >>> 32);
    }

    /** In {@code [from, to)}. */
    static double uniform(RandomGenerator random, double from, double to) {
        return from + (to - from) * ((random.nextLong() >>> 11) * 0x1p-53);
    }

    /** The numbers below {@code count} in the order of an epoch. */
    static int[] order(long seed, int epoch, int count) {
        return permutation(count, new KeyedRandom(seed, epoch, ORDER));
    }

    /** The numbers below {@code count} in an order that has nothing to do with that of an epoch of the same seed. */
    static int[] split(long seed, int count) {
        return permutation(count, new KeyedRandom(seed, 0, SPLIT));
    }

    /** Fisher and Yates' shuffle. */
    private static int[] permutation(int count, RandomGenerator random) {
        int[] order = range(0, count);
        for (int i = count - 1; i > 0; i--) {
            int j = below(random, i + 1);
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
        return order;
    }

    static int[] range(int from, int to) {
        int[] range = new int[to - from];
        for (int i = 0; i < range.length; i++) {
            range[i] = from + i;
        }
        return range;
    }
}
