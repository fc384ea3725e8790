package dev.covector.samples.basics;

import static dev.covector.runtime.DType.FLOAT64;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Adam;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.Shape;

/** {@code sigmoid(W · x)} under the mean squared error: what the compiler makes of it. */
final class GradientsByHand {
    private GradientsByHand() {}

    static Graph graph(int in, int out, double learningRate) {
        GraphBuilder g = Graph.builder("gradients_by_hand");
        Expr x = g.input("x", FLOAT64, Shape.of(in));
        Expr target = g.input("target", FLOAT64, Shape.of(out));
        Expr w = g.parameter("w", FLOAT64, Shape.of(out, in), Initializers.normal(1));

        Expr y = w.matmul(x).sigmoid();
        Expr loss = y.minus(target).square().mean();

        g.function("gradient").returns("loss", loss).returns("gradient", loss.gradient(w));
        g.function("sgd").updates(Sgd.of(learningRate).minimize(loss));
        g.function("adam").updates(Adam.of(learningRate).minimize(loss));
        return g.build();
    }
}
