package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.runtime.DType;

/** What training makes small, one value an example; take the mean for a whole batch. */
public final class Losses {
    private Losses() {}

    /**
     * Cross-entropy of softmax(logits) with the true classes, finite for all finite logits.
     *
     * @param logits [..., classes]
     * @param labels [...], int32 or int64, each the index of a class
     * @return [...]
     */
    public static Expr softmaxCrossEntropy(Expr logits, Expr labels) {
        int classes = Math.toIntExact(logits.shape().dim(-1).value());
        Expr truth = labels.oneHot(classes, logits.dtype());
        return logits.logSoftmax(-1).times(truth).sum(-1).unaryMinus();
    }

    /** Half the squared difference, element by element. */
    public static Expr squared(Expr prediction, Expr target) {
        return prediction.minus(target).square().times(0.5);
    }

    /** The share of rows of {@code logits} whose greatest element is at the label: a float32 scalar. */
    public static Expr accuracy(Expr logits, Expr labels) {
        return logits.argmax(-1).cast(labels.dtype()).eq(labels).cast(DType.FLOAT32).mean();
    }
}
