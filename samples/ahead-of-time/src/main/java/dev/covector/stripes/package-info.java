/** An application of what was compiled ahead of time: it needs covector-runtime, and nothing else. */
@NullMarked
package dev.covector.stripes;

import org.jspecify.annotations.NullMarked;
