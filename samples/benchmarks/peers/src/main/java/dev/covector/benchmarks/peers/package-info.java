/** Libraries that Covector is compared with. */
@NullMarked
package dev.covector.benchmarks.peers;

import org.jspecify.annotations.NullMarked;
