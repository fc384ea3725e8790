/** What the compiler made of a graph, as a page to look into, as DOT, SVG and JSON, and in plain words. */
@NullMarked
package dev.covector.explain;

import org.jspecify.annotations.NullMarked;
