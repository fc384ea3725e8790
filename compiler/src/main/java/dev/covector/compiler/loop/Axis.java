package dev.covector.compiler.loop;

/** A loop's counter, an int; equal only to itself. */
public final class Axis implements Position {
    private final String name;

    /** A counter that prints as {@code name}. */
    public Axis(String name) {
        this.name = name;
    }

    @Override
    public String toString() {
        return name;
    }
}
