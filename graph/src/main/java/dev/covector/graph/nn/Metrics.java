package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;

/**
 * How good predictions are. The predicted class of a row of logits, [..., classes], is that of its greatest element;
 * the true one is its label, [...], int32 or int64. No derivative passes.
 */
public final class Metrics {
    private Metrics() {}

    /** The zero-one loss, [...]: 1 where the predicted class is not the true one, 0 where it is; float32. */
    public static Expr zeroOne(Expr logits, Expr labels) {
        return predicted(logits, labels).ne(labels).cast(DType.FLOAT32);
    }

    /** The share of rows whose predicted class is the true one: a float32 scalar. */
    public static Expr accuracy(Expr logits, Expr labels) {
        return predicted(logits, labels).eq(labels).cast(DType.FLOAT32).mean();
    }

    /**
     * How many rows of the class i were predicted to be of the class j: int32, [classes, classes]. A label that is no
     * class fails the call.
     *
     * @throws dev.covector.graph.GraphException if the number of classes is a named dimension
     */
    public static Expr confusionMatrix(Expr logits, Expr labels) {
        int classes = Losses.classes(logits, labels);
        GraphBuilder g = logits.builder();
        // The flat index of an element: a label that is too large or negative is outside the matrix.
        Expr place = labels.times(classes).plus(predicted(logits, labels)).reshape(-1);
        return g.full(DType.INT32, Shape.of(classes * classes), 0)
                .scatterAdd(place, g.full(DType.INT32, place.shape(), 1), 0).reshape(classes, classes);
    }

    private static Expr predicted(Expr logits, Expr labels) {
        Losses.checkLabels(logits, labels);
        return logits.argmax(-1).cast(labels.dtype());
    }
}
