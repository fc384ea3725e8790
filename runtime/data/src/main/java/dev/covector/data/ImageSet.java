package dev.covector.data;

import dev.covector.runtime.DType;
import dev.covector.runtime.Tensor;

/**
 * Labelled images of one size. The tensors are handed out as they are, so that a batch can be a view of them; they are
 * not to be written.
 *
 * @param images float32 {@code [count, height, width, channels]}, from 0 to 1
 * @param labels int32 {@code [count]}, the images' classes
 */
public record ImageSet(Tensor images, Tensor labels) {
    /** @throws IllegalArgumentException if the tensors are not of these types and shapes */
    public ImageSet {
        if (images.dtype() != DType.FLOAT32 || images.rank() != 4 || labels.dtype() != DType.INT32
                || labels.rank() != 1 || labels.size() != images.dim(0)) {
            throw new IllegalArgumentException(
                    "an ImageSet has images f32[count,height,width,channels] and labels"
                            + " i32[count], got " + images.describe() + " and " + labels.describe());
        }
    }

    /** The number of images. */
    public int count() {
        return images.dim(0);
    }

    /** The number of rows of an image. */
    public int height() {
        return images.dim(1);
    }

    /** The number of columns of an image. */
    public int width() {
        return images.dim(2);
    }

    /** The number of values of a pixel: 1 if the images are grey. */
    public int channels() {
        return images.dim(3);
    }

    /** The number of values of an image. */
    public int size() {
        return height() * width() * channels();
    }

    /** The images as vectors, {@code [count, size]}: a view. */
    public Tensor flat() {
        return images.reshape(count(), size());
    }
}
