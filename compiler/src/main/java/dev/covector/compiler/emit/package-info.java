/** From the loop form to classes. */
@NullMarked
package dev.covector.compiler.emit;

import org.jspecify.annotations.NullMarked;
