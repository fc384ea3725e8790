package dev.covector.samples.image;

import static dev.covector.runtime.DType.FLOAT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;

/** A convolution that finds vertical edges, by a kernel that is known, and by one that is learnt from what it found. */
final class EdgeDetector {
    static final int HEIGHT = 6;
    static final int WIDTH = 8;

    private EdgeDetector() {}

    static Graph graph(double learningRate) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("edge_detector");
        Expr image = g.input("image", FLOAT32, Shape.of(batch, HEIGHT, WIDTH, 1));
        Expr edges = g.input("edges", FLOAT32, Shape.of(batch, HEIGHT, WIDTH - 1, 1));

        // [height, width, channels, outputs]: each pixel less its neighbour on the right.
        Expr known = g.constant(Tensor.of(new float[]{1, -1}, 1, 2, 1, 1));
        Expr learnt = g.parameter("kernel", FLOAT32, Shape.of(1, 2, 1, 1), Initializers.normal(0.5));
        Expr found = image.conv(learnt);
        Expr loss = Losses.squared(found, edges).sum();

        g.function("detect").returns("edges", image.conv(known));
        g.function("detect_learnt").returns("edges", found);
        g.function("train").returns("loss", loss).updates(Sgd.of(learningRate).minimize(loss));
        return g.build();
    }
}
