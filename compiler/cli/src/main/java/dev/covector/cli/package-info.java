/** The command line: graphs that are checked, shown, compared, run and compiled without a program around them. */
@NullMarked
package dev.covector.cli;

import org.jspecify.annotations.NullMarked;
