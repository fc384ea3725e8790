/** The graph, which only the build needs. */
@NullMarked
package dev.covector.stripes.graph;

import org.jspecify.annotations.NullMarked;
