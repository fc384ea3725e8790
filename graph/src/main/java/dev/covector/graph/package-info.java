/** The language: a fluent builder of tensor graphs. Start at {@link dev.covector.graph.Graph#builder}. */
@NullMarked
package dev.covector.graph;

import org.jspecify.annotations.NullMarked;
