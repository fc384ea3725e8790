package dev.covector.samples.image;

/** A classifier of images that can be trained: what {@link ImageTraining} needs of a compiled graph. */
interface ImageTrainer {
    /** One update; returns the mean loss of the batch before it. */
    float step(Batch batch, float learningRate);

    /** How many of the images are classified correctly. */
    int correct(Batch batch);
}
