package dev.covector.samples.image;

import dev.covector.data.ImageSet;
import dev.covector.graph.Graph;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** Images into ten classes by one hidden layer of 256 ReLU units. */
@Command(name = "mlp",
        description = "trains a 784-256-10 ReLU network on images, drawn by code or from IDX files")
final class MlpSample extends ImageSample {
    MlpSample() {
        super("mlp", "One hidden layer of " + Mlp.HIDDEN + " units", 5, 0.5f, 0.9, 0.85);
    }

    @Override
    public Graph graph(ImageSet images, PrintWriter out) {
        return Mlp.graph(images.size());
    }
}
