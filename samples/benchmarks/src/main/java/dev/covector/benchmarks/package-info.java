/** What Covector costs: its compiler, its calls, and its kernels beside loops written by hand. */
@NullMarked
package dev.covector.benchmarks;

import org.jspecify.annotations.NullMarked;
