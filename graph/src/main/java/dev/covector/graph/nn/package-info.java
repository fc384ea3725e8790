/**
 * Layers, losses, initial values and optimisers: compositions of primitives, nothing more. A network is made of
 * {@link dev.covector.graph.nn.Block blocks}, {@link dev.covector.graph.nn.Losses} say what it should do, an
 * {@link dev.covector.graph.nn.Optimizer} how its parameters change, {@link dev.covector.graph.nn.Metrics} how good it is.
 */
@NullMarked
package dev.covector.graph.nn;

import org.jspecify.annotations.NullMarked;
