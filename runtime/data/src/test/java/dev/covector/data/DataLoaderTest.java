package dev.covector.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.runtime.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class DataLoaderTest {
    private static final int EXAMPLES = 7;
    /** Example i is (10 i, 10 i + 1), and has the label i. */
    private static final Tensor FEATURES = Tensor.of(
            new float[]{0, 1, 10, 11, 20, 21, 30, 31, 40, 41, 50, 51, 60, 61}, EXAMPLES, 2);
    private static final Tensor LABELS = Tensor.of(new int[]{0, 1, 2, 3, 4, 5, 6}, EXAMPLES);

    private static DataLoader loader(int batchSize) {
        return DataLoader.of(batchSize, FEATURES, LABELS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "3 | false | [[0, 1, 2], [3, 4, 5], [6]]",
        "3 | true  | [[0, 1, 2], [3, 4, 5]]",
        "7 | false | [[0, 1, 2, 3, 4, 5, 6]]",
        "7 | true  | [[0, 1, 2, 3, 4, 5, 6]]",
        "9 | false | [[0, 1, 2, 3, 4, 5, 6]]",
        "9 | true  | []",
        "1 | true  | [[0], [1], [2], [3], [4], [5], [6]]"
    })
    void theExamplesInOrder(int batchSize, boolean dropLast, String expected) {
        DataLoader loader = dropLast ? loader(batchSize).dropLast() : loader(batchSize);
        List<String> found = new ArrayList<>();
        for (Batch batch : loader.epoch(0)) {
            assertSame(FEATURES.array(), batch.get(0).array(), "a view of the data");
            assertArrayEquals(batch.get(1).toInts(), batch.examples());
            assertEquals(batch.examples().length, batch.size());
            assertEquals(found.size(), batch.index());
            found.add(Arrays.toString(batch.get(1).toInts()));
        }
        assertEquals(expected, found.toString());
        assertEquals(found.size(), loader.batches());
    }

    /** The same on every machine; it changes only when the order is meant to change. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0 | 0 | [4, 2, 0, 5, 1, 6, 3]",
        "0 | 1 | [1, 6, 5, 4, 3, 0, 2]",
        "42 | 0 | [3, 0, 4, 6, 5, 2, 1]",
    })
    void aSeedAndAnEpochGiveAnOrder(long seed, int epoch, String expected) {
        assertEquals(expected, labels(loader(3).shuffle().seed(seed), epoch).toString());
    }

    @Test
    void shufflingKeepsRowsTogetherAndVisitsEachExampleOnce() {
        for (int epoch = -1; epoch < 20; epoch++) {
            List<Integer> labels = new ArrayList<>();
            for (Batch batch : loader(3).shuffle().epoch(epoch)) {
                assertEquals(epoch, batch.epoch());
                for (int row = 0; row < batch.size(); row++) {
                    int label = (int) batch.get(1).getLong(row);
                    assertEquals(label, batch.examples()[row]);
                    assertEquals(10 * label, batch.get(0).getDouble(row, 0));
                    assertEquals(10 * label + 1, batch.get(0).getDouble(row, 1));
                    labels.add(label);
                }
            }
            assertEquals(List.of(0, 1, 2, 3, 4, 5, 6), labels.stream().sorted().toList());
        }
    }

    /** Uniform over the 24 orders of four examples: each about 1,000 times of 24,000, with a deviation of 31. */
    @Test
    void allOrdersAreEquallyFrequent() {
        DataLoader loader = DataLoader.of(4, Tensor.of(new int[]{0, 1, 2, 3}, 4)).shuffle().prefetch(0);
        int[] counts = new int[256];
        for (int epoch = 0; epoch < 24_000; epoch++) {
            int[] order = loader.epoch(epoch).iterator().next().examples();
            counts[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]]++;
        }
        int[] found = Arrays.stream(counts).filter(count -> count > 0).toArray();
        assertEquals(24, found.length);
        assertTrue(Arrays.stream(found).allMatch(count -> count > 850 && count < 1150),
                Arrays.toString(found));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, Integer.MAX_VALUE})
    void batchesDontDependOnHowManyArePrefetched(int prefetch) {
        UnaryOperator<Batch> noise = batch -> {
            float[] noisy = batch.get(0).toFloats();
            for (int i = 0; i < noisy.length; i++) {
                noisy[i] += batch.random(i / 2).nextFloat();
            }
            return batch.with(0, Tensor.of(noisy, batch.size(), 2));
        };
        for (DataLoader loader : List.of(loader(2), loader(2).shuffle())) {
            assertEquals(texts(loader.map(noise).prefetch(0), 5),
                    texts(loader.map(noise).prefetch(prefetch), 5));
        }
    }

    /** The number of the row doesn't matter, nor who else is in the batch. */
    @Test
    void randomnessBelongsToTheExample() {
        long[] ordered = firstLongs(loader(7), 3);
        assertArrayEquals(ordered, firstLongs(loader(2).shuffle(), 3));
        assertFalse(Arrays.equals(ordered, firstLongs(loader(7), 4)), "another epoch");
        assertFalse(Arrays.equals(ordered, firstLongs(loader(7).seed(1), 3)), "another seed");
        assertEquals(7, Arrays.stream(ordered).distinct().count());
    }

    private static long[] firstLongs(DataLoader loader, int epoch) {
        long[] first = new long[EXAMPLES];
        for (Batch batch : loader.epoch(epoch)) {
            for (int row = 0; row < batch.size(); row++) {
                first[batch.examples()[row]] = batch.random(row).nextLong();
            }
        }
        return first;
    }

    @Test
    void stepsApplyInOrderAndDrawDifferentNumbers() {
        List<Long> drawn = new ArrayList<>();
        UnaryOperator<Batch> draw = batch -> {
            drawn.add(batch.random(0).nextLong());
            return batch.with(1, Tensor.of(new int[]{drawn.size()}, 1));
        };
        Batch batch = DataLoader.of(1, FEATURES.rows(0, 1), LABELS.rows(0, 1)).map(draw).map(draw).epoch(0)
                .iterator()
                .next();
        assertEquals(2, batch.get(1).getLong(0));
        assertNotEquals(drawn.get(0), drawn.get(1));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void aBatchInUseIsLeftAloneByWhatIsPrefetched(int prefetch) throws InterruptedException {
        CountDownLatch prepared = new CountDownLatch(prefetch + 1);
        DataLoader loader = loader(1).shuffle().prefetch(prefetch).map(batch -> {
            prepared.countDown();
            return batch;
        });
        try (Batches batches = loader.epoch(0)) {
            Iterator<Batch> iterator = batches.iterator();
            Batch first = iterator.next();
            Batch kept = first.copy();
            prepared.await();
            assertEquals(kept.get(0).toString(), first.get(0).toString());
            Batch last = first;
            while (iterator.hasNext()) {
                last = iterator.next();
            }
            assertNotEquals(last.get(0).toString(), kept.get(0).toString());
            assertEquals(10 * kept.examples()[0], kept.get(0).getDouble(0, 0), "a copy lasts");
        }
    }

    @Test
    void epochsOfOneLoaderMayRunTogether() {
        DataLoader loader = loader(2).shuffle();
        Iterator<Batch> a = loader.epoch(0).iterator();
        Iterator<Batch> b = loader.epoch(1).iterator();
        List<List<Integer>> found = List.of(new ArrayList<>(), new ArrayList<>());
        while (a.hasNext()) {
            Batch left = a.next();
            Batch right = b.next();
            addLabels(left, found.get(0));
            addLabels(right, found.get(1));
        }
        assertEquals(List.of(labels(loader, 0), labels(loader, 1)), found);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void whatAStepThrowsTheLoopThrows(int prefetch) throws InterruptedException {
        for (Throwable thrown : List.of(new DataException("broken"), new StackOverflowError())) {
            AtomicReference<Thread> thread = new AtomicReference<>(Thread.currentThread());
            DataLoader loader = loader(2).shuffle().prefetch(prefetch).map(batch -> {
                thread.set(Thread.currentThread());
                if (batch.index() == 2) {
                    sneak(thrown);
                }
                return batch;
            });
            List<Integer> before = new ArrayList<>();
            Throwable caught = assertThrows(Throwable.class, () -> {
                for (Batch batch : loader.epoch(0)) {
                    before.add(batch.index());
                }
            });
            assertSame(thrown, caught);
            assertEquals(List.of(0, 1), before);
            assertEquals(prefetch == 0, thread.get() == Thread.currentThread());
            assertEnds(thread.get());
        }
    }

    private static void sneak(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) thrown;
    }

    /** How a loop may end, after which its thread has ended too. */
    @SuppressWarnings("ImmutableEnumChecker") // the lambdas have no state
    enum Ending {
        AT_THE_LAST(loader -> {
            for (Batch batch : loader.epoch(0)) {
                assertEquals(1, batch.size());
            }
        }),
        CLOSED(loader -> {
            try (Batches batches = loader.epoch(0)) {
                batches.iterator().next();
            }
        }),
        LEFT(loader -> loader.epoch(0).iterator().next()),
        THROWN_OUT_OF(loader -> {
            try {
                loader.forEach(0, batch -> {
                    throw new DataException("by the body");
                });
            } catch (DataException e) {
                assertEquals("by the body", e.getMessage());
            }
        });

        private final Loop loop;

        Ending(Loop loop) {
            this.loop = loop;
        }

        private interface Loop {
            void run(DataLoader loader);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theThreadEndsWithTheLoop(Ending ending) throws InterruptedException {
        AtomicReference<Thread> thread = new AtomicReference<>(Thread.currentThread());
        ending.loop.run(loader(1).shuffle().map(batch -> {
            thread.set(Thread.currentThread());
            return batch;
        }));
        assertNotEquals(Thread.currentThread(), thread.get());
        assertEquals("covector-data-prefetch", thread.get().getName());
        assertEnds(thread.get());
    }

    private static void assertEnds(Thread thread) throws InterruptedException {
        assertTrue(thread == Thread.currentThread() || thread.join(Duration.ofSeconds(30)),
                "the thread ends");
    }

    @Test
    void closingInterruptsAStepAndWaitsForIt() throws InterruptedException {
        CountDownLatch waiting = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        DataLoader loader = loader(1).map(batch -> {
            if (batch.index() == 1) {
                waiting.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    interrupted.set(true);
                }
            }
            return batch;
        });
        Batches batches = loader.epoch(0);
        Iterator<Batch> iterator = batches.iterator();
        iterator.next();
        waiting.await();
        batches.close();
        assertTrue(interrupted.get());
        assertFalse(iterator.hasNext());
        assertThrows(NoSuchElementException.class, iterator::next);
    }

    @Test
    void mistakesAreTold() {
        Batch batch = loader(3).epoch(0).iterator().next();
        Batches used = loader(3).epoch(0);
        used.forEach(b -> {});
        assertWrong("a batch has 1 or more examples, got a size of 0", () -> loader(0));
        assertWrong("a DataLoader needs one or more tensors", () -> DataLoader.of(1));
        assertWrong("the tensors of a DataLoader have a row for each example, got f32[7,2], i32[6]",
                () -> DataLoader.of(1, FEATURES, LABELS.rows(0, 6)));
        assertWrong("the tensors of a DataLoader have a row for each example, got f32[]",
                () -> DataLoader.of(1, Tensor.scalar(1f)));
        assertWrong("can't prefetch -1 batches", () -> loader(1).prefetch(-1));
        assertWrong("tensor 1 of a batch of 3 examples has 3 rows, got i32[7]", () -> batch.with(1, LABELS));
        assertWrong("Index 3 out of bounds for length 3", () -> batch.random(3));
        assertWrong("the batches of an epoch can be gone through once; ask the loader for the epoch again",
                used::iterator);
        assertEquals("batch 0 of epoch 0: f32[3,2], i32[3]", batch.toString());
    }

    static void assertWrong(String message, Executable wrong) {
        assertEquals(message, assertThrows(RuntimeException.class, wrong).getMessage());
    }

    private static List<Integer> labels(DataLoader loader, int epoch) {
        List<Integer> labels = new ArrayList<>();
        loader.forEach(epoch, batch -> addLabels(batch, labels));
        return labels;
    }

    private static void addLabels(Batch batch, List<Integer> labels) {
        Arrays.stream(batch.get(1).toInts()).forEach(labels::add);
    }

    private static List<String> texts(DataLoader loader, int epoch) {
        List<String> texts = new ArrayList<>();
        loader.forEach(epoch, batch -> texts.add(batch + " " + batch.tensors()));
        return texts;
    }
}
