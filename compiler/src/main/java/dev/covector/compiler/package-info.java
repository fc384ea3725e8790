/** From a graph to JVM classes. */
@NullMarked
package dev.covector.compiler;

import org.jspecify.annotations.NullMarked;
