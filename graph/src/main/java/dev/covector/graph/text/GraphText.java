package dev.covector.graph.text;

import dev.covector.graph.Graph;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * The text form of graphs, a node a line: two printings, and one parser that takes both.
 *
 * <pre>
 * covector 1
 * graph line
 *   %0 = parameter w : f32[2]  at Line.java:8
 *   %1 = constant 0.0 : f32[]  at Line.java:8
 *   %2 = broadcast %1 axes=[] : f32[2]  at Line.java:8
 *   %3 = input x : f32[batch,2]  at Line.java:9
 *   %4 = dot %3 %0 contract=[1]x[0] : f32[batch]  as prediction at Line.java:10
 *   parameter %0 initial=%2 trainable
 *   function predict(%3) -&gt; y=%4
 * </pre>
 *
 * <p>{@code graph/GRAMMAR.md} has the grammar, and what each line means. The first line is the {@link #VERSION} of the
 * format.
 */
public final class GraphText {
    /**
     * The version of the format: it grows whenever a text would be read otherwise than before, or no longer. Texts of
     * another version are refused.
     */
    public static final int VERSION = 1;

    private static final String HEADER = "covector " + VERSION + "\n";

    private GraphText() {}

    /**
     * The text that is equal for equal graphs, wherever they were written: numbered from %0, without the user's lines
     * and names other than those that a call uses. Constants are slots, {@code #0}, with a table of their values at the
     * end.
     */
    public static String canonical(Graph graph) {
        GraphPrinter printer = new GraphPrinter(graph, false);
        return HEADER + printer.structure() + printer.literalTable();
    }

    /**
     * The {@linkplain #canonical canonical} text without its version and its table: what graphs that differ in constants
     * share.
     */
    public static String structure(Graph graph) {
        return new GraphPrinter(graph, false).structure();
    }

    /** The text for people: constants in place, the user's names, and the user's lines. */
    public static String annotated(Graph graph) {
        return HEADER + new GraphPrinter(graph, true).structure();
    }

    /**
     * The statements of {@link #annotated}, a line each, without the user's lines, and with names of the caller's for nodes,
     * such as {@code %3}: for comparisons.
     */
    public static List<String> statements(Graph graph, Function<Node, String> names) {
        return GraphPrinter.statements(graph, names);
    }

    /**
     * What the line of a node says between its operands and its type: {@code contract=[1]x[0]} of a dot, the value of a
     * constant. Empty where the op's word and the types say all.
     */
    public static String attributes(Op op) {
        return GraphPrinter.attributesInPlace(op).strip();
    }

    /**
     * The graph that a {@linkplain #canonical canonical}, an {@linkplain #annotated annotated} or a hand-written text
     * describes. Each type is checked against the op's own; a text without a name is called "graph". Without a version,
     * as snippets are, it is taken to be of this one.
     *
     * @throws GraphSyntaxException if the text is of another version, does not follow the grammar, an op does not take its
     *                              operands, or the whole is not well-formed
     */
    public static Graph parse(String text) {
        return new GraphParser(text).parse(false);
    }

    /**
     * The graph of a file, as {@link #parse}; a file must have its version in its first line, since it may be read by
     * another Covector than the one that it was written for.
     *
     * @throws IOException if it can't be read, or is no text in UTF-8
     */
    public static Graph read(Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (MalformedInputException e) {
            throw new IOException(file + ": expected a text in UTF-8", e);
        }
        return new GraphParser(text).parse(true);
    }
}
