package dev.covector.samples.image;

import dev.covector.graph.Graph;
import picocli.CommandLine.Command;

/** Images into ten classes without a hidden layer. */
@Command(name = "softmax-regression",
        description = "trains a linear layer and a softmax on images, drawn by code or from IDX files")
final class SoftmaxRegressionSample extends ImageSample {
    SoftmaxRegressionSample() {
        super("softmax-regression", "Softmax regression", 5, 0.1f, 0.75, 0.8);
    }

    @Override
    Graph graph(int pixels) {
        return SoftmaxRegression.graph(pixels);
    }
}
