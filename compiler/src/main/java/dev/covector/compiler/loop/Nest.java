package dev.covector.compiler.loop;

import java.util.List;

/**
 * One generated method: {@code static void name(Frame frame, Scratch scratch, int from, int to)}.
 *
 * @param name a Java identifier that says what the nest does, such as {@code k3_softmax}
 */
public record Nest(String name, List<Stmt> body) {
    public Nest {
        body = List.copyOf(body);
    }
}
