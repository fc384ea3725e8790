/** Layers, losses, initial values and optimisers: compositions of primitives, nothing more. */
@NullMarked
package dev.covector.graph.nn;

import org.jspecify.annotations.NullMarked;
