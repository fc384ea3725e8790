package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.List;

/**
 * Attention pooling: for each query, an average of values, whose weights are a softmax of scores, which say how well the
 * query goes with the keys. Queries are [..., queries, features], keys [..., keys, features], values [..., keys, width],
 * scores [..., queries, keys], the result [..., queries, width].
 *
 * <p>A mask is of bool, true where a query may attend to a key, and broadcasts with the scores: [queries, keys], or
 * [batch, 1, keys]. A query that may attend to no key has the result 0.
 */
public final class Attention {
    /** As good as -∞ as a score, but its difference with itself is 0. */
    private static final double LEAST = -1e30;

    private Attention() {}

    /** A softmax of the scores over the keys: of each query, how much it attends to each key. */
    public static Expr weights(Expr scores) {
        return scores.softmax(-1);
    }

    /** A softmax of the scores over the keys that may be attended to; 0 for all others. */
    public static Expr weights(Expr scores, Expr mask) {
        GraphBuilder g = scores.builder();
        if (mask.dtype() != DType.BOOL) {
            throw g.error("the mask is " + mask.dtype() + mask.shape() + ", should be bool",
                    List.of(scores, mask),
                    "true where a query may attend to a key, such as mask.ne(0)");
        }
        Expr weights = mask.where(scores, g.constant(scores.dtype(), LEAST)).softmax(-1);
        return mask.where(weights, g.constant(scores.dtype(), 0.0));
    }

    /** The values weighted by a softmax of the scores over the keys. */
    public static Expr pool(Expr scores, Expr values) {
        return weights(scores).matmul(values);
    }

    /** The values that may be attended to, weighted by a softmax of the scores over their keys. */
    public static Expr pool(Expr scores, Expr values, Expr mask) {
        return weights(scores, mask).matmul(values);
    }

    /**
     * Scores that are products, divided by the root of the number of features: Vaswani et al.,
     * <a href="https://arxiv.org/abs/1706.03762">Attention is all you need</a>.
     */
    public static Expr scaledDotProduct(Expr query, Expr key, Expr value) {
        return pool(scaledDotProductScores(query, key), value);
    }

    /** Scaled dot-product attention to the keys that the mask allows. */
    public static Expr scaledDotProduct(Expr query, Expr key, Expr value, Expr mask) {
        return pool(scaledDotProductScores(query, key), value, mask);
    }

    /** The scores of scaled dot-product attention: the products of queries and keys, divided by √features. */
    public static Expr scaledDotProductScores(Expr query, Expr key) {
        checkAxes(query, key);
        return query.matmul(swapLastAxes(key))
                .times(query.builder().extent(query.dtype(), query.shape().dim(-1)).rsqrt());
    }

    /** Checks that queries and keys have an axis to count them, and one of features. */
    static void checkAxes(Expr query, Expr key) {
        if (query.rank() < 2 || key.rank() < 2) {
            throw query.builder()
                    .error("takes queries and keys in the second last axis, features in the last one; got "
                            + query.shape() + " and " + key.shape(), List.of(query, key),
                            "expandDims(-1) makes numbers rows of one feature, expandDims(0) a row one query");
        }
    }

    /**
     * Kernel regression: scores that are negative squared distances, -|query - key|² / (2 width²). Nadaraya (1964) and
     * Watson (1964) with a Gaussian kernel.
     *
     * @param width of the kernel, broadcasts with the scores; may be a parameter
     * @throws dev.covector.graph.GraphException if queries and keys differ in their number of features
     */
    public static Expr nadarayaWatson(Expr query, Expr key, Expr value, Expr width) {
        checkAxes(query, key);
        if (!query.shape().dim(-1).equals(key.shape().dim(-1))) {
            throw query.builder().error("queries and keys differ in their number of features, the last axis: "
                    + query.shape() + " and " + key.shape(), List.of(query, key),
                    "a distance is between as many; it does not broadcast");
        }
        Expr distance = query.expandDims(-2).minus(key.expandDims(-3));
        return pool(distance.square().sum(-1).div(width.square()).times(-0.5), value);
    }

    /** A mask, [length, length]: a query attends to the keys up to its own place. */
    public static Expr causalMask(GraphBuilder g, Dim length) {
        Shape shape = Shape.of(length, length);
        return g.iota(DType.INT32, shape, 1).le(g.iota(DType.INT32, shape, 0));
    }

    /**
     * A mask, [..., 1, keys]: the first keys are attended to, as many as told.
     *
     * @param lengths [...], int32 or int64
     */
    public static Expr lengthMask(Expr lengths, Dim keys) {
        return lengths.builder().iota(lengths.dtype(), Shape.of(List.of(keys)), 0)
                .lt(lengths.expandDims(-1).expandDims(-1));
    }

    static Expr swapLastAxes(Expr x) {
        int[] axes = new int[x.rank()];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = i < axes.length - 2 ? i : 2 * axes.length - 3 - i;
        }
        return x.transpose(axes);
    }
}
