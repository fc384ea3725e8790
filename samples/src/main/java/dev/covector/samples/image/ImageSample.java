package dev.covector.samples.image;

import dev.covector.data.Idx;
import dev.covector.data.ImageData;
import dev.covector.data.ImageSet;
import dev.covector.graph.Graph;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.Accuracy;
import dev.covector.samples.command.PositiveFloat;
import dev.covector.samples.command.PositiveInt;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import dev.covector.samples.picture.LossCurve;
import dev.covector.samples.picture.PictureOption;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What samples have in common that train a network to tell ten classes of images apart. */
@Command(footer = {"",
    "Exit status: 0 if the test accuracy is as expected, 1 if not, 2 if a file or an option is wrong."})
public abstract class ImageSample implements Sample {
    @Option(names = "--data", paramLabel = "DIR",
            description = "directory with the IDX files of MNIST or a relative,"
                    + " gzip or not (default: shapes drawn by code)")
    private @Nullable Path data;

    @Option(names = "--epochs", paramLabel = "N", converter = PositiveInt.class,
            description = "passes over the training set (default: ${DEFAULT-VALUE})")
    int epochs;

    @Option(names = "--steps", paramLabel = "N", converter = PositiveInt.class,
            description = "updates after which training ends, though there be epochs left (default: none)")
    private @Nullable Integer steps;

    @Option(names = "--batch", paramLabel = "N", converter = PositiveInt.class,
            description = "images per update (default: ${DEFAULT-VALUE})")
    protected int batch = 256;

    @Option(names = "--learning-rate", paramLabel = "RATE", converter = PositiveFloat.class,
            description = "step of the optimizer (default: ${DEFAULT-VALUE})")
    float learningRate;

    @Option(names = "--decay", description = "let the learning rate fall to 0 in a straight line: at a high"
            + " constant rate the accuracy jumps by some hundredths, and depends on the seed")
    private boolean decay;

    @Option(names = "--at-least", paramLabel = "ACCURACY", converter = Accuracy.class,
            description = "test accuracy to"
                    + " reach (default: depends on the network and the images)")
    private @Nullable Double atLeast;

    @Mixin
    private PictureOption picture;

    @Mixin
    private RunOptions options = new RunOptions();

    private final String title;
    /** How many images there are, unless they are read from files. */
    protected int drawnTraining = 20_000;
    protected int drawnTest = 2_000;
    private final double drawnAtLeast;
    private final double dataAtLeast;

    /**
     * A sample with defaults of its own.
     *
     * @param title        of the picture
     * @param drawnAtLeast the accuracy to reach on the drawn shapes, unless told
     * @param dataAtLeast  that to reach on other images
     */
    protected ImageSample(String sample, String title, int epochs, float learningRate, double drawnAtLeast,
            double dataAtLeast) {
        this.title = title;
        this.epochs = epochs;
        this.learningRate = learningRate;
        this.drawnAtLeast = drawnAtLeast;
        this.dataAtLeast = dataAtLeast;
        picture = new PictureOption(sample);
    }

    /** The network for such images, with the functions that {@link GraphTrainer} calls. */
    public abstract Graph graph(ImageSet images, PrintWriter out);

    /** What the network takes of a batch of images, [count, height, width, channels]: vectors, unless told otherwise. */
    protected Tensor prepare(Tensor images) {
        return images.reshape(images.dim(0), images.size() / images.dim(0));
    }

    @Override
    public final boolean run(PrintWriter out, PrintWriter err) {
        picture.check();
        ImageData images =
                data == null ? DrawnShapes.draw(options.seed(), drawnTraining, drawnTest) : Idx.read(data);
        ImageSet train = images.train();
        String source = data == null ? "drawn shapes" : String.valueOf(data.getFileName());
        out.printf(Locale.ROOT, "%s: %,d training and %,d test images of %d x %d%n", source, train.count(),
                images.test().count(), train.height(), train.width());
        out.flush();

        LossCurve curve = new LossCurve(title + " on " + source);
        double accuracy;
        try (Workers workers = options.workers()) {
            ImageTrainer trainer = new GraphTrainer(options.session(graph(train, out), workers));
            accuracy = new ImageTraining(images, this::prepare, batch, learningRate, decay,
                    steps == null ? Integer.MAX_VALUE : steps,
                    options.seed())
                    .run(trainer, epochs, curve, out);
        }

        picture.write(curve, out, err);
        double expected = atLeast != null ? atLeast : data == null ? drawnAtLeast : dataAtLeast;
        boolean reached = accuracy >= expected;
        out.printf(Locale.ROOT, "test accuracy %.4f, expected at least %.4f: %s%n", accuracy, expected,
                reached ? "ok" : "not reached");
        return reached;
    }
}
