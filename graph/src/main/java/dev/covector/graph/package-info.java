/** The fluent builder of tensor graphs, and the graphs that it makes. */
@NullMarked
package dev.covector.graph;

import org.jspecify.annotations.NullMarked;
