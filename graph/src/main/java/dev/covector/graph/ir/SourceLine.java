package dev.covector.graph.ir;

/** The place in the user's code where an op was made. */
public record SourceLine(String file, int line) {
    /** Such as {@code Mlp.java:12}. */
    @Override
    public String toString() {
        return file + ":" + line;
    }
}
