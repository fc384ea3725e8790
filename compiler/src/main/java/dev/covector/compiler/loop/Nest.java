package dev.covector.compiler.loop;

import java.util.List;

/**
 * One generated method: {@code static void name(Frame frame, Scratch scratch, int from, int to)}.
 *
 * @param name   a Java identifier that says what the nest does, such as {@code k3_softmax}
 * @param shared whether other nests of the same {@link NestForm} run this method too; then it finds its slots and the like
 *               through {@code frame.numbers}, else they are constants in its code
 */
public record Nest(String name, List<Stmt> body, boolean shared) {
    public Nest {
        body = List.copyOf(body);
    }

    /** A nest with a method of its own. */
    public Nest(String name, List<Stmt> body) {
        this(name, body, false);
    }

    /** The same nest with a method that others run too. */
    public Nest asShared() {
        return new Nest(name, body, true);
    }
}
