package dev.covector.compiler;

import dev.covector.graph.Graph;
import dev.covector.graph.GraphException;
import dev.covector.graph.ir.Node;
import org.jspecify.annotations.Nullable;

/**
 * A mistake in Covector itself: a graph that the builder took could not be compiled. Mistakes in a graph are
 * {@link GraphException}s, and never this.
 */
public final class InternalCompilerException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private InternalCompilerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    static InternalCompilerException of(String problem) {
        return new InternalCompilerException(problem, null);
    }

    /** A problem with an op, which is named together with its line in the user's code. */
    static InternalCompilerException at(Node node, String problem) {
        return of(problem + ": " + (node.name() != null ? node.name() + " = " : "") + node.op().word() + " "
                + node.type() + (node.line() != null ? " at " + node.line() : ""));
    }

    /** The same problem, and in which kernel it came up. */
    static InternalCompilerException in(Kernel kernel, String name, RuntimeException problem) {
        Node last = kernel.members().getLast();
        return new InternalCompilerException("in the kernel " + name
                + (last.line() != null ? ", which ends at " + last.line() : "") + ": " + text(problem),
                problem);
    }

    /** The same problem, as the user of the compiler gets it. */
    static InternalCompilerException compiling(Graph graph, RuntimeException problem) {
        return new InternalCompilerException("the graph \"" + graph.name()
                + "\" is right, but can't be compiled; this is a bug of Covector, please report it: "
                + text(problem), problem);
    }

    private static String text(RuntimeException problem) {
        return problem instanceof IllegalStateException && problem.getMessage() != null ? problem.getMessage()
                : problem.toString();
    }
}
