/** What all samples share: their command line, its options, and how a training tells how it goes. */
@NullMarked
package dev.covector.samples.command;

import org.jspecify.annotations.NullMarked;
