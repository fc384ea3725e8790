package dev.covector.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NestCodeTest {
    private static final int SIZE = 1_000;
    private static final long SLOW_NANOS = 200_000;

    private final Frame frame = new Frame(1, 0, new double[0], new long[0], () -> Program.Notes.NONE);
    private final Scratch scratch = new Scratch();
    private final AtomicInteger slowIndices = new AtomicInteger();
    private final AtomicInteger fastIndices = new AtomicInteger();
    /** Counts each index in place, as an update would; takes its time. */
    private final Code slow = counting(slowIndices, SLOW_NANOS);
    private final Code fast = counting(fastIndices, 0);

    private Code counting(AtomicInteger indices, long nanos) {
        int[] counts = new int[SIZE];
        frame.buffers[0] = counts;
        return (nest, f, s, from, to) -> {
            for (int i = from; i < to; i++) {
                ((int[]) f.buffers[0])[i]++;
            }
            indices.addAndGet(to - from);
            for (long begin = System.nanoTime(); from < to && System.nanoTime() - begin < nanos;) {
                Thread.onSpinWait();
            }
        };
    }

    private static NestCode warming(Code scalar, Code vector) {
        DeferredCode made = new DeferredCode(() -> vector);
        assertSame(vector, made.get());
        return NestCode.warming(0, scalar, made);
    }

    @ParameterizedTest(name = "{0} indices of {1} operations")
    @CsvSource({
        "1000, 1, true", "1000, 1000000, true", "128, 1, true", "2, 100000, true",
        "127, 1, true", "1, 1000, true", "1, 1000000, false", "0, 1, false",
    })
    void whileItWarmsEachIndexRunsOnce(int length, long indexWork, boolean tried) {
        NestCode nest = warming(slow, fast);
        int runs = 200;
        for (int i = 0; i < runs; i++) {
            nest.run(frame, scratch, 0, length, indexWork);
        }
        int[] expected = new int[SIZE];
        Arrays.fill(expected, 0, length, runs);
        assertArrayEquals(expected, (int[]) frame.buffers[0]);
        assertEquals(runs * length, slowIndices.get() + fastIndices.get());
        assertEquals(tried, fastIndices.get() > 0);
    }

    @Test
    void changesOnceTheVectorCodeHasKeptUpSeveralTimesInARow() {
        NestCode nest = warming(slow, fast);
        while (fastIndices.get() == 0) {
            nest.run(frame, scratch, 0, SIZE, 1);
        }
        assertEquals(256, fastIndices.get(), "a trial is small");
        assertFalse(nest.isHot(), "one trial proves nothing");
        for (int i = 0; i < 10_000 && !nest.isHot(); i++) {
            nest.run(frame, scratch, 0, SIZE, 1);
        }
        assertTrue(nest.isHot());
        int before = slowIndices.get();
        nest.run(frame, scratch, 0, SIZE, 1);
        assertEquals(before, slowIndices.get(), "indices that the scalar code still gets");
    }

    @Test
    void staysWhereTheVectorCodeIsSlower() {
        AtomicInteger slowerIndices = new AtomicInteger();
        NestCode nest = warming(slow, counting(slowerIndices, 4 * SLOW_NANOS));
        for (int i = 0; i < 300; i++) {
            nest.run(frame, scratch, 0, SIZE, 1);
        }
        assertTrue(slowerIndices.get() > 0, "it was tried");
        assertFalse(nest.isHot());
    }

    @Test
    void onlyAFewIndicesAreTriedAtFirst() {
        NestCode nest = warming(slow, fast);
        while (fastIndices.get() == 0) {
            nest.run(frame, scratch, 0, SIZE, 100);
        }
        assertEquals(2, fastIndices.get());
    }

    @ParameterizedTest(name = "{0} indices of {1} operations, {2} show what it takes: {3} are tried")
    @CsvSource({"1000, 100, 300, 300", "1000, 100, 1, 2", "500, 100, 300, 500", "200, 100, 300, 200",
        "1000, 100000, 300, 1"})
    void asManyIndicesAreTriedAsShowWhatItTakes(int length, long indexWork, int sample, int tried) {
        NestCode nest = warming(slow, (number, f, s, from, to) -> {
            s.sample = sample;
            fast.run(number, f, s, from, to);
        });
        while (fastIndices.get() == 0) {
            nest.run(frame, scratch, 0, length, indexWork);
        }
        assertEquals(tried, fastIndices.get());
    }

    @Test
    void aPartOfAContractionChangesToo() {
        int[] elements = new int[1];
        Code count = (nest, f, s, from, to) -> elements[0] += (s.m1 - s.m0) * (s.k1 - s.k0);
        Code slowCount = (nest, f, s, from, to) -> {
            count.run(nest, f, s, from, to);
            slow.run(nest, f, s, 0, s.m1 - s.m0);
        };
        NestCode nest = warming(slowCount, count);
        scratch.m1 = 12;
        scratch.k1 = 10;
        int runs = 0;
        for (; runs < 10_000 && !nest.isHot(); runs++) {
            nest.runPart(frame, scratch, 120);
        }
        assertTrue(nest.isHot());
        assertEquals(runs * 120, elements[0], "each part runs once, beside empty ones");
    }

    @Test
    void fixedCodeRunsFromTheFirstCallOn() {
        NestCode.fixed(0, slow).run(frame, scratch, 0, SIZE, 1);
        assertEquals(SIZE, slowIndices.get());
    }
}
