/** Samples that attend. */
@NullMarked
package dev.covector.samples.attention;

import org.jspecify.annotations.NullMarked;
