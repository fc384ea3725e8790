package dev.covector.compiler.loop;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One generated method: {@code static void name(Frame frame, Scratch scratch, int from, int to)}.
 *
 * @param name   a Java identifier that says what the nest does, such as {@code k3_softmax}
 * @param form   null for a method of this nest's own, which has the numbers of its slots and the like in its code; else the
 *               method is run by other nests of this form too, and finds them through {@code frame.numbers}
 */
public record Nest(String name, List<Stmt> body, @Nullable NestForm form) {
    public Nest {
        body = List.copyOf(body);
    }

    /** A nest with a method of its own. */
    public Nest(String name, List<Stmt> body) {
        this(name, body, null);
    }

    /** The same nest, whose form this is, with a method that others run too. */
    public Nest shared(NestForm form) {
        return new Nest(name, body, form);
    }
}
