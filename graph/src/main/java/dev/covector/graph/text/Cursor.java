package dev.covector.graph.text;

import dev.covector.graph.ir.Type;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A place in a text, with the words, numbers and types that are read from there. Newlines end statements, so only
 * {@link #nextStatement} passes them.
 */
final class Cursor {
    private final String text;
    private int position;

    Cursor(String text, int position) {
        this.text = text;
        this.position = position;
    }

    int position() {
        return position;
    }

    /** Another cursor in the same text. */
    Cursor from(int start) {
        return new Cursor(text, start);
    }

    // ---- statements

    /** Passes blank lines and comments; false at the end of the text. */
    boolean nextStatement() {
        skipSpaces();
        while (position < text.length() && text.charAt(position) == '\n') {
            position++;
            skipSpaces();
        }
        return position < text.length();
    }

    /** Requires that the statement ends here. */
    void endStatement(String expected) {
        if (!atEnd()) {
            throw expected(expected);
        }
    }

    /** Whether nothing but a comment is left of the line. */
    boolean atEnd() {
        skipSpaces();
        return position == text.length() || text.charAt(position) == '\n';
    }

    /** Moves to the end of the line. */
    void skipStatement() {
        while (!atEnd()) {
            position++;
        }
    }

    void skipSpaces() {
        skipToBase64();
        if (text.startsWith("//", position)) {
            int end = text.indexOf('\n', position);
            position = end < 0 ? text.length() : end;
        }
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\r';
    }

    // ---- words

    /** Whether {@code c} is next. */
    boolean at(char c) {
        skipSpaces();
        return position < text.length() && text.charAt(position) == c;
    }

    /** Passes {@code c} if it is next. */
    boolean take(char c) {
        if (at(c)) {
            position++;
            return true;
        }
        return false;
    }

    /** Passes the word {@code keyword} if it is next. */
    boolean takeWord(String keyword) {
        skipSpaces();
        int end = position + keyword.length();
        if (text.startsWith(keyword, position) && (end == text.length() || !isNamePart(text.charAt(end)))) {
            position = end;
            return true;
        }
        return false;
    }

    /** Passes {@code name=} if it is next. */
    boolean takeAttribute(String name) {
        skipSpaces();
        if (!text.startsWith(name + '=', position)) {
            return false;
        }
        position += name.length() + 1;
        return true;
    }

    /** Passes {@code symbol}. */
    void expect(String symbol) {
        skipSpaces();
        if (!text.startsWith(symbol, position)) {
            throw expected('"' + symbol + '"');
        }
        position += symbol.length();
    }

    /** A name of letters, digits, underscores and dots. */
    String name(String what) {
        skipSpaces();
        int start = position;
        if (position < text.length() && !isDigit(text.charAt(position)) && text.charAt(position) != '.') {
            while (position < text.length() && isNamePart(text.charAt(position))) {
                position++;
            }
        }
        if (position == start) {
            throw expected(what);
        }
        return text.substring(start, position);
    }

    /** Names with slashes between them, and no spaces. */
    String path(String what) {
        StringBuilder path = new StringBuilder(name(what));
        while (position + 1 < text.length() && text.charAt(position) == '/'
                && isNamePart(text.charAt(position + 1))) {
            position++;
            path.append('/').append(name("a name after the slash"));
        }
        return path.toString();
    }

    /** Everything up to a space, a comma or a closing bracket. */
    String word() {
        skipSpaces();
        return upToSeparator();
    }

    /** Passes spaces only: in base64, two slashes are digits. */
    void skipToBase64() {
        while (position < text.length() && isSpace(text.charAt(position))) {
            position++;
        }
    }

    /** What {@link #skipToBase64} leads to. */
    String base64() {
        skipToBase64();
        return upToSeparator();
    }

    private String upToSeparator() {
        int start = position;
        while (position < text.length() && " \t\r\n,]".indexOf(text.charAt(position)) < 0) {
            position++;
        }
        return text.substring(start, position);
    }

    /** The rest of the line without spaces around it and without a comment. */
    String rest() {
        skipSpaces();
        int start = position;
        skipStatement();
        String rest = text.substring(start, position);
        int comment = rest.indexOf("//");
        return (comment < 0 ? rest : rest.substring(0, comment)).strip();
    }

    private static boolean isNamePart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '.' || isDigit(c);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    // ---- numbers, lists, types

    /** The number of a node or a slot, after its sigil. */
    int index(char sigil, String what) {
        if (!at(sigil) || position + 1 == text.length() || !isDigit(text.charAt(position + 1))) {
            throw expected(what);
        }
        position++;
        return integer();
    }

    int integer() {
        int start = position;
        long value = integer64();
        if (value != (int) value) {
            throw errorAt(start, "expected an integer of 32 bits, found \"" + value + "\"");
        }
        return (int) value;
    }

    long integer64() {
        skipSpaces();
        int start = position;
        if (at('-')) {
            position++;
        }
        while (position < text.length() && isDigit(text.charAt(position))) {
            position++;
        }
        try {
            return Long.parseLong(text, start, position, 10);
        } catch (NumberFormatException e) {
            String digits = text.substring(start, position);
            position = start;
            throw digits.isEmpty() || digits.equals("-") ? expected("an integer")
                    : error("expected an integer of 64 bits, found \"" + digits + "\"");
        }
    }

    /** {@code [}, what {@code element} reads between commas, {@code ]}. */
    void list(Runnable element) {
        expect("[");
        if (take(']')) {
            return;
        }
        element.run();
        while (take(',')) {
            element.run();
        }
        if (!take(']')) {
            throw expected("\",\" or \"]\"");
        }
    }

    /** Such as {@code [0,2]}. */
    List<Integer> integers() {
        List<Integer> integers = new ArrayList<>();
        list(() -> integers.add(integer()));
        return integers;
    }

    /** Such as {@code [batch-1,2]}. */
    List<Dim> dims() {
        List<Dim> dims = new ArrayList<>();
        list(() -> dims.add(dim()));
        return dims;
    }

    /** Such as {@code f32[batch,784]}. */
    Type type() {
        skipSpaces();
        for (DType dtype : DType.values()) {
            if (takeWord(dtype.toString())) {
                List<Dim> dims = new ArrayList<>();
                list(() -> {
                    skipSpaces();
                    int start = position;
                    Dim dim = dim();
                    if (dim.isConstant() && dim.value() < 0) {
                        throw errorAt(start, "expected an extent, found " + dim);
                    }
                    dims.add(dim);
                });
                return new Type(dtype, Shape.of(dims));
            }
        }
        throw expected("a type such as f32[batch,784]");
    }

    /** A polynomial as {@link Dim#toString} prints it. */
    Dim dim() {
        int start = position;
        try {
            Dim sum = at('-') ? Dim.of(0) : product();
            while (at('+') || at('-')) {
                sum = take('+') ? sum.plus(product()) : minus(sum);
            }
            return sum;
        } catch (ArithmeticException e) {
            throw errorAt(start, "expected a dimension whose factors fit 64 bits");
        }
    }

    private Dim minus(Dim sum) {
        expect("-");
        return sum.minus(product());
    }

    private Dim product() {
        Dim product = factor();
        while (take('*')) {
            product = product.times(factor());
        }
        return product;
    }

    private Dim factor() {
        skipSpaces();
        if (position < text.length() && isDigit(text.charAt(position))) {
            return Dim.of(integer64());
        }
        int start = position;
        String name = name("a dimension such as 784, batch or 2*batch+1");
        if (name.equals("floordiv")) {
            expect("(");
            Dim dividend = dim();
            expect(",");
            skipSpaces();
            int divisorAt = position;
            int divisor = integer();
            if (divisor <= 0) {
                throw errorAt(divisorAt, "expected a positive divisor, found " + divisor);
            }
            expect(")");
            return dividend.floorDiv(divisor);
        }
        try {
            return Dim.of(name);
        } catch (IllegalArgumentException e) {
            throw errorAt(start,
                    "expected a dimension's name of letters, digits and _, found \"" + name + "\"");
        }
    }

    // ---- errors

    /** What was expected here, and what is found instead. */
    GraphSyntaxException expected(String what) {
        skipSpaces();
        int start = position;
        if (atEnd()) {
            return errorAt(start, "expected " + what + ", found the end of the line");
        }
        int end = start + 1;
        char first = text.charAt(start);
        if (isNamePart(first) || "%#-".indexOf(first) >= 0) {
            while (end < text.length() && isNamePart(text.charAt(end))) {
                end++;
            }
        }
        return errorAt(start, "expected " + what + ", found \"" + text.substring(start, end) + "\"");
    }

    /** An error at this place. */
    GraphSyntaxException error(String problem) {
        return errorAt(position, problem);
    }

    /** An error at {@code place}. */
    GraphSyntaxException errorAt(int place, String problem) {
        int lineStart = text.lastIndexOf('\n', place - 1) + 1;
        int lineEnd = text.indexOf('\n', place);
        int line = 1 + (int) text.substring(0, lineStart).chars().filter(c -> c == '\n').count();
        return new GraphSyntaxException(line, place - lineStart + 1, problem,
                text.substring(lineStart, lineEnd < 0 ? text.length() : lineEnd));
    }
}
