package dev.covector.benchmarks.workload;

import dev.covector.benchmarks.workload.Workload.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The workloads, and smaller ones of the same kinds for tests.
 *
 * <p>Operations of a step are counted as follows: two for each multiplication and addition of a product of matrices or a
 * convolution, three times that where both gradients are taken, twice where the input needs none; where no product of
 * matrices stands out, one for each elementwise operation, and {@link #FUNCTION} for an exponential and the like.
 */
public final class Workloads {
    /** Operations of a function such as tanh: a polynomial, and what it takes to get to its interval and back. */
    private static final long FUNCTION = 20;

    private static final double RATE = 0.01;

    private Workloads() {}

    /** Those of the table, in its order. */
    public static List<Workload> all() {
        return List.of(
                linearRegression("W1", 10),
                perceptron("W2", "softmax regression 784-10, batch 256", 256, 784, 10),
                perceptron("W3", "perceptron 784-256-10, batch 256", 256, 784, 256, 10),
                deep("W3.50", 50, 256, 256),
                tanhRegression("W4", 10),
                lenet("W5", 256),
                chain("W6", 1 << 20),
                attention("W7", 8, 4, 64, 32),
                prediction("W8"),
                neuron("W8b"),
                residualBlock("W9", 8, 28, 64),
                logisticDensity("W10", 1000, 10),
                product("W11.256x784x256", Kind.PRODUCT, 256, 784, 256),
                product("W11.512", Kind.PRODUCT, 512, 512, 512),
                product("W11.1024", Kind.PRODUCT, 1024, 1024, 1024),
                product("W11.AtB", Kind.PRODUCT_LEFT_TRANSPOSED, 784, 256, 256),
                product("W11.ABt", Kind.PRODUCT_RIGHT_TRANSPOSED, 256, 256, 784),
                product("W11.64", Kind.PRODUCT, 64, 64, 64),
                product("W11.N10", Kind.PRODUCT, 256, 256, 10),
                product("W11.row", Kind.PRODUCT, 1, 784, 256),
                normalisedLinear("W12", 512, 1024, 1024));
    }

    /**
     * One of those.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Workload named(String name) {
        return all().stream().filter(workload -> workload.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no workload \"" + name + "\", only "
                        + all().stream().map(Workload::name).toList()));
    }

    /** Of each kind one, and of products several, on which even slow code takes no time that matters. */
    public static List<Workload> small() {
        return List.of(
                linearRegression("W1", 10),
                perceptron("W2", "softmax regression", 32, 784, 10),
                perceptron("W3", "perceptron", 64, 100, 70, 10),
                deep("W3.50", 6, 40, 32),
                tanhRegression("W4", 10),
                lenet("W5", 6),
                chain("W6", 10_000),
                attention("W7", 2, 2, 64, 32),
                prediction("W8"),
                neuron("W8b"),
                residualBlock("W9", 2, 10, 32),
                logisticDensity("W10", 1000, 10),
                product("W11.256x784x256", Kind.PRODUCT, 128, 784, 100),
                product("W11.AtB", Kind.PRODUCT_LEFT_TRANSPOSED, 130, 100, 90),
                product("W11.ABt", Kind.PRODUCT_RIGHT_TRANSPOSED, 90, 100, 130),
                product("W11.64", Kind.PRODUCT, 64, 64, 64),
                product("W11.N10", Kind.PRODUCT, 256, 256, 10),
                product("W11.row", Kind.PRODUCT, 1, 784, 256),
                normalisedLinear("W12", 64, 200, 150));
    }

    // ---- the kinds

    private static Workload linearRegression(String name, int batch) {
        return new Workload(name, "linear regression 2-1, batch " + batch, Kind.LINEAR_REGRESSION, RATE,
                () -> {
                    Draw draw = new Draw(1);
                    return draw.uniform("x", -1, 1, batch, 2).uniform("y", -1, 1, batch)
                            .uniform("weight", -1, 1, 2).uniform("bias", 0.5, 1).data();
                }, List.of("weight", "bias"), batch * 13L + 6, 0);
    }

    /** With layers of so many units; that of one layer calls its tensors weight and bias. */
    private static Workload perceptron(String name, String title, int batch, int... units) {
        int layers = units.length - 1;
        List<String> weights = layers == 1 ? List.of("weight", "bias") : layerNames(layers);
        long operations = 0;
        for (int i = 0; i < layers; i++) {
            operations += (i == 0 ? 4L : 6L) * batch * units[i] * units[i + 1];
        }
        return new Workload(name, title, Kind.PERCEPTRON, RATE, () -> {
            Draw draw = new Draw(3);
            draw.uniform("x", 0, 1, batch, units[0]).labels("labels", units[layers], batch);
            for (int i = 0; i < layers; i++) {
                draw.layer(weights.get(2 * i), weights.get(2 * i + 1), 2, units[i], units[i + 1]);
            }
            return draw.data();
        }, weights, operations, 0);
    }

    private static Workload deep(String name, int layers, int width, int batch) {
        int[] units = new int[layers + 1];
        Arrays.fill(units, width);
        return perceptron(name, "perceptron, " + layers + " layers of " + width + ", batch " + batch, batch,
                units);
    }

    private static Workload tanhRegression(String name, int batch) {
        int units = 8;
        long products = 6L * batch * (units + units * units + units);
        return new Workload(name, "tanh network 1-8-8-1, batch " + batch, Kind.TANH_REGRESSION, RATE, () -> {
            Draw draw = new Draw(4);
            return draw.uniform("x", -1, 1, batch, 1).uniform("y", -1, 1, batch, 1)
                    .layer("w1", "b1", 3, 1, units).layer("w2", "b2", 3, units, units)
                    .layer("w3", "b3", 3, units, 1).data();
        }, layerNames(3), products + 2L * batch * units * (FUNCTION + 3), 0);
    }

    private static Workload lenet(String name, int batch) {
        long conv1 = 28L * 28 * 25 * 6;
        long conv2 = 10L * 10 * 25 * 6 * 16;
        long dense = 400L * 120 + 120 * 84 + 84 * 10;
        return new Workload(name, "LeNet, batch " + batch, Kind.LENET, 0.1, () -> {
            Draw draw = new Draw(5);
            return draw.uniform("x", 0, 1, batch, 28, 28, 1).labels("labels", 10, batch)
                    .normal("k1", 0.3, 5, 5, 1, 6).uniform("c1", -0.2, 0.2, 6)
                    .normal("k2", 0.2, 5, 5, 6, 16).uniform("c2", -0.2, 0.2, 16)
                    .layer("w1", "b1", 4, 400, 120).layer("w2", "b2", 4, 120, 84)
                    .layer("w3", "b3", 4, 84, 10).data();
        }, List.of("k1", "c1", "k2", "c2", "w1", "b1", "w2", "b2", "w3", "b3"),
                batch * (4 * conv1 + 6 * conv2 + 6 * dense), 0);
    }

    private static Workload chain(String name, int size) {
        return new Workload(name, "tanh(a·x+b)·sigmoid(x)+c and its gradient, " + size + " elements",
                Kind.CHAIN, 0,
                () -> new Draw(6).uniform("x", -3, 3, size).uniform("a", 0.5, 1).uniform("b", 0, 0.5)
                        .uniform("c", 0, 0.5).data(),
                List.of(), size * (2 * FUNCTION + 17), size + 3L);
    }

    private static Workload attention(String name, int batch, int heads, int length, int width) {
        long size = (long) batch * heads * length * width;
        return new Workload(name, "attention, " + batch + "x" + heads + "x" + length + "x" + width,
                Kind.ATTENTION,
                0, () -> {
                    Draw draw = new Draw(7);
                    for (String tensor : List.of("q", "k", "v", "g")) {
                        draw.normal(tensor, 1, batch, heads, length, width);
                    }
                    return draw.data();
                }, List.of(), 6 * 2 * size * length, 3 * size);
    }

    private static Workload prediction(String name) {
        return new Workload(name, "prediction 784-50-100-10, batch 1", Kind.PREDICTION, 0, () -> new Draw(8)
                .uniform("x", 0, 1, 1, 784).layer("w1", "b1", 1, 784, 50).layer("w2", "b2", 2, 50, 100)
                .layer("w3", "b3", 2, 100, 10).data(), layerNames(3), 2L * (784 * 50 + 50 * 100 + 100 * 10),
                0);
    }

    private static Workload neuron(String name) {
        return new Workload(name, "prediction 5-1, batch 1", Kind.NEURON, 0,
                () -> new Draw(9).uniform("x", -1, 1, 1, 5).layer("w", "b", 1, 5, 1).data(),
                List.of("w", "b"),
                2 * 5 + FUNCTION, 0);
    }

    private static Workload residualBlock(String name, int batch, int extent, int channels) {
        long convolution = 9L * batch * extent * extent * channels * channels;
        double deviation = Math.sqrt(2 / (9.0 * channels));
        return new Workload(name,
                "residual block, " + channels + " channels, batch " + batch + ", " + extent + "x"
                        + extent,
                Kind.RESIDUAL_BLOCK, RATE, () -> new Draw(10)
                        .normal("x", 1, batch, extent, extent, channels)
                        .uniform("g", -10, 40, batch, extent, extent, channels)
                        .normal("k1", deviation, 3, 3, channels, channels)
                        .uniform("gamma1", 0.5, 1.5, channels).uniform("beta1", -0.5, 0.5, channels)
                        .normal("k2", deviation, 3, 3, channels, channels)
                        .uniform("gamma2", 0.5, 1.5, channels).uniform("beta2", -0.5, 0.5, channels).data(),
                List.of("k1", "gamma1", "beta1", "k2", "gamma2", "beta2"), 2 * 2 * 3 * convolution,
                (long) batch * extent * extent * channels);
    }

    private static Workload logisticDensity(String name, int rows, int columns) {
        return new Workload(name, "density of a logistic regression, " + rows + "x" + columns + ", float64",
                Kind.LOGISTIC_DENSITY, 0, () -> new Draw(11).doubles("x", rows, columns).doubleBits("y", rows)
                        .doubles("beta", columns).data(),
                List.of(), rows * (4L * columns + 2 * FUNCTION + 6), columns);
    }

    private static Workload product(String name, Kind kind, int m, int k, int n) {
        boolean left = kind == Kind.PRODUCT_LEFT_TRANSPOSED;
        boolean right = kind == Kind.PRODUCT_RIGHT_TRANSPOSED;
        String title = "product " + m + "x" + k + "x" + n + (left ? ", left transposed" : "")
                + (right ? ", right transposed" : "");
        return new Workload(name, title, kind, 0, () -> new Draw(12)
                .uniform("a", -1, 1, left ? k : m, left ? m : k)
                .uniform("b", -1, 1, right ? n : k, right ? k : n)
                .data(), List.of(), 2L * m * k * n, (long) m * n);
    }

    private static Workload normalisedLinear(String name, int rows, int in, int out) {
        return new Workload(name, "layer norm, GELU, linear, " + rows + "x" + in + "x" + out,
                Kind.NORMALISED_LINEAR,
                RATE, () -> new Draw(13)
                        .normal("x", 1, rows, in).uniform("g", -10, 40, rows, out)
                        .uniform("gamma", 0.5, 1.5, in).uniform("beta", -0.5, 0.5, in)
                        .layer("w", "bias", 1, in, out).data(),
                List.of("gamma", "beta", "w", "bias"), 6L * rows * in * out, (long) rows * in);
    }

    private static List<String> layerNames(int layers) {
        List<String> names = new ArrayList<>();
        for (int layer = 1; layer <= layers; layer++) {
            names.add("w" + layer);
            names.add("b" + layer);
        }
        return names;
    }
}
