package dev.covector.samples.attention;

import static dev.covector.runtime.DType.FLOAT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Adam;
import dev.covector.graph.nn.Attention;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Losses;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

/**
 * Nadaraya and Watson's kernel regression: the value at a query is an average of those at the known keys, the nearer
 * the heavier. How near is near is the width of the kernel, which can be learnt.
 */
public final class KernelRegression {
    private KernelRegression() {}

    /** Functions {@code predict}, with the weights that it averages by, and {@code train}. */
    public static Graph graph() {
        Dim queries = Dim.of("queries");
        Dim keys = Dim.of("keys");
        GraphBuilder g = Graph.builder("kernel_regression");
        Expr query = g.input("query", FLOAT32, Shape.of(queries));
        Expr key = g.input("key", FLOAT32, Shape.of(keys));
        Expr value = g.input("value", FLOAT32, Shape.of(keys));
        Expr width = g.parameter("width", FLOAT32, Shape.scalar(), Initializers.constant(1));

        Expr weight = Attention.weights(scores(query, key, width));
        g.function("predict").returns("weight", weight).returns("value", weight.matmul(value));

        // Each known point is predicted from all others: it would be its own nearest.
        Expr others = g.iota(FLOAT32, Shape.of(keys, keys), 0).ne(g.iota(FLOAT32, Shape.of(keys, keys), 1));
        Expr prediction = Attention.weights(scores(key, key, width), others).matmul(value);
        Expr loss = Losses.squared(prediction, value).mean();
        g.function("train").returns("loss", loss).updates(Adam.of(0.05).minimize(loss));
        return g.build();
    }

    /** The logarithm of a Gaussian of each query's distance from each key: [queries, keys]. */
    private static Expr scores(Expr query, Expr key, Expr width) {
        return query.expandDims(1).minus(key.expandDims(0)).div(width).square().times(-0.5);
    }
}
