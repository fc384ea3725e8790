/** Runnable samples, and the program that starts them. */
@NullMarked
package dev.covector.samples;

import org.jspecify.annotations.NullMarked;
