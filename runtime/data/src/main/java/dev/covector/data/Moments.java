package dev.covector.data;

import java.util.Arrays;

/** Mean and standard deviation, in two passes. */
final class Moments {
    private Moments() {}

    /** NaN of none. */
    static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    /** NaN of {@code ddof} values or fewer; exactly 0 of equal values, whose mean may not be exact. */
    static double std(double[] values, double mean, int ddof) {
        if (values.length > ddof && Arrays.stream(values).allMatch(value -> value == values[0])) {
            return 0;
        }
        double sum = 0;
        for (double value : values) {
            sum += (value - mean) * (value - mean);
        }
        return values.length <= ddof ? Double.NaN : Math.sqrt(sum / (values.length - ddof));
    }
}
