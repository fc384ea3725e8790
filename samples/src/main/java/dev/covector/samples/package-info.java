/** Runnable samples, the data they learn from, and the command line that starts them. */
@NullMarked
package dev.covector.samples;

import org.jspecify.annotations.NullMarked;
