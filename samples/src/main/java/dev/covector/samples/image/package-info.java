/** Samples that look at images, and the images that they learn from. */
@NullMarked
package dev.covector.samples.image;

import org.jspecify.annotations.NullMarked;
