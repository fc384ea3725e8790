package dev.covector.runtime.kernel;

/**
 * The random numbers of all flavours and of the reference: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel
 * random numbers: as easy as 1, 2, 3", SC 2011). The generator has no state: it encrypts a counter, so that any element
 * can be drawn alone, by any thread, in any order.
 *
 * <p>The key is the seed. The counter's four words are the block's index, the step of the call, and the two halves of
 * the op's stream. A block is four words of 32 bits; how many of them an element takes depends on the method.
 */
public final class Philox {
    private static final int ROUNDS = 10;
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    /** What the key grows by each round: the golden ratio and √3 - 1, as fractions of 2³². */
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;

    private Philox() {}

    /** Element {@code index} of a stream of 32 bits. Takes one word. */
    public static int bits32(long seed, int step, long stream, int index) {
        long pair = half(seed, step, stream, index >>> 2, (index & 2) != 0);
        return (index & 1) == 0 ? first(pair) : second(pair);
    }

    /** Element {@code index} of a stream of 64 bits. Takes two words. */
    public static long bits64(long seed, int step, long stream, int index) {
        return half(seed, step, stream, index >>> 1, (index & 1) != 0);
    }

    /**
     * {@link #bits32} of {@code count} neighbours from {@code index} on: a block gives four, and is made once.
     *
     * @param into has room for {@code count} and 6 more
     * @return where in {@code into} the first one is
     */
    public static int bits32(long seed, int step, long stream, int index, int count, int[] into) {
        int skipped = index & 3;
        for (int at = 0; at < skipped + count; at += 4) {
            int c0 = (index - skipped + at) >>> 2;
            int c1 = step;
            int c2 = (int) stream;
            int c3 = (int) (stream >>> 32);
            int k0 = (int) seed;
            int k1 = (int) (seed >>> 32);
            for (int round = 0; round < ROUNDS; round++) {
                long product0 = MULTIPLIER_0 * Integer.toUnsignedLong(c0);
                long product1 = MULTIPLIER_1 * Integer.toUnsignedLong(c2);
                c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
                c1 = (int) product1;
                c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
                c3 = (int) product0;
                k0 += WEYL_0;
                k1 += WEYL_1;
            }
            into[at] = c0;
            into[at + 1] = c1;
            into[at + 2] = c2;
            into[at + 3] = c3;
        }
        return skipped;
    }

    /** {@link #bits64} of {@code count} neighbours from {@code index} on, at the beginning of {@code into}; returns 0. */
    public static int bits64(long seed, int step, long stream, int index, int count, long[] into) {
        for (int i = 0; i < count; i++) {
            into[i] = bits64(seed, step, stream, index + i);
        }
        return 0;
    }

    private static int first(long pair) {
        return (int) (pair >>> 32);
    }

    private static int second(long pair) {
        return (int) pair;
    }

    private static long half(long seed, int step, long stream, int block, boolean upper) {
        return half(block, step, (int) stream, (int) (stream >>> 32), (int) seed, (int) (seed >>> 32), upper);
    }

    /**
     * Half of the block that the counter {@code (c0, c1, c2, c3)} encrypts to under the key {@code (k0, k1)}: words 0
     * and 1, or 2 and 3 if {@code upper}; the lower-numbered word in the high bits.
     */
    static long half(int c0, int c1, int c2, int c3, int k0, int k1, boolean upper) {
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = MULTIPLIER_0 * Integer.toUnsignedLong(c0);
            long product1 = MULTIPLIER_1 * Integer.toUnsignedLong(c2);
            c0 = (int) (product1 >>> 32) ^ c1 ^ k0;
            c1 = (int) product1;
            c2 = (int) (product0 >>> 32) ^ c3 ^ k1;
            c3 = (int) product0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        return upper ? join(c2, c3) : join(c0, c1);
    }

    private static long join(int high, int low) {
        return (long) high << 32 | Integer.toUnsignedLong(low);
    }
}
