package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;

/** A row of a matrix for each index. */
public final class Embedding implements Block {
    private final Expr weight;

    private Embedding(Expr weight) {
        this.weight = weight;
    }

    /** With a float32 parameter {@code path.weight}, [count, width], that starts standard normal, as PyTorch's. */
    public static Embedding of(GraphBuilder g, String path, int count, int width) {
        Numbers.notNegative(g, "number of rows", count);
        Numbers.notNegative(g, "width", width);
        return of(
                g.parameter(path + ".weight", DType.FLOAT32, Shape.of(count, width), Initializers.normal(1)));
    }

    /** With any matrix, [count, width], such as one that is shared. */
    public static Embedding of(Expr weight) {
        return new Embedding(weight);
    }

    /**
     * The rows of these indices.
     *
     * @param indices of int32 or int64, [...]; one that is no row fails the call
     * @return [..., width]
     */
    @Override
    public Expr invoke(Expr indices) {
        return weight.gather(indices, 0);
    }

    /** The weight, [count, width]. */
    public Expr weight() {
        return weight;
    }
}
