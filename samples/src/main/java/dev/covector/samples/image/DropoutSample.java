package dev.covector.samples.image;

import dev.covector.data.ImageSet;
import dev.covector.graph.Graph;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** Images into ten classes by two hidden layers with dropout. */
@Command(name = "dropout",
        description = "trains two hidden layers, of whose units some are dropped at random in each step")
final class DropoutSample extends ImageSample {
    DropoutSample() {
        super("dropout", "Two hidden layers with dropout", 5, 0.5f, 0.9, 0.82);
    }

    @Override
    public Graph graph(ImageSet images, PrintWriter out) {
        return DropoutNet.graph(images.size(), 0.2, 0.5);
    }
}
