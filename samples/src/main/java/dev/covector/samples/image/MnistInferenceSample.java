package dev.covector.samples.image;

import dev.covector.data.DataLoader;
import dev.covector.data.Idx;
import dev.covector.data.ImageData;
import dev.covector.data.ImageSet;
import dev.covector.runtime.CallException;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Safetensors;
import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.OutputFile;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import dev.covector.samples.command.SampleException;
import dev.covector.samples.picture.ImageGrid;
import dev.covector.samples.picture.PictureOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A trained network from a file, which an application only asks for predictions. */
@Command(name = "mnist-inference",
        description = "classifies images by a network whose weights come from a safetensors file",
        footer = {"",
            "Exit status: 0 if as many images are right as are known to be, or, without --data, as many as"
                    + " before saving and 9 of 10; 1 if not, 2 if a file or an option is wrong."})
final class MnistInferenceSample implements Sample {
    private static final int BATCH = 100;
    private static final int EPOCHS = 5;
    private static final int DRAWN_TRAIN = 10_000;
    private static final int DRAWN_TEST = 2_000;
    private static final double DRAWN_AT_LEAST = 0.9;
    /** Of the test images of MNIST, by the network of the file. */
    private static final int KNOWN_RIGHT = 9352;
    private static final int SHOWN = 24;

    @Option(names = "--data", paramLabel = "DIR",
            description = "directory with dlfs/mlp_784_50_100_10.safetensors and mnist/"
                    + " (default: a network that is trained here on shapes drawn by code)")
    private @Nullable Path data;

    @Option(names = "--save", paramLabel = "FILE",
            description = "without --data: where the trained network goes (default: ${DEFAULT-VALUE})")
    private Path save = Path.of("mnist-inference.safetensors");

    @Mixin
    private PictureOption picture = new PictureOption("mnist-inference");

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        picture.check();
        if (data == null) {
            OutputFile.check(save);
        }
        try (Workers workers = options.workers()) {
            Session session = options.session(SigmoidNet.graph(), workers);
            Path file;
            ImageSet images;
            int expected;
            if (data != null) {
                file = data.resolve("dlfs").resolve("mlp_784_50_100_10.safetensors");
                images = Idx.read(data.resolve("mnist")).test();
                expected = KNOWN_RIGHT;
            } else {
                ImageData drawn = DrawnShapes.draw(options.seed(), DRAWN_TRAIN, DRAWN_TEST);
                Session training = options.session(SigmoidNet.trainingGraph(), workers);
                train(training, drawn.train(), out);
                file = save;
                save(training, session);
                images = drawn.test();
                expected = right(classes(training, images), images);
            }
            load(session, file);
            out.println("loaded " + file);

            int[] classes = classes(session, images);
            int right = right(classes, images);
            picture.write(mistakes(classes, images), out, err);
            boolean reached = right == expected && (data != null || right >= DRAWN_AT_LEAST * images.count());
            out.printf(Locale.ROOT, "%,d of %,d images are right, expected %,d: %s%n", right, images.count(),
                    expected,
                    reached ? "ok" : "not reached");
            return reached;
        }
    }

    private void train(Session session, ImageSet images, PrintWriter out) {
        DataLoader loader =
                DataLoader.of(BATCH, images.flat(), images.labels()).shuffle().seed(options.seed());
        PreparedCall train = session.prepare("train");
        for (int epoch = 1; epoch <= EPOCHS; epoch++) {
            double[] loss = {0};
            loader.forEach(epoch, batch -> loss[0] +=
                    train.input("image", batch.get(0)).input("label", batch.get(1)).run().scalar("loss"));
            out.printf(Locale.ROOT, "epoch %d  loss %.4f%n", epoch, loss[0] / loader.batches());
            out.flush();
        }
    }

    /** What the application needs, without what the optimiser remembers. */
    private void save(Session training, Session application) {
        Map<String, Tensor> parameters = training.parameters().toMap();
        parameters.keySet().retainAll(application.parameters().names());
        try {
            Safetensors.write(save, parameters);
        } catch (IOException e) {
            throw new SampleException(save + ": expected a file that can be written, found " + e);
        }
    }

    private static void load(Session session, Path file) {
        try {
            session.parameters().load(file);
        } catch (IOException | CallException e) {
            throw new SampleException(file + ": expected the weights of a 784-50-100-10 network, found " + e);
        }
    }

    private static int[] classes(Session session, ImageSet images) {
        PreparedCall predict = session.prepare("predict");
        int[] classes = new int[images.count()];
        Tensor pixels = images.flat();
        for (int from = 0; from < classes.length; from += BATCH) {
            int to = Math.min(from + BATCH, classes.length);
            int[] batch = predict.input("image", pixels.rows(from, to)).run().tensor("class").toInts();
            System.arraycopy(batch, 0, classes, from, to - from);
        }
        return classes;
    }

    private static int right(int[] classes, ImageSet images) {
        int[] labels = images.labels().toInts();
        int right = 0;
        for (int i = 0; i < classes.length; i++) {
            right += classes[i] == labels[i] ? 1 : 0;
        }
        return right;
    }

    /** The first images that are not right, with the class that was taken for another. */
    private static ImageGrid mistakes(int[] classes, ImageSet images) {
        ImageGrid grid = new ImageGrid(images.height(), images.width(), 1, 3, 8);
        int[] labels = images.labels().toInts();
        int shown = 0;
        for (int i = 0; i < classes.length && shown < SHOWN; i++) {
            if (classes[i] != labels[i]) {
                grid.add(labels[i] + " taken for " + classes[i], images.images().rows(i, i + 1).toFloats());
                shown++;
            }
        }
        return grid;
    }
}
