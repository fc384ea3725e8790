/** Java source text by which an artifact is called with types. */
@NullMarked
package dev.covector.compiler.facade;

import org.jspecify.annotations.NullMarked;
