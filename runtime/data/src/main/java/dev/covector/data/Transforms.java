package dev.covector.data;

import dev.covector.runtime.DType;
import dev.covector.runtime.Tensor;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/**
 * Changes of images that don't change what they show, so that a network sees more of them; and another size. Images are
 * float32 {@code [n, height, width, channels]}, of any number of channels; each is changed on its own. The result is a
 * new tensor.
 *
 * <p>The random ones take a source for each image: {@link Batch#random} in a {@link DataLoader}'s step, which gives an
 * image another change in each epoch, or {@link #seeded}. How much they draw doesn't depend on what they draw.
 *
 * <pre>{@code
 * DataLoader loader = DataLoader.of(128, images, labels).shuffle().seed(42).map(batch -> {
 *     Tensor x = Transforms.randomCrop(batch.get(0), 32, 32, 4, batch::random);
 *     return batch.with(0, Transforms.randomHorizontalFlip(x, 0.5, batch::random));
 * });
 * }</pre>
 */
public final class Transforms {
    private Transforms() {}

    /** A source for each image of a tensor, from a seed and the image's number. Each asking gives a new one. */
    public static IntFunction<RandomGenerator> seeded(long seed) {
        return image -> KeyedRandom.ofExample(seed, 0, image);
    }

    /**
     * A part of each image, at a random place.
     *
     * @param padding rows and columns of zeros put around the image before, on each side
     * @return float32 {@code [n, height, width, channels]}
     * @throws IllegalArgumentException if the padded images are smaller than that
     */
    public static Tensor randomCrop(Tensor images, int height, int width, int padding,
            IntFunction<RandomGenerator> random) {
        requireImages("randomCrop", images);
        requireSize("randomCrop", height, width);
        int h = images.dim(1);
        int w = images.dim(2);
        int channels = images.dim(3);
        if (padding < 0 || height > h + 2L * padding || width > w + 2L * padding) {
            throw new IllegalArgumentException("randomCrop can't take " + height + " x " + width + " out of "
                    + images.describe() + " with a padding of " + padding);
        }
        float[] from = (float[]) images.array();
        Tensor cropped = Tensor.zeros(DType.FLOAT32, images.dim(0), height, width, channels);
        float[] to = (float[]) cropped.array();
        for (int image = 0; image < images.dim(0); image++) {
            RandomGenerator source = random.apply(image);
            int top = KeyedRandom.below(source, h + 2 * padding - height + 1) - padding;
            int left = KeyedRandom.below(source, w + 2 * padding - width + 1) - padding;
            int firstColumn = Math.max(0, -left);
            int columns = Math.min(width, w - left) - firstColumn;
            for (int y = Math.max(0, -top); y < Math.min(height, h - top) && columns > 0; y++) {
                System.arraycopy(from,
                        images.offset() + ((image * h + top + y) * w + left + firstColumn) * channels,
                        to, ((image * height + y) * width + firstColumn) * channels, columns * channels);
            }
        }
        return cropped;
    }

    /**
     * Each image as a mirror would show it, or as it is.
     *
     * @param probability of being mirrored, from 0 to 1
     */
    public static Tensor randomHorizontalFlip(Tensor images, double probability,
            IntFunction<RandomGenerator> random) {
        requireImages("randomHorizontalFlip", images);
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("a probability is from 0 to 1, got " + probability);
        }
        Tensor flipped = images.copy();
        float[] values = (float[]) flipped.array();
        int width = images.dim(2);
        int channels = images.dim(3);
        int rows = images.dim(1);
        for (int image = 0; image < images.dim(0); image++) {
            if (KeyedRandom.uniform(random.apply(image), 0, 1) < probability) {
                for (int row = image * rows; row < (image + 1) * rows; row++) {
                    mirror(values, row * width * channels, width, channels);
                }
            }
        }
        return flipped;
    }

    private static void mirror(float[] values, int start, int width, int channels) {
        for (int x = 0; x < width / 2; x++) {
            int left = start + x * channels;
            int right = start + (width - 1 - x) * channels;
            for (int channel = 0; channel < channels; channel++) {
                float kept = values[left + channel];
                values[left + channel] = values[right + channel];
                values[right + channel] = kept;
            }
        }
    }

    /**
     * Another brightness and another contrast for each image: its values are multiplied by a factor, then their distance
     * from their mean is multiplied by another one. Each time they are limited to 0 … 1.
     *
     * @param brightness how far the first factor may be from 1; it isn't negative
     * @param contrast   how far the second factor may be from 1; it isn't negative
     */
    public static Tensor colorJitter(Tensor images, double brightness, double contrast,
            IntFunction<RandomGenerator> random) {
        requireImages("colorJitter", images);
        if (!(brightness >= 0 && contrast >= 0)) {
            throw new IllegalArgumentException(
                    "brightness and contrast are how far their factors may be from 1, got "
                            + brightness + " and " + contrast);
        }
        Tensor jittered = images.copy();
        float[] values = (float[]) jittered.array();
        int size = images.dim(1) * images.dim(2) * images.dim(3);
        for (int image = 0; image < images.dim(0); image++) {
            RandomGenerator source = random.apply(image);
            double brighter = KeyedRandom.uniform(source, Math.max(0, 1 - brightness), 1 + brightness);
            double sharper = KeyedRandom.uniform(source, Math.max(0, 1 - contrast), 1 + contrast);
            int start = image * size;
            double sum = 0;
            for (int i = start; i < start + size; i++) {
                values[i] = limited(values[i] * brighter);
                sum += values[i];
            }
            double mean = sum / size;
            for (int i = start; i < start + size; i++) {
                values[i] = limited(mean + (values[i] - mean) * sharper);
            }
        }
        return jittered;
    }

    private static float limited(double value) {
        return (float) Math.max(0, Math.min(1, value));
    }

    /**
     * The images in another size, by bilinear interpolation between the centres of pixels, as PyTorch's
     * {@code interpolate(mode="bilinear", align_corners=False)}. Making images much smaller skips pixels.
     *
     * @return float32 {@code [n, height, width, channels]}
     */
    public static Tensor resize(Tensor images, int height, int width) {
        requireImages("resize", images);
        requireSize("resize", height, width);
        int h = images.dim(1);
        int w = images.dim(2);
        int channels = images.dim(3);
        requireSize("resize", h, w);
        Axis down = new Axis(h, height);
        Axis across = new Axis(w, width);
        float[] from = (float[]) images.array();
        Tensor resized = Tensor.zeros(DType.FLOAT32, images.dim(0), height, width, channels);
        float[] to = (float[]) resized.array();
        int at = 0;
        for (int image = 0; image < images.dim(0); image++) {
            int start = images.offset() + image * h * w * channels;
            for (int y = 0; y < height; y++) {
                int top = start + down.low[y] * w * channels;
                int bottom = start + down.high[y] * w * channels;
                float below = down.weight[y];
                for (int x = 0; x < width; x++) {
                    int left = across.low[x] * channels;
                    int right = across.high[x] * channels;
                    float beside = across.weight[x];
                    for (int channel = 0; channel < channels; channel++) {
                        float upper = mix(from[top + left + channel], from[top + right + channel], beside);
                        float lower =
                                mix(from[bottom + left + channel], from[bottom + right + channel], beside);
                        to[at++] = mix(upper, lower, below);
                    }
                }
            }
        }
        return resized;
    }

    private static float mix(float a, float b, float weight) {
        return a * (1 - weight) + b * weight;
    }

    /** For each new place along an axis, between which two of the old ones it is, and how near to the second. */
    private static final class Axis {
        private final int[] low;
        private final int[] high;
        private final float[] weight;

        Axis(int before, int after) {
            low = new int[after];
            high = new int[after];
            weight = new float[after];
            for (int i = 0; i < after; i++) {
                double centre = Math.max(0, (i + 0.5) * before / after - 0.5);
                low[i] = (int) centre;
                high[i] = Math.min(low[i] + 1, before - 1);
                weight[i] = (float) (centre - low[i]);
            }
        }
    }

    private static void requireImages(String method, Tensor images) {
        if (images.dtype() != DType.FLOAT32 || images.rank() != 4) {
            throw new IllegalArgumentException(
                    method + " wants images f32[n,height,width,channels], got " + images.describe());
        }
    }

    private static void requireSize(String method, int height, int width) {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    method + " wants images of 1 x 1 or more, got " + height + " x " + width);
        }
    }
}
