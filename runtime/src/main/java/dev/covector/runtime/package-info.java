/** What a compiled graph needs to run: data types, shapes, tensors, sessions, workers. It depends on nothing. */
@NullMarked
package dev.covector.runtime;

import org.jspecify.annotations.NullMarked;
