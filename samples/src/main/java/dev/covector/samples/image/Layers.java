package dev.covector.samples.image;

import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Initializer;
import dev.covector.graph.nn.Block;
import dev.covector.graph.nn.Conv2d;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Sequential;
import dev.covector.graph.nn.Training;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A network as it grows, layer after layer. A layer is told how many channels or features it is applied to, so that a
 * network is written down by what comes out of each, as in papers. Biases start as zeros.
 */
final class Layers {
    /** Makes the block whose parameters are under {@code path}, for {@code in} channels or features. */
    @FunctionalInterface
    interface Layer {
        Block of(String path, int in);
    }

    /** A line of the table: a layer, and the shape of what it makes. */
    private record Row(String name, Shape shape) {}

    private final GraphBuilder g;
    private final Expr input;
    private final double width;
    private final Initializer weights;
    private final List<Block> blocks = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    /** What the layers so far make of the input in evaluation. */
    private Expr output;

    /**
     * A network without layers yet.
     *
     * @param width   what the numbers of channels and features are multiplied by, where layers are thinned
     * @param weights how the weights start
     */
    Layers(GraphBuilder g, Expr input, double width, Initializer weights) {
        this.g = g;
        this.input = input;
        this.width = width;
        this.weights = weights;
        this.output = input;
        rows.add(new Row("image", input.shape()));
    }

    GraphBuilder builder() {
        return g;
    }

    /** As many channels or features as are left of this number in a network of this width, at least 1. */
    int thin(int channels) {
        return (int) Math.max(1, Math.round(width * channels));
    }

    /** The same for each of several numbers. */
    int[] thinAll(int... channels) {
        return IntStream.of(channels).map(this::thin).toArray();
    }

    // ---- adding layers

    /** Adds a layer without parameters, or one that needs not be told what it is applied to. */
    Layers add(String name, Block block) {
        blocks.add(block);
        output = block.invoke(output);
        rows.add(new Row(name, output.shape()));
        return this;
    }

    Layers add(String path, Layer layer) {
        return add(path, layer.of(path, Math.toIntExact(output.shape().dim(-1).value())));
    }

    /** Adds what is told as a part of the layer before: an activation, say. */
    Layers then(Block block) {
        String name = rows.removeLast().name;
        return add(name, block);
    }

    /** Adds a convolution to {@code out} channels, thinned. */
    Layers conv(String path, int out, int size, Convolution settings) {
        return add(path, (name, in) -> conv(name, in, thin(out), size, settings));
    }

    /** Adds a linear layer of {@code out} features, thinned. */
    Layers linear(String path, int out) {
        return add(path, (name, in) -> linear(name, in, thin(out)));
    }

    /** Adds the linear layer that makes a score of each class. */
    Layers classes(String path, int count) {
        return add(path, (name, in) -> linear(name, in, count));
    }

    // ---- parts of layers, not thinned

    Conv2d conv(String path, int in, int out, int size, Convolution settings) {
        return Conv2d.of(g, path, in, out, size, settings, weights, Initializers.zeros());
    }

    /** A convolution for what is normalised next, which makes a bias useless. */
    Conv2d convWithoutBias(String path, int in, int out, int size, Convolution settings) {
        return Conv2d.withoutBias(g, path, in, out, size, settings, weights);
    }

    /** A convolution that keeps height and width, and a ReLU. */
    Block reluConv(String path, int in, int out, int size) {
        return Sequential.of(conv(path, in, out, size, Convolution.of().samePadding()), Expr::relu);
    }

    private Linear linear(String path, int in, int out) {
        return Linear.of(g, path, in, out, weights, Initializers.zeros());
    }

    // ---- the finished network

    /** What it makes of the input in evaluation. */
    Expr output() {
        return output;
    }

    /** What it makes of the input in training. */
    Expr output(Training training) {
        return Sequential.of(blocks.toArray(Block[]::new)).invoke(input, training);
    }

    /** How many numbers there are to be learnt. */
    long parameters() {
        return parameters("");
    }

    /** A line for each layer: the shape of what it makes, and how many numbers it has to learn. */
    List<String> table() {
        List<String> lines = new ArrayList<>();
        for (Row row : rows) {
            lines.add(line(row.name, row.shape.toString(), parameters(row.name + ".")));
        }
        lines.add(line("all", "", parameters()));
        return lines;
    }

    private static String line(String name, String shape, long parameters) {
        return String.format(Locale.ROOT, "%-16s %-20s %,14d", name, shape, parameters);
    }

    private long parameters(String prefix) {
        return g.trainable(output).stream().filter(parameter -> name(parameter).startsWith(prefix))
                .mapToLong(parameter -> parameter.shape().size().value()).sum();
    }

    private static String name(Expr parameter) {
        return Objects.requireNonNull(parameter.node().name());
    }
}
