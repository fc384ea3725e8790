package dev.covector.example;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Adam;
import dev.covector.graph.nn.AdditiveAttention;
import dev.covector.graph.nn.Attention;
import dev.covector.graph.nn.BatchNorm;
import dev.covector.graph.nn.Embedding;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.LayerNorm;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Metrics;
import dev.covector.graph.nn.MultiHeadAttention;
import dev.covector.graph.nn.Parallel;
import dev.covector.graph.nn.Residual;
import dev.covector.graph.nn.Sgd;
import dev.covector.graph.nn.Training;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.List;

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

    // ---- optimisers

    private final Expr w = g.parameter("w", FLOAT32, Shape.of(8), Initializers.zeros());

    void minimizeWhatNeedsNoTraining() {
        Sgd.of(0.1).minimize(x.mean());
    }

    void minimizeByNothing() {
        Sgd.of(0.1).minimize(x.times(w).mean(), List.of());
    }

    void minimizeUnderAPathThatIsNone() {
        g.trainable(x.times(w).mean(), "decoder");
    }

    void minimizeByAnInput() {
        Adam.of(0.1).minimize(x.sum(), x);
    }

    void twoOptimizersOfAName() {
        Expr loss = x.times(w).mean();
        Adam.of(0.1).minimize(loss);
        Adam.of(0.01).minimize(loss);
    }

    void pathWithANumberAfterASlash() {
        g.state("w/2", FLOAT32, Shape.of(8), Initializers.zeros());
    }

    // ---- layers

    void residualThatChangesTheShape() {
        Residual.of(Linear.of(g, "wide", 8, 16)).invoke(x);
    }

    void normOfAnotherWidth() {
        LayerNorm.of(g, "norm", 1).invoke(x);
    }

    void batchNormOfChannelsFirst() {
        BatchNorm.of(g, "norm", 3).invoke(g.input("image", FLOAT32, Shape.of(Dim.of("batch"), 3, 28)));
    }

    void embeddingOfNumbers() {
        Embedding.of(g, "words", 10, 4).invoke(x);
    }

    void branchesOfOtherBatches() {
        Parallel.of(-1, y -> y, Expr::transpose).invoke(x);
    }

    void headsThatDoNotDivide() {
        MultiHeadAttention.of(g, "self", 8, 3).invoke(x);
    }

    void headsOfAVector() {
        MultiHeadAttention.of(g, "self", 8, 2).invoke(w);
    }

    void attentionOfAVector() {
        Attention.scaledDotProduct(w, w, w);
    }

    void maskOfNumbers() {
        Attention.scaledDotProduct(x, x, x, x);
    }

    void kaimingOfABias() {
        g.parameter("bias", FLOAT32, Shape.of(8), Initializers.kaimingNormal());
    }

    void trainingOfWhatIsNoState() {
        Training training = new Training();
        training.update(x, old -> old.times(2));
        g.function("train").updates(training.updates());
    }

    void labelsInAColumn() {
        Losses.softmaxCrossEntropy(x, label.expandDims(-1));
    }

    void layerOfImagesThatAreNotFlat() {
        Linear.of(g, "output", 784, 10)
                .invoke(g.input("image", FLOAT32, Shape.of(Dim.of("batch"), 28, 28, 1)));
    }

    void layerOfANumber() {
        Linear.of(g, "output", 784, 10).invoke(x.sum());
    }

    void regressionOfNumbers() {
        Attention.nadarayaWatson(x.sum(-1), x.sum(-1), x, g.constant(FLOAT32, 1.0));
    }

    void regressionOfOtherFeatures() {
        Attention.nadarayaWatson(x.sumKeepDims(-1), x, x, g.constant(FLOAT32, 1.0));
    }

    void additiveAttentionOfNumbers() {
        AdditiveAttention.of(g, "score", 8, 8, 4).invoke(x, x.sum(-1), x);
    }
}
