/** Starts the application as its users do. */
@NullMarked
package dev.covector.stripes;

import org.jspecify.annotations.NullMarked;
