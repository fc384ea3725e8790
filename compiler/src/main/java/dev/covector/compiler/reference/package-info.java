/** The meaning of graphs, as plainly as it can be computed: what the tests and constant folding go by. */
@NullMarked
package dev.covector.compiler.reference;

import org.jspecify.annotations.NullMarked;
