package dev.covector.graph;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Settings with a number for each spatial axis, or one that stands for all. */
final class PerAxis {
    private PerAxis() {}

    /**
     * What the user gave, as a list.
     *
     * @throws IllegalArgumentException if there is none, or one is less than {@code least}
     */
    static List<Integer> of(String what, int least, int... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("the " + what + " is missing");
        }
        for (int value : values) {
            if (value < least) {
                throw new IllegalArgumentException(
                        "the " + what + " is " + value + ", should be " + least + " or more");
            }
        }
        return Arrays.stream(values).boxed().toList();
    }

    /** The numbers for each of {@code axes}. */
    static List<Integer> spread(List<Integer> values, int axes, String what, List<Expr> operands) {
        if (values.size() == 1) {
            return Collections.nCopies(axes, values.get(0));
        }
        if (values.size() != axes) {
            throw operands.get(0).builder().error("the " + what + " " + values + " has " + values.size()
                    + " numbers for " + axes + (axes == 1 ? " spatial axis" : " spatial axes"), operands,
                    "one number stands for all axes");
        }
        return values;
    }
}
