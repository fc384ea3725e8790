package dev.covector.graph.text;

import dev.covector.graph.Graph;
import dev.covector.graph.ir.Op;

/**
 * The text form of graphs, a node a line: two printings, and one parser that takes both.
 *
 * <pre>
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
 * <p>The grammar, where {@code []} is optional, <code>{}</code> repeats, spaces separate words, indentation is free and
 * {@code //} starts a comment that ends with its line:
 *
 * <pre>
 * text      = "graph" [name] newline {(node | parameter | function | literal) newline}
 * node      = "%"n "=" op {"%"n} {attribute} ":" type ["as" name] ["at" file":"line]
 * parameter = "parameter" "%"n "initial=%"n ["trainable"]
 * function  = "function" name ["(" "%"n {"," "%"n} ")"] ["-&gt;" name"=%"n {"," name"=%"n}]
 *             ["update" "%"n"=%"n {"," "%"n"=%"n}]
 * literal   = "#"n "=" constant
 * type      = dtype "[" [dim {"," dim}] "]"
 * </pre>
 *
 * <p>A slice is written as in Python, {@code [0:batch,1:9:2]}: start, limit and step of each axis.
 *
 * <p>A constant is a number, {@code nan}, {@code inf}, {@code -inf}, {@code true} or {@code false}; a short list of
 * these in row-major order; or {@code base64} and its elements' bytes, little-endian. Printed and parsed, it has the
 * same bits, but for those of a NaN.
 */
public final class GraphText {
    private GraphText() {}

    /**
     * The text that is equal for equal graphs, wherever they were written: numbered from %0, without the user's lines
     * and names other than those that a call uses. Constants are slots, {@code #0}, with a table of their values at the
     * end.
     */
    public static String canonical(Graph graph) {
        GraphPrinter printer = new GraphPrinter(graph, false);
        return printer.structure() + printer.literalTable();
    }

    /** The {@linkplain #canonical canonical} text without its table: what graphs that differ in constants share. */
    public static String structure(Graph graph) {
        return new GraphPrinter(graph, false).structure();
    }

    /** The text for people: constants in place, the user's names, and the user's lines. */
    public static String annotated(Graph graph) {
        return new GraphPrinter(graph, true).structure();
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
     * describes. Each type is checked against the op's own; a text without a name is called "graph".
     *
     * @throws GraphSyntaxException               if the text does not follow the grammar, or an op does not take its
     *                                            operands
     * @throws dev.covector.graph.GraphException  if the whole is not well-formed
     */
    public static Graph parse(String text) {
        return new GraphParser(text).parse();
    }
}
