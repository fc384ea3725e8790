package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.List;

/** What training makes small, one value an example; take the mean for a whole batch. */
public final class Losses {
    private Losses() {}

    /**
     * Cross-entropy of softmax(logits) with the true classes, finite for all finite logits.
     *
     * @param logits [..., classes]
     * @param labels [...], int32 or int64, each the index of a class
     * @return [...]
     * @throws dev.covector.graph.GraphException if the number of classes is a named dimension, or the labels don't fit
     */
    public static Expr softmaxCrossEntropy(Expr logits, Expr labels) {
        GraphBuilder g = logits.builder();
        List<Expr> both = List.of(logits, labels);
        if (logits.rank() == 0 || !logits.shape().dim(-1).isConstant()) {
            throw g.error(
                    "the logits' last axis is their classes, whose number is fixed; got " + logits.shape(),
                    both, "transpose or reshape the logits");
        }
        checkLabels(logits, labels);
        int classes = Math.toIntExact(logits.shape().dim(-1).value());
        Expr truth = labels.oneHot(classes, logits.dtype());
        return logits.logSoftmax(-1).times(truth).sum(-1).unaryMinus();
    }

    /**
     * Half the squared difference, element by element.
     *
     * @throws dev.covector.graph.GraphException if the shapes differ: a column against a row would broadcast to a matrix
     */
    public static Expr squared(Expr prediction, Expr target) {
        if (!prediction.shape().equals(target.shape())) {
            throw prediction.builder().error(
                    "the shapes differ: " + prediction.shape() + " and " + target.shape(),
                    List.of(prediction, target), "reshape one of them; a loss does not broadcast");
        }
        return prediction.minus(target).square().times(0.5);
    }

    /** The share of rows of {@code logits} whose greatest element is at the label: a float32 scalar. */
    public static Expr accuracy(Expr logits, Expr labels) {
        checkLabels(logits, labels);
        return logits.argmax(-1).cast(labels.dtype()).eq(labels).cast(DType.FLOAT32).mean();
    }

    private static void checkLabels(Expr logits, Expr labels) {
        List<Dim> dims = logits.shape().dims();
        Shape wanted = Shape.of(dims.subList(0, Math.max(0, dims.size() - 1)));
        if (!labels.dtype().isInteger() || !labels.shape().equals(wanted)) {
            throw logits.builder().error("the labels are " + labels.dtype() + labels.shape()
                    + ", should be the index of a class for each row: i32" + wanted + " or i64" + wanted,
                    List.of(logits, labels), labels.shape().equals(logits.shape())
                            ? "for labels that are one-hot already, write logits.logSoftmax(-1).times(labels)"
                            : "");
        }
    }
}
