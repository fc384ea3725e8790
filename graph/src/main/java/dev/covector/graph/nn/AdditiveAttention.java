package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Initializer;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;

/**
 * Attention whose scores are {@code tanh(query · queryWeight + key · keyWeight) · scoreWeight}, for queries and keys that
 * have different features. Bahdanau, Cho and Bengio, <a href="https://arxiv.org/abs/1409.0473">Neural machine
 * translation by jointly learning to align and translate</a>. Shapes and masks are those of {@link Attention}.
 */
public final class AdditiveAttention {
    private final Expr queryWeight;
    private final Expr keyWeight;
    private final Expr scoreWeight;

    private AdditiveAttention(Expr queryWeight, Expr keyWeight, Expr scoreWeight) {
        this.queryWeight = queryWeight;
        this.keyWeight = keyWeight;
        this.scoreWeight = scoreWeight;
    }

    /**
     * With float32 parameters {@code path.query_weight}, [queryFeatures, hidden], {@code path.key_weight},
     * [keyFeatures, hidden], and {@code path.score_weight}, [hidden], that start Xavier-uniform.
     */
    public static AdditiveAttention of(GraphBuilder g, String path, int queryFeatures, int keyFeatures,
            int hidden) {
        Numbers.notNegative(g, "number of the queries' features", queryFeatures);
        Numbers.notNegative(g, "number of the keys' features", keyFeatures);
        Numbers.notNegative(g, "number of hidden features", hidden);
        double bound = Math.sqrt(6.0 / (hidden + 1));
        Initializer xavier = Initializers.xavierUniform();
        return of(g.parameter(path + ".query_weight", DType.FLOAT32, Shape.of(queryFeatures, hidden), xavier),
                g.parameter(path + ".key_weight", DType.FLOAT32, Shape.of(keyFeatures, hidden), xavier),
                g.parameter(path + ".score_weight", DType.FLOAT32, Shape.of(hidden),
                        Initializers.uniform(-bound, bound)));
    }

    /** With any weights of these shapes. */
    public static AdditiveAttention of(Expr queryWeight, Expr keyWeight, Expr scoreWeight) {
        return new AdditiveAttention(queryWeight, keyWeight, scoreWeight);
    }

    /** Each query's average of all values. */
    public Expr invoke(Expr query, Expr key, Expr value) {
        return Attention.pool(scores(query, key), value);
    }

    /** Each query's average of the values that the mask allows. */
    public Expr invoke(Expr query, Expr key, Expr value, Expr mask) {
        return Attention.pool(scores(query, key), value, mask);
    }

    /** How well each query goes with each key, for {@link Attention#weights}. */
    public Expr scores(Expr query, Expr key) {
        Attention.checkAxes(query, key);
        Expr queries = query.matmul(queryWeight).expandDims(-2);
        Expr keys = key.matmul(keyWeight).expandDims(-3);
        return queries.plus(keys).tanh().matmul(scoreWeight);
    }
}
