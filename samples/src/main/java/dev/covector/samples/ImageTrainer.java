package dev.covector.samples;

/** A classifier of images that can be trained: what {@link ImageTraining} needs of a compiled graph. */
interface ImageTrainer {
    /**
     * One update from the first {@code count} images of a batch.
     *
     * @param images pixels, row-major {@code (at least count, size)}; valid during the call only
     * @return the mean loss of the batch before the update
     */
    float step(float[] images, int[] labels, int count);

    /** How many of the images {@code from} to {@code from + count} are classified correctly. */
    int correct(float[] images, int[] labels, int from, int count);
}
