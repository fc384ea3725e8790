package dev.covector.data;

import static dev.covector.data.DataLoaderTest.assertWrong;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.runtime.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class TransformsTest {
    private static final int MANY = 9_000;

    /** Words that scale to a given place within their bounds: 0 to the first, and nearly 1 to the last. */
    private static IntFunction<RandomGenerator> places(double... places) {
        return image -> new RandomGenerator() {
            private int next;

            @Override
            public long nextLong() {
                return (long) (places[next++] * 0x1p63) << 1;
            }
        };
    }

    /** The same image many times, as a view that doesn't start at 0. */
    private static Tensor many(int count, int height, int width, int channels, float... image) {
        float[] values = new float[1 + count * image.length];
        for (int i = 0; i < count; i++) {
            System.arraycopy(image, 0, values, 1 + i * image.length, image.length);
        }
        return Tensor.view(values, 1, count, height, width, channels);
    }

    private static String text(Tensor images) {
        return images.toString().replaceAll("\\.0\\b", "");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // top | left | padding | size | expected
        "0    | 0    | 0 | 2 | 1, 2, 4, 5",
        "0.99 | 0    | 0 | 2 | 4, 5, 7, 8",
        "0    | 0.99 | 0 | 2 | 2, 3, 5, 6",
        "0.99 | 0.99 | 0 | 2 | 5, 6, 8, 9",
        "0    | 0    | 1 | 3 | 0, 0, 0, 0, 1, 2, 0, 4, 5",
        "0.5  | 0.5  | 1 | 3 | 1, 2, 3, 4, 5, 6, 7, 8, 9",
        "0.99 | 0.99 | 1 | 3 | 5, 6, 0, 8, 9, 0, 0, 0, 0",
        "0    | 0    | 2 | 2 | 0, 0, 0, 0",
        "0    | 0.99 | 2 | 2 | 0, 0, 0, 0",
        "0.99 | 0    | 2 | 2 | 0, 0, 0, 0",
        "0    | 0    | 0 | 3 | 1, 2, 3, 4, 5, 6, 7, 8, 9",
        "0    | 0    | 1 | 5 | 0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 4, 5, 6, 0, 0",
    })
    void aCropIsAWindowOfThePaddedImage(double top, double left, int padding, int size, String expected) {
        Tensor images = many(1, 3, 3, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        String cropped = text(Transforms.randomCrop(images, size, size, padding, places(top, left)));
        assertTrue(cropped.startsWith("f32[1," + size + "," + size + ",1] {" + expected), cropped);
    }

    @Test
    void allWindowsAreEquallyFrequent() {
        Tensor images = many(MANY, 2, 2, 1, 1, 2, 3, 4);
        Map<String, Integer> counts = counts(Transforms.randomCrop(images, 2, 2, 1, Transforms.seeded(1)));
        assertEquals(9, counts.size());
        assertTrue(counts.containsKey("[0.0, 0.0, 0.0, 1.0]"));
        counts.forEach((crop, count) -> assertTrue(count > 850 && count < 1150, crop + ": " + count));
    }

    @Test
    void channelsStayTogether() {
        Tensor images = many(1, 1, 3, 2, 1, 10, 2, 20, 3, 30);
        assertEquals("f32[1,1,2,2] {2, 20, 3, 30}",
                text(Transforms.randomCrop(images, 1, 2, 0, places(0, 0.99))));
        assertArrayEquals(new float[]{3, 30, 2, 20, 1, 10},
                Transforms.randomHorizontalFlip(images, 1, places(0)).toFloats());
    }

    @Test
    void flips() {
        Tensor images = many(2, 2, 2, 1, 1, 2, 3, 4);
        assertEquals("f32[2,2,2,1] {2, 1, 4, 3, 2, 1, 4, 3}",
                text(Transforms.randomHorizontalFlip(images, 1, Transforms.seeded(0))));
        assertEquals("f32[2,2,2,1] {1, 2, 3, 4, 1, 2, 3, 4}",
                text(Transforms.randomHorizontalFlip(images, 0, Transforms.seeded(0))));
        Map<String, Integer> counts = counts(
                Transforms.randomHorizontalFlip(many(MANY, 1, 2, 1, 1, 2), 0.25, Transforms.seeded(3)));
        assertEquals(2, counts.size());
        int flipped = counts.getOrDefault("[2.0, 1.0]", 0);
        assertTrue(flipped > 2_050 && flipped < 2_450, "about a quarter of 9,000: " + flipped);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        // where the factors are within their bounds, what the bounds are, the image after
        "0.5 | 0.5 | 0.5 | 0.5 | 0.2, 0.4, 0.9",
        "0   | 0.5 | 0.5 | 0   | 0.1, 0.2, 0.45",
        "1   | 0.5 | 0.5 | 0   | 0.3, 0.6, 1",
        "0.5 | 0   | 0   | 1   | 0.5, 0.5, 0.5",
        "0.5 | 1   | 0   | 1   | 0, 0.3, 1",
        "0   | 0.5 | 2   | 0   | 0, 0, 0",
    })
    void brightnessAndContrast(double first, double second, double brightness, double contrast,
            String expected) {
        double almostOne = Math.nextDown(1.0);
        float[] found = Transforms.colorJitter(many(1, 1, 3, 1, 0.2f, 0.4f, 0.9f), brightness, contrast,
                places(Math.min(first, almostOne), Math.min(second, almostOne))).toFloats();
        String[] wanted = expected.split(", ");
        for (int i = 0; i < wanted.length; i++) {
            assertEquals(Float.parseFloat(wanted[i]), found[i], 1e-6f, Arrays.toString(found));
        }
    }

    /** The first is an example of PyTorch's documentation. */
    @Test
    void resizing() {
        assertEquals(
                "f32[1,4,4,1] {1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4}",
                text(Transforms.resize(many(1, 2, 2, 1, 1, 2, 3, 4), 4, 4)));
        Tensor images = many(2, 4, 4, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
        assertArrayEquals(new float[]{3.5f, 5.5f, 11.5f, 13.5f, 3.5f, 5.5f, 11.5f, 13.5f},
                Transforms.resize(images, 2, 2).toFloats());
        assertArrayEquals(images.toFloats(), Transforms.resize(images, 4, 4).toFloats());
        assertArrayEquals(new float[]{8.5f, 8.5f}, Transforms.resize(images, 1, 1).toFloats());
        assertArrayEquals(new float[]{1, 10, 1.5f, 15, 2.5f, 25, 3, 30},
                Transforms.resize(many(1, 1, 2, 2, 1, 10, 3, 30), 1, 4).toFloats());
    }

    /** Each of the random transforms. */
    @SuppressWarnings("ImmutableEnumChecker") // the lambdas have no state
    enum Random {
        CROP((images, random) -> Transforms.randomCrop(images, 3, 3, 1, random)),
        FLIP((images, random) -> Transforms.randomHorizontalFlip(images, 0.5, random)),
        JITTER((images, random) -> Transforms.colorJitter(images, 0.4, 0.4, random)),
        ALL((images, random) -> CROP.transform
                .apply(FLIP.transform.apply(JITTER.transform.apply(images, random),
                        random), random));

        private final Transform transform;

        Random(Transform transform) {
            this.transform = transform;
        }

        private interface Transform {
            Tensor apply(Tensor images, IntFunction<RandomGenerator> random);
        }
    }

    @ParameterizedTest
    @EnumSource
    void imagesChangeByTheirSeedEpochAndNumberOnly(Random random) {
        float[] pixels = new float[12 * 9];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = i / (float) pixels.length;
        }
        Tensor images = Tensor.of(pixels, 12, 3, 3, 1);
        float[] before = pixels.clone();
        UnaryOperator<Batch> step =
                batch -> batch.with(0, random.transform.apply(batch.get(0), batch::random));
        DataLoader inOrder = DataLoader.of(12, images).seed(7).map(step);

        List<String> expected = byExample(inOrder, 0);
        assertEquals(expected, byExample(DataLoader.of(5, images).seed(7).shuffle().map(step), 0));
        assertEquals(expected,
                byExample(DataLoader.of(5, images).seed(7).shuffle().prefetch(0).map(step), 0));
        assertNotEquals(expected, byExample(inOrder, 1), "another epoch");
        assertNotEquals(expected, byExample(DataLoader.of(12, images).seed(8).map(step), 0), "another seed");
        assertArrayEquals(before, pixels, "what it was given is left alone");
        assertNotSame(pixels, random.transform.apply(images, Transforms.seeded(1)).array());
    }

    private static List<String> byExample(DataLoader loader, int epoch) {
        Map<Integer, String> images = new TreeMap<>();
        loader.forEach(epoch, batch -> {
            for (int row = 0; row < batch.size(); row++) {
                images.put(batch.examples()[row],
                        Arrays.toString(batch.get(0).rows(row, row + 1).toFloats()));
            }
        });
        return List.copyOf(images.values());
    }

    /** How often each image is there. */
    private static Map<String, Integer> counts(Tensor images) {
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < images.dim(0); i++) {
            counts.merge(Arrays.toString(images.rows(i, i + 1).toFloats()), 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void mistakesAreTold() {
        Tensor images = Tensor.of(new float[9], 1, 3, 3, 1);
        IntFunction<RandomGenerator> random = Transforms.seeded(1);
        assertWrong("randomCrop can't take 4 x 3 out of f32[1,3,3,1] with a padding of 0",
                () -> Transforms.randomCrop(images, 4, 3, 0, random));
        assertWrong("randomCrop can't take 3 x 6 out of f32[1,3,3,1] with a padding of 1",
                () -> Transforms.randomCrop(images, 3, 6, 1, random));
        assertWrong("randomCrop can't take 1 x 1 out of f32[1,3,3,1] with a padding of -1",
                () -> Transforms.randomCrop(images, 1, 1, -1, random));
        assertWrong("randomCrop wants images of 1 x 1 or more, got 0 x 3",
                () -> Transforms.randomCrop(images, 0, 3, 0, random));
        assertWrong("resize wants images of 1 x 1 or more, got 3 x 0", () -> Transforms.resize(images, 3, 0));
        assertWrong("resize wants images f32[n,height,width,channels], got f32[1,9]",
                () -> Transforms.resize(images.reshape(1, 9), 3, 3));
        assertWrong("a probability is from 0 to 1, got 50.0",
                () -> Transforms.randomHorizontalFlip(images, 50, random));
        assertWrong("brightness and contrast are how far their factors may be from 1, got -0.5 and 0.0",
                () -> Transforms.colorJitter(images, -0.5, 0, random));
    }
}
