package dev.covector.samples.basics;

import dev.covector.runtime.Tensor;
import java.util.SplittableRandom;

/**
 * Points near the plane {@code y = 2 x0 - 3.4 x1 + 4.2}.
 *
 * @param x standard normal, float32 [count, 2]
 * @param y the plane's with normal noise of 0.01, float32 [count]
 */
public record NoisyPlane(Tensor x, Tensor y) {
    static final float[] WEIGHTS = {2, -3.4f};
    static final float BIAS = 4.2f;
    private static final double NOISE = 0.01;

    /** As many points, the same for the same seed. */
    public static NoisyPlane draw(int count, long seed) {
        float[] x = new float[2 * count];
        float[] y = new float[count];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            x[2 * i] = (float) Normal.next(random);
            x[2 * i + 1] = (float) Normal.next(random);
            y[i] = WEIGHTS[0] * x[2 * i] + WEIGHTS[1] * x[2 * i + 1] + BIAS
                    + (float) (NOISE * Normal.next(random));
        }
        return new NoisyPlane(Tensor.of(x, count, 2), Tensor.of(y, count));
    }

    /**
     * The w0, w1 and b of least squared error, in closed form: they solve the normal equations
     * {@code aᵀa · (w0, w1, b) = aᵀy}, where a has a row {@code (x0, x1, 1)} for each point.
     */
    public double[] leastSquares() {
        double[][] equations = new double[3][4];
        for (int point = 0; point < y.size(); point++) {
            double[] row = {x.getDouble(point, 0), x.getDouble(point, 1), 1, y.getDouble(point)};
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 4; j++) {
                    equations[i][j] += row[i] * row[j];
                }
            }
        }
        // Gauss and Jordan's elimination; the matrix is positive definite, so no pivot is 0.
        for (int pivot = 0; pivot < 3; pivot++) {
            for (int i = 0; i < 3; i++) {
                double factor = equations[i][pivot] / equations[pivot][pivot];
                for (int j = pivot; i != pivot && j < 4; j++) {
                    equations[i][j] -= factor * equations[pivot][j];
                }
            }
        }
        return new double[]{equations[0][3] / equations[0][0], equations[1][3] / equations[1][1],
            equations[2][3] / equations[2][2]};
    }
}
