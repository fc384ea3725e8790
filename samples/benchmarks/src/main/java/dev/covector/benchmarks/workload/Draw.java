package dev.covector.benchmarks.workload;

import dev.covector.runtime.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/** Random tensors by name, the same in each run. */
final class Draw {
    private final SplittableRandom random;
    private final Map<String, Tensor> data = new LinkedHashMap<>();

    Draw(long seed) {
        this.random = new SplittableRandom(seed);
    }

    Map<String, Tensor> data() {
        return data;
    }

    Draw uniform(String name, double from, double to, int... shape) {
        return floats(name, () -> random.nextDouble(from, to), shape);
    }

    Draw normal(String name, double deviation, int... shape) {
        return floats(name, () -> random.nextGaussian() * deviation, shape);
    }

    /** A weight and a bias: evenly within ±{@code scale}/√in. */
    Draw layer(String weight, String bias, double scale, int in, int out) {
        double bound = scale / Math.sqrt(in);
        return uniform(weight, -bound, bound, in, out).uniform(bias, -bound, bound, out);
    }

    /** Classes, int64. */
    Draw labels(String name, int classes, int count) {
        data.put(name, Tensor.of(random.longs(count, 0, classes).toArray(), count));
        return this;
    }

    /** Float64, normal. */
    Draw doubles(String name, int... shape) {
        double[] values = new double[size(shape)];
        Arrays.setAll(values, i -> random.nextGaussian());
        data.put(name, Tensor.of(values, shape));
        return this;
    }

    /** Float64, 0 or 1. */
    Draw doubleBits(String name, int count) {
        double[] values = new double[count];
        Arrays.setAll(values, i -> random.nextInt(2));
        data.put(name, Tensor.of(values, count));
        return this;
    }

    private Draw floats(String name, DoubleSupplier next, int... shape) {
        float[] values = new float[size(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) next.getAsDouble();
        }
        data.put(name, Tensor.of(values, shape));
        return this;
    }

    private static int size(int... shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }
}
