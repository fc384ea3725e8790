package dev.covector.samples;

import dev.covector.compiler.Compiler;
import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.AvgPool2d;
import dev.covector.graph.nn.Block;
import dev.covector.graph.nn.Conv2d;
import dev.covector.graph.nn.Flatten;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sequential;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Flavour;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Measures training steps on random data, as prepared calls: how long one takes once the JVM is warm, and when the
 * first ones are done, counted from the start of the JVM. One model, flavour and number of threads a run:
 *
 * <pre>{@code
 * java --add-modules jdk.incubator.vector -cp ... dev.covector.samples.TrainingSpeed mlp auto 1
 * }</pre>
 *
 * <p>Models: {@code mlp}, the 784-256-10 perceptron on batches of 256 (learning rate 0.5); {@code linear}, two weights
 * and a bias on batches of 10 (0.03); {@code lenet}, of the course's form, on batches of 256 (0.9); {@code conv}, a 3 x 3
 * convolution of 64 channels and ReLU, on batches of 8 of 28 x 28 pixels, with both gradients (0.01). Flavours: {@code auto}, {@code vector}, {@code scalar}. What a machine that is
 * busy otherwise says has no meaning but as a ratio to a run beside it; {@code training_speed.py} is its counterpart.
 */
final class TrainingSpeed {
    /** Steps a sample, so that the clock's resolution does not count. */
    private static final int SMALL_STEPS = 10_000;
    private static final long SECONDS = 6;

    private TrainingSpeed() {}

    public static void main(String[] args) {
        Flavour flavour = Flavour.valueOf(args[1].toUpperCase(Locale.ROOT));
        try (Workers workers = Workers.of(Integer.parseInt(args[2]))) {
            SessionOptions options = SessionOptions.defaults().workers(workers).flavour(flavour);
            PreparedCall step = switch (args[0]) {
                case "mlp" -> mlp(options);
                case "linear" -> linear(options);
                case "lenet" -> lenet(options);
                case "conv" -> conv(options);
                default -> throw new IllegalArgumentException(args[0]);
            };
            long[] reached = new long[500];
            for (int i = 0; i < reached.length; i++) {
                step.run();
                reached[i] = System.currentTimeMillis();
            }
            double[] micros = samples(step, args[0].equals("linear") ? SMALL_STEPS : 1);
            long start = ManagementFactory.getRuntimeMXBean().getStartTime();
            System.out.printf(Locale.ROOT,
                    "%-6s %-6s %d threads: %9.3f us a step (median; least %9.3f);"
                            + " ms from the start to the 1st %d, 20th %d, 500th %d%n",
                    args[0], args[1], workers.threads(), micros[micros.length / 2], micros[0],
                    reached[0] - start,
                    reached[19] - start, reached[499] - start);
        }
    }

    /** Microseconds a step, sorted, of the second half of the time. */
    private static double[] samples(PreparedCall step, int stepsPerSample) {
        double[] micros = new double[1 << 16];
        int count = 0;
        long begin = System.nanoTime();
        for (long spent = 0; spent < SECONDS * 1_000_000_000 && count < micros.length;) {
            long before = System.nanoTime();
            for (int i = 0; i < stepsPerSample; i++) {
                step.run();
            }
            long after = System.nanoTime();
            spent = after - begin;
            if (spent > SECONDS * 500_000_000) {
                micros[count++] = (after - before) / 1e3 / stepsPerSample;
            }
        }
        double[] sorted = Arrays.copyOf(micros, count);
        Arrays.sort(sorted);
        return sorted;
    }

    private static PreparedCall mlp(SessionOptions options) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("mlp");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(batch, 784));
        Expr label = g.input("label", DType.INT32, Shape.of(batch));
        Linear hidden = Linear.of(g, "hidden", 784, 256);
        Linear output = Linear.of(g, "output", 256, 10);
        Expr logits = output.invoke(hidden.invoke(x).relu());
        Expr loss = Losses.softmaxCrossEntropy(logits, label).mean();
        g.function("train").returns("loss", loss).updates(Sgd.of(0.5).minimize(loss));
        SplittableRandom random = new SplittableRandom(1);
        int[] labels = random.ints(256, 0, 10).toArray();
        return Compiler.compile(g.build()).newSession(1, options).prepare("train")
                .input("x", uniform(random, 256, 784)).input("label", Tensor.of(labels, 256));
    }

    private static PreparedCall linear(SessionOptions options) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("linear");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(batch, 2));
        Expr y = g.input("y", DType.FLOAT32, Shape.of(batch, 1));
        Expr loss = Losses.squared(Linear.of(g, "linear", 2, 1).invoke(x), y).mean();
        g.function("train").returns("loss", loss).updates(Sgd.of(0.03).minimize(loss));
        SplittableRandom random = new SplittableRandom(1);
        return Compiler.compile(g.build()).newSession(1, options).prepare("train")
                .input("x", uniform(random, 10, 2)).input("y", uniform(random, 10, 1));
    }

    private static PreparedCall lenet(SessionOptions options) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("lenet");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(batch, 28, 28, 1));
        Expr label = g.input("label", DType.INT32, Shape.of(batch));
        Block net = Sequential.of(Conv2d.of(g, "conv1", 1, 6, 5, Convolution.of().padding(2)), Expr::sigmoid,
                AvgPool2d.of(2), Conv2d.of(g, "conv2", 6, 16, 5), Expr::sigmoid, AvgPool2d.of(2),
                Flatten.of(),
                Linear.of(g, "linear1", 400, 120), Expr::sigmoid, Linear.of(g, "linear2", 120, 84),
                Expr::sigmoid, Linear.of(g, "output", 84, 10));
        Expr loss = Losses.softmaxCrossEntropy(net.invoke(x), label).mean();
        g.function("train").returns("loss", loss).updates(Sgd.of(0.9).minimize(loss));
        SplittableRandom random = new SplittableRandom(1);
        return Compiler.compile(g.build()).newSession(1, options).prepare("train")
                .input("x", uniform(random, 256, 28, 28, 1))
                .input("label", Tensor.of(random.ints(256, 0, 10).toArray(), 256));
    }

    /** The input is a parameter, so that the gradient by it is computed as between layers. */
    private static PreparedCall conv(SessionOptions options) {
        GraphBuilder g = Graph.builder("conv");
        Expr x = g.parameter("x", DType.FLOAT32, Shape.of(8, 28, 28, 64), Initializers.normal(1));
        Expr loss = Conv2d.of(g, "conv", 64, 64, 3, Convolution.of().padding(1)).invoke(x).relu().sum();
        g.function("train").returns("loss", loss).updates(Sgd.of(1e-6).minimize(loss));
        return Compiler.compile(g.build()).newSession(1, options).prepare("train");
    }

    private static Tensor uniform(SplittableRandom random, int... shape) {
        float[] data = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        for (int i = 0; i < data.length; i++) {
            data[i] = (float) random.nextDouble();
        }
        return Tensor.of(data, shape);
    }
}
