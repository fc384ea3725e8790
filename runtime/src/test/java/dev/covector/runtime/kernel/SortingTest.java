package dev.covector.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SortingTest {
    private final Scratch scratch = new Scratch();

    /** Keys of as many bits, of both signs; the fewer, the more are equal. Rows of all lengths share one array. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 8, 9, 16, 24, 31, 32})
    void sortsByUpperHalvesAndKeepsTheOrderOfEquals(int bits) {
        SplittableRandom random = new SplittableRandom(bits);
        for (int length : new int[]{5000, 0, 1, 2, 39, 40, 41, 255, 256, 257}) {
            for (int shift = 0; shift <= 32 - bits; shift += 8) {
                long[] pairs = new long[length];
                for (int i = 0; i < length; i++) {
                    int key = bits == 0 ? 7 : random.nextInt() >> 32 - bits << shift;
                    pairs[i] = (long) key << 32 | random.nextInt() & 0xffffffffL;
                }
                check(pairs);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 3000})
    void sortsWhatIsInOrderAlreadyOrBackwards(int length) {
        long[] ascending = new long[length];
        Arrays.setAll(ascending, i -> (long) (i - length / 2) << 32 | i);
        check(ascending);
        long[] descending = new long[length];
        Arrays.setAll(descending, i -> ascending[length - 1 - i]);
        check(descending);
        check(new long[]{Long.MAX_VALUE, Long.MIN_VALUE, -1, 0});
    }

    private void check(long[] pairs) {
        long[] array = Sorting.pairs(scratch, pairs.length);
        System.arraycopy(pairs, 0, array, 0, pairs.length);
        Sorting.sort(scratch, pairs.length);
        assertSame(array, Sorting.pairs(scratch, pairs.length), "code goes on with the array that it has");
        assertArrayEquals(Arrays.stream(pairs).boxed().sorted(Comparator.comparingLong(pair -> pair >> 32))
                .mapToLong(pair -> pair).toArray(), Arrays.copyOf(array, pairs.length));
    }
}
