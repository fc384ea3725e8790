package dev.covector.samples.image;

import dev.covector.runtime.Tensor;

/**
 * Some examples: the unit of training and of evaluation.
 *
 * @param images float32 [count, ...]
 * @param labels int32 [count]
 */
record Batch(Tensor images, Tensor labels) {
    int count() {
        return labels.size();
    }
}
