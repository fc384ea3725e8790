/** What is done to class files when they are built. */
@NullMarked
package dev.covector.prelink;

import org.jspecify.annotations.NullMarked;
