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
final class FloatGemmTest {
    private static final int[] SIZES = {0, 1, 2, 5, 6, 10, 11, 12, 13, 31, 32, 33, 64, 97};

    private final Scratch scratch = new Scratch();

    /** Otherwise the vector flavour would run on the scalar tile. */
    @BeforeAll
    static void vectorTilesAreHotWhereThereAreAny() throws InterruptedException {
        boolean vector = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        assertEquals(vector, FloatGemm.awaitHot(60, TimeUnit.SECONDS));
        if (vector) {
            assertTrue(FloatTileVector.NARROW.await(60, TimeUnit.SECONDS));
            assertTrue(FloatTileVector.ROWS.await(60, TimeUnit.SECONDS));
            assertTrue(FloatTileVector.NARROW_ROWS.await(60, TimeUnit.SECONDS));
            assertTrue(FloatTileVector.PLACES.await(60, TimeUnit.SECONDS));
            assertTrue(FloatTileVector.IN_PLACE.await(60, TimeUnit.SECONDS));
            assertTrue(FloatTileVector.LOW.await(60, TimeUnit.SECONDS));
            assertTrue(FloatTileVector.PAIR.await(60, TimeUnit.SECONDS));
            assertTrue(FloatTileVector.LANES.await(60, TimeUnit.SECONDS));
            assertTrue(FloatThirds.VECTOR.await(60, TimeUnit.SECONDS));
        }
    }

    @ParameterizedTest(name = "K = {0}")
    @ValueSource(ints = {0, 1, 2, 11, 12, 13, 31, 32, 33, 64, 100, 400, 512, 513, 784})
    void everySmallShape(int k) {
        for (int m : SIZES) {
            for (int n : SIZES) {
                check(new FloatProblem(1, m, n, k));
            }
        }
    }

    @ParameterizedTest(name = "K = {0}")
    @ValueSource(ints = {0, 1, 15, 16, 17, 256, 300})
    void byLanes(int k) {
        for (int m : new int[]{1, 2, 3, 4, 12, 13, 25}) {
            for (int n : new int[]{1, 5, 6, 7, 12, 33}) {
                FloatProblem p = new FloatProblem(2, m, n, k).byLanes();
                check(p, bits(p.expectedByLanes()));
            }
        }
        FloatProblem p = new FloatProblem(1, 7, 7, k).with(29, Float.NaN, Float.POSITIVE_INFINITY, -0f, 0f);
        check(p.byLanes(), bits(p.expectedByLanes()));
    }

    @ParameterizedTest(name = "{0} of {1}x{3}x{2}")
    @CsvSource({
        "1, 400, 513, 33", "1, 401, 784, 784", "1, 784, 13, 401", "1, 13, 784, 100", "1, 1, 784, 401",
        "1, 6, 160, 25", "1, 18, 300, 784", "3, 30, 128, 600", "1, 1550, 40, 520",
        "1, 1550, 290, 40",
        "3, 18, 32, 600", "2, 64, 32, 64", "1, 400, 32, 784", "2, 23, 96, 600",
        "1, 6, 4096, 25", "2, 16, 4352, 520",
        "2, 33, 33, 33", "3, 1, 100, 64", "7, 12, 32, 401", "20, 13, 2, 31", "3, 0, 5, 5",
    })
    void largeShapesAndBatches(int batches, int m, int n, int k) {
        check(new FloatProblem(batches, m, n, k));
    }

    @ParameterizedTest(name = "K = {0}")
    @ValueSource(ints = {1, 5, 25, 401})
    void specialValues(int k) {
        for (int n : new int[]{10, 70}) {
            check(new FloatProblem(1, 25, n, k).with(1, -0f));
            check(new FloatProblem(1, 25, n, k).with(7, -0f, 0f));
            check(new FloatProblem(1, 25, n, k).with(29, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY));
            check(new FloatProblem(1, 25, n, k).with(97, Float.NaN, Float.POSITIVE_INFINITY, 0f));
            check(new FloatProblem(1, 25, n, k).with(3, Float.MAX_VALUE, Float.MIN_VALUE, -Float.MIN_NORMAL));
        }
    }

    @ParameterizedTest(name = "{0} threads")
    @ValueSource(ints = {1, 2, 7})
    void anyNumberOfThreads(int threads) {
        try (Workers workers = Workers.of(threads)) {
            for (FloatProblem p : new FloatProblem[]{new FloatProblem(1, 256, 100, 784),
                new FloatProblem(1, 25, 784, 64), new FloatProblem(5, 33, 64, 33),
                new FloatProblem(1, 16, 8192, 30).leavingB()}) {
                float[] expected = p.expected();
                assertArrayEquals(bits(expected), bits(p.run(workers, false)), p + ", scalar");
                assertArrayEquals(bits(expected), bits(p.run(workers, true)), p + ", vector");
            }
        }
    }

    @Test
    void blocksOfStepsCoverKEvenly() {
        for (int k = 0; k < 5000; k++) {
            int steps = FloatGemm.blockSteps(k);
            int blocks = k == 0 ? 0 : (k + steps - 1) / steps;
            assertEquals((k + 511) / 512, blocks, "blocks of K = " + k);
            assertTrue(steps <= 512, "steps of a block of K = " + k);
        }
    }

    @Test
    void scratchIsKeptOnceItIsLargeEnough() {
        new FloatProblem(1, 100, 100, 784).run(scratch, true);
        float[] a = scratch.a;
        float[] b = scratch.b;
        float[] tile = scratch.tile;
        new FloatProblem(2, 64, 33, 100).run(scratch, true);
        new FloatProblem(1, 100, 100, 784).run(scratch, false);
        assertSame(a, scratch.a);
        assertSame(b, scratch.b);
        assertSame(tile, scratch.tile);
    }

    private void check(FloatProblem p) {
        check(p.packing(false), bits(p.expected()));
        check(p.packing(true), bits(p.expected()));
        check(p.leavingA(), bits(p.expected()));
        check(p.leavingB(), bits(p.expected()));
        check(p.leavingAll(), bits(p.expected()));
        check(p.leavingOut(), bits(p.expected()));
        check(p.leavingSteps(), bits(p.expected()));
        if (p.n == FloatGemm.TILE_N) {
            check(p.packing(false).leavingPanel(), bits(p.expected()));
            check(p.packing(true).leavingPanel(), bits(p.expected()));
            check(p.leavingA().leavingPanel(), bits(p.expected()));
            check(p.leavingSteps().leavingPanel(), bits(p.expected()));
        }
    }

    private void check(FloatProblem p, int[] expected) {
        assertArrayEquals(expected, bits(p.run(scratch, false)), p + ", scalar");
        assertArrayEquals(expected, bits(p.run(scratch, true)), p + ", vector");
        assertArrayEquals(expected, bits(p.run(scratch, true, 3)), p + ", vector, in 3 parts");
    }

    /** Tells -0 from +0, and takes all NaNs for one: which payload survives is the processor's choice. */
    private static int[] bits(float[] values) {
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToIntBits(values[i]);
        }
        return bits;
    }
}
