package dev.covector.graph.nn;

import dev.covector.graph.GraphBuilder;
import java.util.List;

/** Checks of numbers. Where there is a graph already, the error says in which line. */
final class Numbers {
    private Numbers() {}

    static double positive(String what, double value) {
        return require(value > 0 && value < Double.POSITIVE_INFINITY, what, value, "positive");
    }

    static double notNegative(String what, double value) {
        return require(value >= 0 && value < Double.POSITIVE_INFINITY, what, value, "0 or more");
    }

    /** In [0, 1). */
    static double fraction(String what, double value) {
        return require(value >= 0 && value < 1, what, value, "at least 0 and less than 1");
    }

    /** In [0, 1]. */
    static double share(String what, double value) {
        return require(value >= 0 && value <= 1, what, value, "from 0 to 1");
    }

    static int atLeastOne(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("the " + what + " is " + value + ", should be 1 or more");
        }
        return value;
    }

    /** Features or channels of a layer. */
    static void notNegative(GraphBuilder g, String what, int value) {
        require(g, value >= 0, what, value, "0 or more");
    }

    static void atLeastOne(GraphBuilder g, String what, int value) {
        require(g, value >= 1, what, value, "1 or more");
    }

    private static void require(GraphBuilder g, boolean holds, String what, int value, String wanted) {
        if (!holds) {
            throw g.error("the " + what + " is " + value + ", should be " + wanted, List.of(),
                    value < 0
                            ? "a layer's sizes are fixed when it is made; no number stands for one that only a call knows"
                            : "");
        }
    }

    private static double require(boolean holds, String what, double value, String wanted) {
        if (!holds) {
            throw new IllegalArgumentException("the " + what + " is " + value + ", should be " + wanted);
        }
        return value;
    }
}
