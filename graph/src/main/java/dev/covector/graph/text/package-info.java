/** Graphs as text that people read, tests compare and a parser takes back. */
@NullMarked
package dev.covector.graph.text;

import org.jspecify.annotations.NullMarked;
