package dev.covector.samples.basics;

import static dev.covector.runtime.DType.FLOAT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Initializer;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Linear;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;

/** A deep network of tanh layers before its first step: how large are its activations and its gradients, layer by layer? */
final class Initialisation {
    static final int LAYERS = 20;
    static final int UNITS = 100;
    private static final int EXAMPLES = 64;

    private Initialisation() {}

    static Graph graph(Initializer weights) {
        GraphBuilder g = Graph.builder("initialisation");
        List<Expr> activations = new ArrayList<>();
        Expr h = g.randomNormal(FLOAT32, Shape.of(EXAMPLES, UNITS));
        for (int layer = 1; layer <= LAYERS; layer++) {
            h = Linear.of(g, "layer" + layer, UNITS, UNITS, weights, Initializers.zeros()).invoke(h).tanh();
            activations.add(h);
        }
        // As if the loss asked for another direction in each output.
        Expr loss = h.times(g.randomNormal(FLOAT32, h.shape())).sum();
        List<Expr> gradients = loss.gradients(activations.toArray(Expr[]::new));

        g.function("scales").returns("activation", scales(activations))
                .returns("gradient", scales(gradients));
        return g.build();
    }

    /** The root of each layer's mean square: [layers]. */
    private static Expr scales(List<Expr> layers) {
        return Expr.stack(0, layers.stream().map(layer -> layer.square().mean().sqrt()).toList());
    }
}
