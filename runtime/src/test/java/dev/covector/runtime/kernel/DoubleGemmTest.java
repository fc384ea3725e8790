package dev.covector.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.runtime.Workers;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All flavours against three plain loops with the same order of adding: the same bits. */
final class DoubleGemmTest {
    private static final int[] SIZES = {0, 1, 2, 11, 12, 13, 31, 32, 33, 64};

    private final Scratch scratch = new Scratch();

    /** Otherwise the vector flavour would run on the scalar tile. */
    @BeforeAll
    static void vectorTilesAreHotWhereThereAreAny() throws InterruptedException {
        boolean vector = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        assertEquals(vector, DoubleGemm.awaitHot(60, TimeUnit.SECONDS));
        if (vector) {
            assertTrue(DoubleTileVector.NARROW.await(60, TimeUnit.SECONDS));
            assertTrue(DoubleTileVector.ROWS.await(60, TimeUnit.SECONDS));
            assertTrue(DoubleTileVector.NARROW_ROWS.await(60, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest(name = "K = {0}")
    @ValueSource(ints = {0, 1, 2, 11, 12, 13, 31, 32, 33, 64, 100, 400, 401, 784})
    void everySmallShape(int k) {
        for (int m : SIZES) {
            for (int n : SIZES) {
                check(new DoubleProblem(1, m, n, k));
            }
        }
    }

    @ParameterizedTest(name = "{0} of {1}x{3}x{2}")
    @CsvSource({
        "1, 400, 401, 33", "1, 401, 784, 784", "1, 784, 13, 401", "1, 13, 784, 100", "1, 1, 784, 401",
        "2, 33, 33, 33", "3, 1, 100, 64", "7, 12, 32, 401", "20, 13, 2, 31", "3, 0, 5, 5",
    })
    void largeShapesAndBatches(int batches, int m, int n, int k) {
        check(new DoubleProblem(batches, m, n, k));
    }

    @ParameterizedTest(name = "K = {0}")
    @ValueSource(ints = {1, 5, 401})
    void specialValues(int k) {
        check(new DoubleProblem(1, 25, 70, k).with(1, -0d));
        check(new DoubleProblem(1, 25, 70, k).with(7, -0d, 0d));
        check(new DoubleProblem(1, 25, 70, k).with(29, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY));
        check(new DoubleProblem(1, 25, 70, k).with(97, Double.NaN, Double.POSITIVE_INFINITY, 0d));
        check(new DoubleProblem(1, 25, 70, k).with(3, Double.MAX_VALUE, Double.MIN_VALUE,
                -Double.MIN_NORMAL));
    }

    @ParameterizedTest(name = "{0} threads")
    @ValueSource(ints = {1, 2, 7})
    void anyNumberOfThreads(int threads) {
        try (Workers workers = Workers.of(threads)) {
            for (DoubleProblem p : new DoubleProblem[]{new DoubleProblem(1, 256, 100, 784),
                new DoubleProblem(1, 25, 784, 64), new DoubleProblem(5, 33, 64, 33)}) {
                double[] expected = p.expected();
                assertArrayEquals(bits(expected), bits(p.run(workers, false)), p + ", scalar");
                assertArrayEquals(bits(expected), bits(p.run(workers, true)), p + ", vector");
            }
        }
    }

    @Test
    void blocksOfStepsCoverKEvenly() {
        for (int k = 0; k < 5000; k++) {
            int steps = DoubleGemm.blockSteps(k);
            int blocks = k == 0 ? 0 : (k + steps - 1) / steps;
            assertEquals((k + 199) / 200, blocks, "blocks of K = " + k);
            assertTrue(steps <= 200, "steps of a block of K = " + k);
        }
    }

    @Test
    void scratchIsKeptOnceItIsLargeEnough() {
        new DoubleProblem(1, 100, 100, 784).run(scratch, true);
        double[] a = scratch.a64;
        double[] b = scratch.b64;
        double[] tile = scratch.tile64;
        new DoubleProblem(2, 64, 33, 100).run(scratch, true);
        new DoubleProblem(1, 100, 100, 784).run(scratch, false);
        assertSame(a, scratch.a64);
        assertSame(b, scratch.b64);
        assertSame(tile, scratch.tile64);
    }

    private void check(DoubleProblem p) {
        check(p.packing(false), bits(p.expected()));
        check(p.packing(true), bits(p.expected()));
    }

    private void check(DoubleProblem p, long[] expected) {
        assertArrayEquals(expected, bits(p.run(scratch, false)), p + ", scalar");
        assertArrayEquals(expected, bits(p.run(scratch, true)), p + ", vector");
        assertArrayEquals(expected, bits(p.run(scratch, true, 3)), p + ", vector, in 3 parts");
    }

    /** Tells -0 from +0, and takes all NaNs for one: which payload survives is the processor's choice. */
    private static long[] bits(double[] values) {
        long[] bits = new long[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Double.doubleToLongBits(values[i]);
        }
        return bits;
    }
}
