package dev.covector.benchmarks.peers;

import java.util.List;

/** What is compared between contenders. */
final class Checksums {
    private Checksums() {}

    /**
     * The checksum of what the last step gave.
     *
     * @param values the loss, value or prediction; after it gradients, or updated weights
     */
    static double of(String workload, List<double[]> values) {
        double sum = 0;
        for (int v = 0; v < values.size(); v++) {
            double[] elements = values.get(v);
            for (int i = 0; i < elements.length; i++) {
                sum += switch (workload) {
                    case "W7" -> v == 0 ? elements[i] : Math.abs(elements[i]);
                    case "W8" -> (i + 1) * elements[i];
                    default -> elements[i];
                };
            }
        }
        return sum;
    }
}
