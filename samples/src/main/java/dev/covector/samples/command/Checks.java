package dev.covector.samples.command;

import dev.covector.runtime.Tensor;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;

/** A sample's comparison of what it found with what it should: a line for each, and whether all were as expected. */
public final class Checks {
    private final PrintWriter out;
    private boolean passed = true;

    /** No comparisons yet. */
    public Checks(PrintWriter out) {
        this.out = out;
    }

    /** A number within {@code tolerance} of the one expected. */
    public void near(String what, double found, double expected, double tolerance) {
        tell(what + " = " + text(found),
                "expected " + text(expected) + (tolerance == 0 ? "" : " within " + text(tolerance)),
                Math.abs(found - expected) <= tolerance);
    }

    /** A number that is small enough. */
    public void atMost(String what, double found, double most) {
        tell(what + " = " + text(found), "expected at most " + text(most), found <= most);
    }

    /** All elements, in row-major order, within {@code tolerance} of those expected. */
    public void near(String what, Tensor found, double tolerance, double... expected) {
        double[] values = found.toDoubles();
        boolean near = values.length == expected.length;
        for (int i = 0; near && i < values.length; i++) {
            near = Math.abs(values[i] - expected[i]) <= tolerance;
        }
        tell(what + ": " + found, near ? "" : "expected " + Arrays.toString(expected), near);
    }

    /** All elements, in row-major order, exactly as expected. */
    public void equal(String what, Tensor found, double... expected) {
        near(what, found, 0, expected);
    }

    /** What is true or not. */
    public void holds(String what, boolean holds) {
        tell(what, "", holds);
    }

    private void tell(String what, String expected, boolean holds) {
        passed &= holds;
        out.println(
                what + (expected.isEmpty() ? "" : ", " + expected) + ": " + (holds ? "ok" : "not reached"));
    }

    /** Whether nothing was otherwise than expected. */
    public boolean passed() {
        return passed;
    }

    /** A number with five digits at most. */
    private static String text(double number) {
        String digits = String.format(Locale.ROOT, "%.5g", number);
        int end = digits.contains("e") ? digits.indexOf('e') : digits.length();
        String significand = digits.substring(0, end);
        return (significand.contains(".") ? significand.replaceFirst("\\.?0+$", "") : significand)
                + digits.substring(end);
    }
}
