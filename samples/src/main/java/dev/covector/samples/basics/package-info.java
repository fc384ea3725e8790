/** Samples of tensors, gradients, and the first models. */
@NullMarked
package dev.covector.samples.basics;

import org.jspecify.annotations.NullMarked;
