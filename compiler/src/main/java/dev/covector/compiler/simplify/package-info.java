/** Algebra over graphs: each {@link dev.covector.compiler.simplify.Simplify pass} leaves an equal, simpler graph. */
@NullMarked
package dev.covector.compiler.simplify;

import org.jspecify.annotations.NullMarked;
