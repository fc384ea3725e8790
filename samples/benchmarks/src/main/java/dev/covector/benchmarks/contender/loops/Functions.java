package dev.covector.benchmarks.contender.loops;

/** Functions of rows and of numbers, by {@link Math}. */
final class Functions {
    private Functions() {}

    static float sigmoid(float x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }

    static void sigmoid(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = sigmoid(values[i]);
        }
    }

    /** The gradient of a sigmoid by its result, in place. */
    static void sigmoidGradient(float[] gradient, float[] result) {
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] *= result[i] * (1 - result[i]);
        }
    }

    /** The softmax of a row, in place. */
    static void softmax(float[] values, int from, int count) {
        float greatest = Float.NEGATIVE_INFINITY;
        for (int i = from; i < from + count; i++) {
            greatest = Math.max(greatest, values[i]);
        }
        float sum = 0;
        for (int i = from; i < from + count; i++) {
            values[i] = (float) Math.exp(values[i] - greatest);
            sum += values[i];
        }
        for (int i = from; i < from + count; i++) {
            values[i] /= sum;
        }
    }

    /** The mean cross-entropy of logits[labels.length, classes], which become its gradient. */
    static float crossEntropy(float[] logits, int[] labels, int classes) {
        double loss = 0;
        for (int i = 0; i < labels.length; i++) {
            softmax(logits, i * classes, classes);
            loss -= Math.log(logits[i * classes + labels[i]]);
            logits[i * classes + labels[i]] -= 1;
            for (int j = 0; j < classes; j++) {
                logits[i * classes + j] /= labels.length;
            }
        }
        return (float) (loss / labels.length);
    }

    /** The error function, within 1.2e-7, by a fit that Numerical Recipes calls erfcc: {@link Math} has none. */
    static double erf(double x) {
        double magnitude = Math.abs(x);
        double t = 1 / (1 + 0.5 * magnitude);
        double polynomial =
                -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806
                        + t * (0.27886807 + t
                                * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
        double complement = t * Math.exp(-magnitude * magnitude + polynomial);
        return x < 0 ? complement - 1 : 1 - complement;
    }
}
