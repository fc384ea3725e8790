/** The contract of generated code: hand-written pieces of kernels that all graphs of a JVM share. */
@NullMarked
package dev.covector.runtime.kernel;

import org.jspecify.annotations.NullMarked;
