/** What Kotlin sees of the Java classes. */
@NullMarked
package dev.covector.samples.interop;

import org.jspecify.annotations.NullMarked;
