package dev.covector.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class PhiloxTest {
    private static final int SAMPLES = 20_000;
    private static final double VARIANCE = 1 / 12.0;

    /** The known answers that the authors publish with their library. */
    @ParameterizedTest
    @CsvSource({
        "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
        "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
        "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"})
    void encryptsThePublishedVectors(String counter, String key, String expected) {
        int[] c = words(counter);
        int[] k = words(key);
        long lower = Philox.half(c[0], c[1], c[2], c[3], k[0], k[1], false);
        long upper = Philox.half(c[0], c[1], c[2], c[3], k[0], k[1], true);
        assertEquals(expected, String.format(Locale.ROOT, "%08x %08x %08x %08x", (int) (lower >>> 32),
                (int) lower, (int) (upper >>> 32), (int) upper));
    }

    private static int[] words(String hex) {
        return Arrays.stream(hex.split(" ")).mapToInt(word -> Integer.parseUnsignedInt(word, 16)).toArray();
    }

    enum Method {
        BITS_32, BITS_64;

        /** As a number in [0, 1). */
        double draw(long seed, int step, long stream, int index) {
            return switch (this) {
                case BITS_32 -> (Philox.bits32(seed, step, stream, index) >>> 8) * 0x1p-24;
                case BITS_64 -> (Philox.bits64(seed, step, stream, index) >>> 11) * 0x1p-53;
            };
        }
    }

    /** Neighbours made together are those made alone, wherever in a block the first one is. */
    @Test
    void neighboursTogether() {
        int[] words = new int[16 + 6];
        long[] wide = new long[8];
        for (int index = 100; index < 110; index++) {
            for (int count : new int[]{1, 2, 4, 8, 16}) {
                int first = Philox.bits32(42, 3, 7, index, count, words);
                for (int i = 0; i < count; i++) {
                    assertEquals(Philox.bits32(42, 3, 7, index + i), words[first + i]);
                }
            }
            int first = Philox.bits64(42, 3, 7, index, 8, wide);
            for (int i = 0; i < 8; i++) {
                assertEquals(Philox.bits64(42, 3, 7, index + i), wide[first + i]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Method.class)
    void isUniform(Method method) {
        double[] drawn = sample(index -> method.draw(42, 3, 7, index));
        double mean = Arrays.stream(drawn).average().orElseThrow();
        double variance = Arrays.stream(drawn).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
        assertEquals(0.5, mean, 4 * Math.sqrt(VARIANCE / SAMPLES), "mean");
        assertEquals(VARIANCE, variance, 0.05 * VARIANCE, "variance");
        assertEquals(0, kolmogorovSmirnov(drawn), 1.95 / Math.sqrt(SAMPLES),
                "greatest distance to the cumulative distribution (1.95/√n is exceeded once in a thousand)");
        assertTrue(Arrays.stream(drawn).allMatch(x -> x >= 0 && x < 1), "all in [0, 1)");
    }

    private static double kolmogorovSmirnov(double[] drawn) {
        double[] sorted = drawn.clone();
        Arrays.sort(sorted);
        double greatest = 0;
        for (int i = 0; i < sorted.length; i++) {
            double expected = sorted[i];
            greatest = Math.max(greatest, Math.max(expected - i / (double) sorted.length,
                    (i + 1) / (double) sorted.length - expected));
        }
        return greatest;
    }

    /** Whatever differs - seed, step, either half of the stream, the neighbour - the numbers don't correlate. */
    @ParameterizedTest
    @EnumSource(Method.class)
    void everyArgumentMakesAStreamOfItsOwn(Method method) {
        double[] base = sample(index -> method.draw(42, 3, 7, index));
        assertUncorrelated(method, "seed", base, sample(index -> method.draw(43, 3, 7, index)));
        assertUncorrelated(method, "high half of the seed", base,
                sample(index -> method.draw(42 + (1L << 32), 3, 7, index)));
        assertUncorrelated(method, "step", base, sample(index -> method.draw(42, 4, 7, index)));
        assertUncorrelated(method, "stream", base, sample(index -> method.draw(42, 3, 8, index)));
        assertUncorrelated(method, "high half of the stream", base,
                sample(index -> method.draw(42, 3, 7 | Long.MIN_VALUE, index)));
        for (int lag = 1; lag <= 4; lag++) {
            int by = lag;
            assertUncorrelated(method, "lag " + lag, base,
                    sample(index -> method.draw(42, 3, 7, index + by)));
        }
    }

    private static void assertUncorrelated(Method method, String what, double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < SAMPLES; i++) {
            sum += (a[i] - 0.5) * (b[i] - 0.5);
        }
        assertEquals(0, sum / SAMPLES / VARIANCE, 4 / Math.sqrt(SAMPLES),
                () -> method + ", another " + what + ": correlation");
    }

    private static double[] sample(IntToDoubleFunction draw) {
        double[] drawn = new double[SAMPLES];
        Arrays.setAll(drawn, draw);
        return drawn;
    }
}
