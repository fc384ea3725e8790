/** Samples that find things in images. */
@NullMarked
package dev.covector.samples.vision;

import org.jspecify.annotations.NullMarked;
