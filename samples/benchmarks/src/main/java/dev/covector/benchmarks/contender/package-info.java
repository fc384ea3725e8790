/** Contenders of workloads that are part of Covector: itself, loops by hand, and what the machine can do at most. */
@NullMarked
package dev.covector.benchmarks.contender;

import org.jspecify.annotations.NullMarked;
