package dev.covector.samples.basics;

/** {@code sigmoid(W · x)} under the mean squared error, differentiated with pencil and paper. */
final class ByHand {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final double EPSILON = 1e-8;

    private ByHand() {}

    /** {@code y = sigmoid(W · x)}; W is [y.length, x.length], row by row. */
    static double[] forward(double[] w, double[] x) {
        double[] y = new double[w.length / x.length];
        for (int i = 0; i < y.length; i++) {
            double z = 0;
            for (int j = 0; j < x.length; j++) {
                z += w[i * x.length + j] * x[j];
            }
            y[i] = 1 / (1 + StrictMath.exp(-z));
        }
        return y;
    }

    /** {@code mean((y - target)²)}. */
    static double loss(double[] y, double[] target) {
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += (y[i] - target[i]) * (y[i] - target[i]);
        }
        return sum / y.length;
    }

    /**
     * The chain rule, from the loss back to W:
     * {@code dloss/dy = 2 (y - target) / n}, {@code dy/dz = y (1 - y)}, {@code dz[i]/dW[i][j] = x[j]}.
     */
    static double[] gradient(double[] w, double[] x, double[] target) {
        double[] y = forward(w, x);
        double[] gradient = new double[w.length];
        for (int i = 0; i < y.length; i++) {
            double dz = 2 * (y[i] - target[i]) / y.length * y[i] * (1 - y[i]);
            for (int j = 0; j < x.length; j++) {
                gradient[i * x.length + j] = dz * x[j];
            }
        }
        return gradient;
    }

    /** {@code W - learningRate · gradient}. */
    static double[] sgd(double[] w, double[] gradient, double learningRate) {
        double[] next = new double[w.length];
        for (int i = 0; i < w.length; i++) {
            next[i] = w[i] - learningRate * gradient[i];
        }
        return next;
    }

    /** The first step of Adam, whose averages m and v start at 0 and are divided by what they miss for it. */
    static double[] adam(double[] w, double[] gradient, double learningRate) {
        double[] next = new double[w.length];
        for (int i = 0; i < w.length; i++) {
            double m = (1 - BETA1) * gradient[i];
            double v = (1 - BETA2) * gradient[i] * gradient[i];
            next[i] = w[i] - learningRate * (m / (1 - BETA1)) / (Math.sqrt(v / (1 - BETA2)) + EPSILON);
        }
        return next;
    }
}
