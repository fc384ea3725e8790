/** Pictures of what samples found, drawn without a display and written as PNG. */
@NullMarked
package dev.covector.samples.picture;

import org.jspecify.annotations.NullMarked;
