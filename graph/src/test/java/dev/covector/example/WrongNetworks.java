package dev.covector.example;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Metrics;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

/** Losses, optimisers and layers that must be refused, as {@link WrongPrograms}; network-errors.txt has their messages. */
final class WrongNetworks {
    private final GraphBuilder g = Graph.builder("wrong");
    private final Expr x = g.input("x", FLOAT32, Shape.of(Dim.of("batch"), 8));
    private final Expr label = g.input("label", INT32, Shape.of(Dim.of("batch")));

    // ---- losses and metrics

    void huberLossOfNoWidth() {
        Losses.huber(x, x, 0);
    }

    void divergenceOfARowAgainstAColumn() {
        Losses.klDivergence(x.logSoftmax(-1), x.transpose());
    }

    void binaryLossAgainstAColumn() {
        Losses.binaryCrossEntropy(x.sum(-1), x.sumKeepDims(-1));
    }

    void labelSmoothingInPercent() {
        Losses.softmaxCrossEntropy(x, label, 10);
    }

    void accuracyOfProbabilities() {
        Metrics.accuracy(x, x.softmax(-1));
    }

    void confusionOfANamedNumberOfClasses() {
        Metrics.confusionMatrix(x.transpose(), g.input("row", INT32, Shape.of(8)));
    }
}
