package dev.covector.samples.command;

import java.io.PrintWriter;

/**
 * A sample: a picocli command whose name and one-line description stand in its annotation, and a {@link RunOptions}
 * among its mixins if it runs a graph.
 */
public interface Sample {
    /**
     * Runs with the options that the command line has set.
     *
     * @return whether the sample learnt what it is to learn
     * @throws SampleException if it can't run with them
     */
    boolean run(PrintWriter out, PrintWriter err);
}
