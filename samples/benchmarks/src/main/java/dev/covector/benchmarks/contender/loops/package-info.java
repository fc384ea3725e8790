/** The workloads as loops over arrays, such as a Java programmer would write. */
@NullMarked
package dev.covector.benchmarks.contender.loops;

import org.jspecify.annotations.NullMarked;
