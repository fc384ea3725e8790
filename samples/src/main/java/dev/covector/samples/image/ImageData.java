package dev.covector.samples.image;

/** The two halves of a labelled image data set, of equal image size. */
record ImageData(ImageSet train, ImageSet test) {}
