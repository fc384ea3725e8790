/** Workloads that libraries can be compared by: their data, and the protocol that contenders speak. */
@NullMarked
package dev.covector.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
