package dev.covector.example;

import dev.covector.graph.Convolution;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Slice;
import dev.covector.graph.nn.AdditiveAttention;
import dev.covector.graph.nn.BatchNorm;
import dev.covector.graph.nn.Conv1d;
import dev.covector.graph.nn.Conv2d;
import dev.covector.graph.nn.Embedding;
import dev.covector.graph.nn.LayerNorm;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.MultiHeadAttention;

/** Layers of sizes that must be refused, as {@link WrongPrograms}; size-errors.txt has the messages. */
final class WrongSizes {
    private final GraphBuilder g = Graph.builder("wrong");

    void linearOfNegativeInputs() {
        Linear.of(g, "l", -1, 4);
    }

    void linearOfNegativeOutputs() {
        Linear.of(g, "l", 4, -1);
    }

    void embeddingOfNegativeRows() {
        Embedding.of(g, "e", -1, 4);
    }

    void embeddingOfNegativeWidth() {
        Embedding.of(g, "e", 4, -1);
    }

    void convolutionOfNegativeInputs() {
        Conv2d.of(g, "c", -3, 4, 3);
    }

    void convolutionOfNegativeOutputs() {
        Conv1d.of(g, "c", 3, -4, 3);
    }

    void convolutionByNoKernel() {
        Conv2d.of(g, "c", 3, 4, new int[]{3, 0}, Convolution.of());
    }

    void batchNormOfNegativeChannels() {
        BatchNorm.of(g, "n", -1);
    }

    void layerNormOfNegativeFeatures() {
        LayerNorm.of(g, "n", -1);
    }

    void attentionOfNegativeWidth() {
        MultiHeadAttention.of(g, "a", -8, 2);
    }

    void attentionByNoHeads() {
        MultiHeadAttention.of(g, "a", 8, 0);
    }

    void attentionOfNegativeQueries() {
        AdditiveAttention.of(g, "a", -1, 2, 8);
    }

    void attentionOfNegativeKeys() {
        AdditiveAttention.of(g, "a", 2, -1, 8);
    }

    void attentionOfNegativeHidden() {
        AdditiveAttention.of(g, "a", 2, 2, -8);
    }

    void stepOfZero() {
        Slice.all().step(0);
    }

    void stepOfANewAxis() {
        Slice.newAxis().step(2);
    }
}
