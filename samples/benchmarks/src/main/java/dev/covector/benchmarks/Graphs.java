package dev.covector.benchmarks;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What is compiled. */
final class Graphs {
    private static final Map<String, Supplier<Graph>> ALL = new LinkedHashMap<>();

    static {
        ALL.put("elementwise and maxima, 1,000 nodes", () -> elementwise(1_000));
        ALL.put("elementwise and maxima, 10,000 nodes", () -> elementwise(10_000));
        ALL.put("training step, 784-256-10", () -> perceptron(List.of(784, 256, 10)));
        ALL.put("training step, 50 layers of 64", () -> perceptron(Collections.nCopies(51, 64)));
    }

    private Graphs() {}

    static List<String> names() {
        return List.copyOf(ALL.keySet());
    }

    static Graph make(String name) {
        Supplier<Graph> make = ALL.get(name);
        if (make == null) {
            throw new IllegalArgumentException("there is no graph \"" + name + "\", only " + names());
        }
        return make.get();
    }

    /** Layers of elementwise ops, each with something reduced, so that there are kernels to fuse and to keep apart. */
    private static Graph elementwise(int nodes) {
        GraphBuilder g = Graph.builder("elementwise");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(64, 64));
        Expr y = g.input("y", DType.FLOAT32, Shape.of(64, 64));
        Expr value = x;
        // A layer is twelve nodes before it is simplified.
        for (int layer = 0; layer < nodes / 12; layer++) {
            Expr mixed = value.times(y).plus(x).tanh();
            Expr scaled = mixed.minus(mixed.maxKeepDims(layer % 2));
            value = scaled.exp().times(0.5).plus(value);
        }
        g.function("run").returns("result", value);
        return g.build();
    }

    /** A perceptron that learns classes: ReLU between its layers, cross-entropy, gradient descent. */
    private static Graph perceptron(List<Integer> sizes) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("perceptron");
        Expr value = g.input("x", DType.FLOAT32, Shape.of(batch, Dim.of(sizes.getFirst())));
        Expr label = g.input("label", DType.INT32, Shape.of(batch));
        int layers = sizes.size() - 1;
        for (int i = 0; i < layers; i++) {
            value = Linear.of(g, "layer" + i, sizes.get(i), sizes.get(i + 1)).invoke(value);
            if (i < layers - 1) {
                value = value.relu();
            }
        }
        Expr loss = Losses.softmaxCrossEntropy(value, label).mean();
        g.function("train").returns("loss", loss).updates(Sgd.of(0.1).minimize(loss));
        return g.build();
    }
}
