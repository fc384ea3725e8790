package dev.covector.samples.image;

import dev.covector.data.ImageSet;
import dev.covector.graph.Graph;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** Images into ten classes without a hidden layer. */
@Command(name = "softmax-regression",
        description = "trains a linear layer and a softmax on images, drawn by code or from IDX files")
final class SoftmaxRegressionSample extends ImageSample {
    SoftmaxRegressionSample() {
        super("softmax-regression", "Softmax regression", 5, 0.1f, 0.75, 0.8);
    }

    @Override
    public Graph graph(ImageSet images, PrintWriter out) {
        return SoftmaxRegression.graph(images.size());
    }
}
