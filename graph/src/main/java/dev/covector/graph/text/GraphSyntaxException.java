package dev.covector.graph.text;

/**
 * A text that is not a graph. The message shows the place:
 *
 * <pre>
 * line 3, column 15: expected an operand defined above, found "%7"
 *   %2 = add %0 %7 : f32[2]
 *               ^
 * </pre>
 */
public final class GraphSyntaxException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;
    private final int line;
    private final int column;
    private final String problem;

    GraphSyntaxException(int line, int column, String problem, String source) {
        this(line, column, problem + "\n" + source + "\n" + " ".repeat(column - 1) + "^");
    }

    private GraphSyntaxException(int line, int column, String problem) {
        super("line " + line + ", column " + column + ": " + problem);
        this.line = line;
        this.column = column;
        this.problem = problem;
    }

    /** The line of the text, from 1. */
    public int line() {
        return line;
    }

    /** The column in that line, from 1. */
    public int column() {
        return column;
    }

    /** The message without its place. */
    public String problem() {
        return problem;
    }
}
