/** Samples that learn from tables. */
@NullMarked
package dev.covector.samples.tabular;

import org.jspecify.annotations.NullMarked;
