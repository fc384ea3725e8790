package dev.covector.samples.image;

import dev.covector.runtime.Tensor;

/**
 * Some examples: the unit of training and of evaluation.
 *
 * @param images float32 [count, pixels]
 * @param labels int32 [count]
 */
record Batch(Tensor images, Tensor labels) {
    int count() {
        return labels.size();
    }

    /** A view of the examples {@code from} to {@code to - 1}. */
    Batch rows(int from, int to) {
        return new Batch(images.rows(from, to), labels.rows(from, to));
    }
}
