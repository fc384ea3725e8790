package dev.covector.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NestCodeTest {
    private static final int SIZE = 1_000;

    private final Frame frame = new Frame(1, 0, new double[0], new long[0], List::of);
    private final Scratch scratch = new Scratch();
    private final AtomicInteger slowIndices = new AtomicInteger();
    private final AtomicInteger fastIndices = new AtomicInteger();
    /** Counts each index in place, as an update would; takes its time. */
    private final Code slow = counting(slowIndices, 20_000);
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

    @ParameterizedTest(name = "{0} indices of {1} operations")
    @CsvSource({"1000, 1", "1000, 1000000", "128, 1", "2, 100000", "127, 1", "1, 1000000", "0, 1"})
    void whileItWarmsEachIndexRunsOnce(int length, long indexWork) {
        NestCode nest = NestCode.warming(0, slow, fast);
        int runs = 20;
        for (int i = 0; i < runs; i++) {
            nest.run(frame, scratch, 0, length, indexWork);
        }
        int[] expected = new int[SIZE];
        Arrays.fill(expected, 0, length, runs);
        assertArrayEquals(expected, (int[]) frame.buffers[0]);
        assertEquals(runs * length, slowIndices.get() + fastIndices.get());
    }

    @Test
    void changesOnceTheVectorCodeHasKeptUpSeveralTimesInARow() {
        NestCode nest = NestCode.warming(0, slow, fast);
        nest.run(frame, scratch, 0, SIZE, 1);
        assertEquals(64, fastIndices.get(), "a probe is small");
        assertFalse(nest.isHot(), "one probe proves nothing");
        for (int i = 0; i < 100 && !nest.isHot(); i++) {
            nest.run(frame, scratch, 0, SIZE, 1);
        }
        assertTrue(nest.isHot());
        int before = slowIndices.get();
        nest.run(frame, scratch, 0, SIZE, 1);
        assertEquals(before, slowIndices.get(), "indices that the scalar code still gets");
    }

    @Test
    void staysWhereTheVectorCodeIsSlower() {
        NestCode nest = NestCode.warming(0, fast, slow);
        for (int i = 0; i < 100; i++) {
            nest.run(frame, scratch, 0, SIZE, 1);
        }
        assertFalse(nest.isHot());
    }

    @Test
    void aPartOfAContractionChangesToo() {
        int[] elements = new int[1];
        Code count = (nest, f, s, from, to) -> elements[0] += (s.m1 - s.m0) * (s.k1 - s.k0);
        Code slowCount = (nest, f, s, from, to) -> {
            count.run(nest, f, s, from, to);
            slow.run(nest, f, s, 0, s.m1 - s.m0);
        };
        NestCode nest = NestCode.warming(0, slowCount, count);
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
