package dev.covector.samples.image;

import dev.covector.runtime.Tensor;

/**
 * Labelled grey images of one size: {@code pixels} are 0..1 in row-major order
 * {@code (count, rows, columns)}, {@code labels} are {@code count} classes from 0 to {@value #CLASSES} - 1.
 *
 * <p>The arrays are handed out as they are, so that a batch can be a view of them; they are not to be
 * written.
 */
final class ImageSet {
    static final int CLASSES = 10;

    private final float[] pixels;
    private final int[] labels;
    private final int rows;
    private final int columns;

    ImageSet(float[] pixels, int[] labels, int rows, int columns) {
        if (pixels.length != (long) labels.length * rows * columns) {
            throw new IllegalArgumentException(pixels.length + " pixels are not " + labels.length
                    + " images of " + rows + " x " + columns);
        }
        this.pixels = pixels;
        this.labels = labels;
        this.rows = rows;
        this.columns = columns;
    }

    /** All images with their labels, as a view. */
    Batch all() {
        return new Batch(Tensor.of(pixels, count(), size()), Tensor.of(labels, count()));
    }

    float[] pixels() {
        return pixels;
    }

    int[] labels() {
        return labels;
    }

    int count() {
        return labels.length;
    }

    int rows() {
        return rows;
    }

    int columns() {
        return columns;
    }

    /** The number of pixels of one image. */
    int size() {
        return rows * columns;
    }
}
