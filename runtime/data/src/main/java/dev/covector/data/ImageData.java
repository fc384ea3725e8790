package dev.covector.data;

/**
 * The two halves of a labelled image data set.
 *
 * @param train the images to train with
 * @param test  others of the same size, to measure with
 */
public record ImageData(ImageSet train, ImageSet test) {}
