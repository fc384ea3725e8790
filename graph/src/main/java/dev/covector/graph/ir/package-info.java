/** The intermediate representation: nodes, ops, their type rules and their text. */
@NullMarked
package dev.covector.graph.ir;

import org.jspecify.annotations.NullMarked;
