package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Scaled dot-product attention by several heads, each to features of its own, which affine maps make of queries, keys
 * and values; a further one puts the heads' results together. Vaswani et al.,
 * <a href="https://arxiv.org/abs/1706.03762">Attention is all you need</a>. As a block, self-attention.
 */
public final class MultiHeadAttention implements Block {
    private final int heads;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear output;

    private MultiHeadAttention(int heads, Linear query, Linear key, Linear value, Linear output) {
        this.heads = heads;
        this.query = query;
        this.key = key;
        this.value = value;
        this.output = output;
    }

    /**
     * With layers {@code path.query}, {@code path.key}, {@code path.value} and {@code path.output}, from {@code width} to
     * {@code width} features.
     */
    public static MultiHeadAttention of(GraphBuilder g, String path, int width, int heads) {
        Numbers.notNegative(g, "width", width);
        Numbers.atLeastOne(g, "number of heads", heads);
        UnaryOperator<String> part = name -> path + "." + name;
        return of(heads, Linear.of(g, part.apply("query"), width, width),
                Linear.of(g, part.apply("key"), width, width),
                Linear.of(g, part.apply("value"), width, width),
                Linear.of(g, part.apply("output"), width, width));
    }

    /** With any layers; the heads divide what the first three make. */
    public static MultiHeadAttention of(int heads, Linear query, Linear key, Linear value, Linear output) {
        Numbers.atLeastOne(query.weight().builder(), "number of heads", heads);
        return new MultiHeadAttention(heads, query, key, value, output);
    }

    /** Of [..., length, width] to itself. */
    @Override
    public Expr invoke(Expr x) {
        return invoke(x, x, x);
    }

    /** Each query, [..., queries, width], to all keys and values, [..., keys, width]. */
    public Expr invoke(Expr queries, Expr keys, Expr values) {
        return joined(Attention.scaledDotProduct(split(query.invoke(queries)), split(key.invoke(keys)),
                split(value.invoke(values))));
    }

    /**
     * Each query, [..., queries, width], to the keys and values, [..., keys, width], that the mask allows.
     *
     * @param mask broadcasts with [..., heads, queries, keys]
     */
    public Expr invoke(Expr queries, Expr keys, Expr values, Expr mask) {
        return joined(Attention.scaledDotProduct(split(query.invoke(queries)), split(key.invoke(keys)),
                split(value.invoke(values)), mask));
    }

    /** From [..., length, heads · features] to [..., heads, length, features]. */
    private Expr split(Expr x) {
        if (x.rank() < 2) {
            throw x.builder().error("takes [..., length, features], got " + x.shape(), List.of(x),
                    "expandDims(0) adds an axis");
        }
        List<Dim> dims = new ArrayList<>(x.shape().dims());
        Dim width = dims.removeLast();
        Dim features = width.dividedExactlyBy(Dim.of(heads));
        if (features == null) {
            throw x.builder().error(heads + " heads do not divide " + width + " features", List.of(x), "");
        }
        dims.add(Dim.of(heads));
        dims.add(features);
        return swapBeforeLast(x.reshape(Shape.of(dims)));
    }

    /** From [..., heads, length, features] to the output for [..., length, heads · features]. */
    private Expr joined(Expr x) {
        Expr swapped = swapBeforeLast(x);
        List<Dim> dims = new ArrayList<>(swapped.shape().dims());
        Dim features = dims.removeLast();
        Dim all = features.times(dims.removeLast());
        dims.add(all);
        return output.invoke(swapped.reshape(Shape.of(dims)));
    }

    private static Expr swapBeforeLast(Expr x) {
        int[] axes = new int[x.rank()];
        for (int i = 0; i < axes.length; i++) {
            axes[i] = i;
        }
        axes[axes.length - 3] = axes.length - 2;
        axes[axes.length - 2] = axes.length - 3;
        return x.transpose(axes);
    }
}
