package dev.covector.runtime.kernel;

import java.util.Arrays;

/**
 * Sorts a row of pairs: longs whose upper halves are what to sort by, as signed numbers, and whose lower halves are
 * anything, such as an index. Generated code makes the pairs, and so says what the order is.
 *
 * <p>From the last byte of the upper halves to the first, the pairs are moved to where their byte belongs, those with
 * equal bytes in the order that they have. A byte that all have in common moves nothing.
 */
public final class Sorting {
    /** Bytes to sort by. */
    static final int DIGITS = Integer.BYTES;
    /** Values of a byte. */
    static final int RADIX = 256;
    /** Counting pays for rows that are at least this long. */
    private static final int MIN_COUNTED = 40;

    private Sorting() {}

    /** The thread's array for a row of so many pairs; it may be longer. */
    public static long[] pairs(Scratch scratch, int length) {
        if (scratch.pairs.length < length) {
            scratch.pairs = new long[length];
            scratch.moved = new long[length];
        }
        return scratch.pairs;
    }

    /** Sorts the first {@code length} pairs of the thread's array; equal upper halves stay in their order. */
    public static void sort(Scratch scratch, int length) {
        if (length < MIN_COUNTED) {
            insert(scratch.pairs, length);
        } else {
            count(scratch.pairs, length, scratch.counts);
            move(scratch, length);
        }
    }

    private static void insert(long[] pairs, int length) {
        for (int i = 1; i < length; i++) {
            long pair = pairs[i];
            int key = upper(pair);
            int at = i;
            for (; at > 0 && upper(pairs[at - 1]) > key; at--) {
                pairs[at] = pairs[at - 1];
            }
            pairs[at] = pair;
        }
    }

    private static int upper(long pair) {
        return (int) (pair >> 32);
    }

    /** The upper half as a number without sign, in the same order. */
    private static int unsigned(long pair) {
        return upper(pair) ^ Integer.MIN_VALUE;
    }

    private static void count(long[] pairs, int length, int[] counts) {
        Arrays.fill(counts, 0);
        for (int i = 0; i < length; i++) {
            int key = unsigned(pairs[i]);
            counts[key & 0xff]++;
            counts[RADIX + (key >>> 8 & 0xff)]++;
            counts[2 * RADIX + (key >>> 16 & 0xff)]++;
            counts[3 * RADIX + (key >>> 24)]++;
        }
    }

    private static void move(Scratch scratch, int length) {
        long[] from = scratch.pairs;
        long[] to = scratch.moved;
        for (int digit = 0; digit < DIGITS; digit++) {
            if (starts(scratch.counts, digit * RADIX, length)) {
                move(from, to, length, 8 * digit, scratch.counts, digit * RADIX);
                long[] free = from;
                from = to;
                to = free;
            }
        }
        if (from != scratch.pairs) {
            System.arraycopy(from, 0, scratch.pairs, 0, length);
        }
    }

    /** Makes of the counts of a digit where those with each of its values begin; false if all have the same. */
    private static boolean starts(int[] counts, int first, int length) {
        int start = 0;
        for (int i = first; i < first + RADIX; i++) {
            int count = counts[i];
            if (count == length) {
                return false;
            }
            counts[i] = start;
            start += count;
        }
        return true;
    }

    private static void move(long[] from, long[] to, int length, int shift, int[] starts, int first) {
        for (int i = 0; i < length; i++) {
            long pair = from[i];
            to[starts[first + (unsigned(pair) >>> shift & 0xff)]++] = pair;
        }
    }
}
