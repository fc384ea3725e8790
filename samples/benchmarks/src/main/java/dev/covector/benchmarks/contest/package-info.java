/** Contenders as processes, measured side by side, and the table of that. */
@NullMarked
package dev.covector.benchmarks.contest;

import org.jspecify.annotations.NullMarked;
