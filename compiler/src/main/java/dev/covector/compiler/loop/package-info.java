/**
 * The loop form of kernels, the last one before bytecode: explicit loops, affine loads and stores, accumulators, and
 * arithmetic on values. One form serves both flavours; nothing in it says how wide a vector is.
 */
@NullMarked
package dev.covector.compiler.loop;

import org.jspecify.annotations.NullMarked;
