package dev.covector.samples.attention;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.AdditiveAttention;
import dev.covector.graph.nn.Attention;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

/** Two ways to say how well a query goes with a key: a small network, or their product. */
public final class AttentionScores {
    private static final int HIDDEN = 8;

    private AttentionScores() {}

    /** Both, on values of which only the first few, as many as {@code length} tells for each example, may be attended to. */
    public static Graph graph(int keys, int features, int queryFeatures) {
        Dim batch = Dim.of("batch");
        Dim queries = Dim.of("queries");
        GraphBuilder g = Graph.builder("attention_scores");
        Expr key = g.input("key", FLOAT32, Shape.of(batch, Dim.of(keys), Dim.of(features)));
        Expr value = g.input("value", FLOAT32, Shape.of(batch, Dim.of(keys), Dim.of("width")));
        Expr length = g.input("length", INT32, Shape.of(batch));
        Expr mask = Attention.lengthMask(length, Dim.of(keys));

        // The query of an additive score may have other features than the key.
        Expr longQuery = g.input("long_query", FLOAT32, Shape.of(batch, queries, Dim.of(queryFeatures)));
        AdditiveAttention additive = AdditiveAttention.of(g, "additive", queryFeatures, features, HIDDEN);
        Expr additiveWeight = Attention.weights(additive.scores(longQuery, key), mask);
        g.function("additive").returns("weight", additiveWeight)
                .returns("value", additiveWeight.matmul(value));

        Expr query = g.input("query", FLOAT32, Shape.of(batch, queries, Dim.of(features)));
        Expr productWeight = Attention.weights(Attention.scaledDotProductScores(query, key), mask);
        g.function("scaled_dot_product").returns("weight", productWeight)
                .returns("value", productWeight.matmul(value));
        return g.build();
    }
}
