/** The Maven plugin. */
@NullMarked
package dev.covector.maven;

import org.jspecify.annotations.NullMarked;
