package dev.covector.samples.image;

import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.Checks;
import dev.covector.samples.command.PositiveInt;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import dev.covector.samples.picture.ImageGrid;
import dev.covector.samples.picture.Panels;
import dev.covector.samples.picture.PictureOption;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The kernel of an edge detector, found again from an image and its edges. */
@Command(name = "edge-detector",
        description = "learns the kernel [1, -1] of a convolution from an image and its edges",
        footer = {"",
            "Exit status: 0 if the learnt kernel is within 0.1 of the known one, 1 if not, 2 if an option is wrong."})
final class EdgeDetectorSample implements Sample {
    private static final double LEARNING_RATE = 0.06;
    private static final int PRINTED_EVERY = 5;
    private static final int SCALE = 36;

    @Option(names = "--steps", paramLabel = "N", converter = PositiveInt.class,
            description = "updates of the kernel (default: ${DEFAULT-VALUE})")
    private int steps = 20;

    @Mixin
    private PictureOption picture = new PictureOption("edge-detector");

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        picture.check();
        Checks checks = new Checks(out);
        try (Workers workers = options.workers()) {
            Session session = options.session(EdgeDetector.graph(LEARNING_RATE), workers);
            Tensor image = image();
            Tensor edges = session.call("detect").input("image", image).run().tensor("edges");
            for (int step = 1; step <= steps; step++) {
                float loss = session.call("train").input("image", image).input("edges", edges).run()
                        .scalar("loss");
                if (step % PRINTED_EVERY == 0) {
                    out.printf(Locale.ROOT, "step %d  loss %.4f%n", step, loss);
                }
            }
            Tensor found = session.call("detect_learnt").input("image", image).run().tensor("edges");
            picture.write(new Panels(3, List.of(drawn("the image", image, 0), drawn("its edges", edges, -1),
                    drawn("by the learnt kernel", found, -1))), out, err);
            checks.near("the learnt kernel", session.parameters().get("kernel"), 0.1, 1, -1);
        }
        return checks.passed();
    }

    /** White, with black columns in its middle: [1, height, width, 1]. */
    private static Tensor image() {
        float[] pixels = new float[EdgeDetector.HEIGHT * EdgeDetector.WIDTH];
        for (int i = 0; i < pixels.length; i++) {
            int column = i % EdgeDetector.WIDTH;
            pixels[i] = column >= 2 && column < EdgeDetector.WIDTH - 2 ? 0 : 1;
        }
        return Tensor.of(pixels, 1, EdgeDetector.HEIGHT, EdgeDetector.WIDTH, 1);
    }

    /** With {@code black} as black and 1 as white. */
    private static ImageGrid drawn(String caption, Tensor image, float black) {
        float[] values = image.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] = (values[i] - black) / (1 - black);
        }
        return new ImageGrid(image.dim(1), image.dim(2), 1, SCALE, 1).add(caption, values);
    }
}
