/** Small complete programs, started by {@code samples/run}. */
@NullMarked
package dev.covector.samples;

import org.jspecify.annotations.NullMarked;
