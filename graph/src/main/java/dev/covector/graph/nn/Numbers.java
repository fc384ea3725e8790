package dev.covector.graph.nn;

/** Checks of numbers that are given before there is a graph. */
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

    private static double require(boolean holds, String what, double value, String wanted) {
        if (!holds) {
            throw new IllegalArgumentException("the " + what + " is " + value + ", should be " + wanted);
        }
        return value;
    }
}
