package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.List;

/**
 * What training makes small; take the mean for a whole batch. Those of rows, over the last axis, have one value a row,
 * the others one an element. Values and derivatives are finite for predictions and logits up to ±10⁴ and beyond, but for
 * {@link #exponential}.
 *
 * <p>A loss does not broadcast: each throws a {@link dev.covector.graph.GraphException} if the shapes differ, since a
 * column against a row would become a matrix.
 */
public final class Losses {
    private Losses() {}

    // ---- of numbers

    /** Half the squared difference, element by element. */
    public static Expr squared(Expr prediction, Expr target) {
        checkShapes(prediction, target);
        return prediction.minus(target).square().times(0.5);
    }

    /** The absolute difference, element by element: PyTorch's {@code L1Loss}. Its derivative at 0 is 0. */
    public static Expr absolute(Expr prediction, Expr target) {
        checkShapes(prediction, target);
        return prediction.minus(target).abs();
    }

    /**
     * Half the squared difference d² / 2 up to |d| = {@code delta}, beyond it the line δ(|d| - δ/2) that goes on from
     * there, element by element: PyTorch's {@code HuberLoss}.
     *
     * @param delta positive
     */
    public static Expr huber(Expr prediction, Expr target, double delta) {
        checkShapes(prediction, target);
        if (!(delta > 0)) {
            throw prediction.builder().error("delta is " + delta, List.of(prediction, target),
                    "it is positive, often 1");
        }
        Expr distance = prediction.minus(target).abs();
        return distance.le(delta).where(distance.square().times(0.5),
                distance.minus(delta / 2).times(delta));
    }

    // ---- of one class or the other

    /**
     * Cross-entropy of sigmoid(logits) with the probability of true, -t log σ(x) - (1 - t) log σ(-x), element by element:
     * PyTorch's {@code BCEWithLogitsLoss}.
     *
     * @param target from 0 to 1, of the logits' dtype
     */
    public static Expr binaryCrossEntropy(Expr logits, Expr target) {
        checkShapes(logits, target);
        // No sum of a large and a small number as in softplus(x) - x·t, whose small results have no digits left.
        Expr ifTrue = logits.unaryMinus().softplus();
        Expr ifFalse = logits.softplus();
        return target.times(ifTrue).plus(target.minus(1).unaryMinus().times(ifFalse));
    }

    /**
     * max(0, 1 - t·s), element by element.
     *
     * @param target -1 or 1, of the dtype of {@code score}
     */
    public static Expr hinge(Expr score, Expr target) {
        return margin(score, target).unaryMinus().plus(1).relu();
    }

    /**
     * exp(-t·s), element by element: infinite where that is too large for the dtype.
     *
     * @param target -1 or 1, of the dtype of {@code score}
     */
    public static Expr exponential(Expr score, Expr target) {
        return margin(score, target).unaryMinus().exp();
    }

    /**
     * The log loss, log(1 + exp(-t·s)), element by element: PyTorch's {@code SoftMarginLoss}.
     *
     * @param target -1 or 1, of the dtype of {@code score}
     */
    public static Expr logistic(Expr score, Expr target) {
        return margin(score, target).unaryMinus().softplus();
    }

    private static Expr margin(Expr score, Expr target) {
        checkShapes(score, target);
        return score.times(target);
    }

    // ---- of one class among several

    /**
     * Cross-entropy of softmax(logits) with the true classes: PyTorch's {@code CrossEntropyLoss}, but that the classes
     * are the last axis.
     *
     * @param logits [..., classes]
     * @param labels [...], int32 or int64, each the index of a class, of which one that is no class has the loss 0;
     *               or [..., classes], of the logits' dtype, each the probability of a class
     * @return [...]
     * @throws dev.covector.graph.GraphException if the number of classes is a named dimension, or the labels don't fit
     */
    public static Expr softmaxCrossEntropy(Expr logits, Expr labels) {
        return softmaxCrossEntropy(logits, labels, 0);
    }

    /**
     * As {@link #softmaxCrossEntropy(Expr, Expr)}, of labels that are not quite sure: with the probability
     * {@code labelSmoothing} the class is any, each as likely as the others.
     *
     * @param labelSmoothing from 0 to 1
     */
    public static Expr softmaxCrossEntropy(Expr logits, Expr labels, double labelSmoothing) {
        int classes = classes(logits, labels);
        boolean probabilities = labels.dtype().isFloating();
        if (!probabilities || !labels.shape().equals(logits.shape())) {
            checkLabels(logits, labels,
                    " or i64, or the probability of each class: " + logits.dtype() + logits.shape());
        }
        if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
            throw logits.builder().error("the label smoothing is " + labelSmoothing, List.of(logits, labels),
                    "it is between 0 and 1");
        }
        Expr logs = logits.logSoftmax(-1);
        if (!probabilities && labelSmoothing == 0) {
            // Chosen, not multiplied by 0: another class may be impossible, its logarithm -∞.
            Expr zero = logits.builder().constant(logits.dtype(), 0.0);
            return labels.oneHot(classes, DType.BOOL).where(logs, zero).sum(-1).unaryMinus();
        }
        Expr truth = probabilities ? labels : labels.oneHot(classes, logits.dtype());
        if (labelSmoothing > 0) {
            truth = truth.times(1 - labelSmoothing).plus(labelSmoothing / classes);
        }
        return logs.times(truth).sum(-1).unaryMinus();
    }

    /**
     * Kullback–Leibler divergence of q from p, the sum of p (log p - log q) over the last axis: PyTorch's {@code KLDivLoss}
     * before it is averaged. A class whose p is 0 contributes 0, whatever its q.
     *
     * @param logProbability log q, [..., classes], such as {@code logits.logSoftmax(-1)}
     * @param target         p, of the same shape and dtype
     * @return [...]
     */
    public static Expr klDivergence(Expr logProbability, Expr target) {
        checkShapes(logProbability, target);
        Expr zero = target.builder().constant(target.dtype(), 0.0);
        return target.gt(0).where(target.times(target.log().minus(logProbability)), zero).sum(-1);
    }

    // ---- checks

    private static void checkShapes(Expr prediction, Expr target) {
        if (!prediction.shape().equals(target.shape())) {
            throw prediction.builder().error(
                    "the shapes differ: " + prediction.shape() + " and " + target.shape(),
                    List.of(prediction, target), "reshape one of them; a loss does not broadcast");
        }
    }

    /** The number of classes. */
    static int classes(Expr logits, Expr labels) {
        if (logits.rank() == 0 || !logits.shape().dim(-1).isConstant()) {
            throw logits.builder().error(
                    "the logits' last axis is their classes, whose number is fixed; got " + logits.shape(),
                    List.of(logits, labels), "transpose or reshape the logits");
        }
        return Math.toIntExact(logits.shape().dim(-1).value());
    }

    /** Checks that the labels are indices of classes. */
    static void checkLabels(Expr logits, Expr labels) {
        checkLabels(logits, labels, " or i64");
    }

    private static void checkLabels(Expr logits, Expr labels, String otherwise) {
        List<Dim> dims = logits.shape().dims();
        Shape wanted = Shape.of(dims.subList(0, Math.max(0, dims.size() - 1)));
        if (!labels.dtype().isInteger() || !labels.shape().equals(wanted)) {
            GraphBuilder g = logits.builder();
            throw g.error("the labels are " + labels.dtype() + labels.shape()
                    + ", should be the index of a class for each row: " + DType.INT32 + wanted + otherwise,
                    List.of(logits, labels), hint(labels.shape(), wanted, logits.shape()));
        }
    }

    private static String hint(Shape labels, Shape wanted, Shape logits) {
        if (labels.equals(logits)) {
            return "labels that are one-hot already have an index too, labels.argmax(-1)";
        }
        if (labels.equals(wanted)) {
            return "cast them with .cast(INT32)";
        }
        return labels.rank() == logits.rank() && labels.dim(-1).isExactly(1)
                ? "squeeze(-1) takes the last axis away"
                : "";
    }
}
