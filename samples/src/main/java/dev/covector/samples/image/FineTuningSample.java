package dev.covector.samples.image;

import dev.covector.data.Batch;
import dev.covector.data.Batches;
import dev.covector.data.DataLoader;
import dev.covector.data.ImageData;
import dev.covector.data.ImageSet;
import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.Checks;
import dev.covector.samples.command.OutputFile;
import dev.covector.samples.command.PositiveInt;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import dev.covector.samples.command.SampleException;
import dev.covector.samples.picture.Chart;
import dev.covector.samples.picture.PictureOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A network that knows five classes of images learns five others from few examples. */
@Command(name = "fine-tuning",
        description = "trains on five classes of images, then with a new head on few images of five others",
        footer = {"",
            "Exit status: 0 if fine-tuning comes to a better test accuracy than training from scratch, by 0.1 or more;"
                    + " 1 if not, 2 if an option is wrong."})
final class FineTuningSample implements Sample {
    private static final int BATCH = 32;
    private static final double RATE = 0.02;
    private static final double BODY_RATE = 0.002;
    private static final int DRAWN_TRAINING = 4_000;
    private static final int DRAWN_TEST = 800;
    /** So few images there are of the second five classes. */
    private static final int FEW = 160;
    private static final int DRAWN_EVERY = 4;

    @Option(names = "--pretraining", paramLabel = "N", converter = PositiveInt.class,
            description = "steps on the first five classes (default: ${DEFAULT-VALUE})")
    private int pretraining = 250;

    @Option(names = "--steps", paramLabel = "N", converter = PositiveInt.class,
            description = "steps on the others, fine-tuning and from scratch (default: ${DEFAULT-VALUE})")
    private int steps = 40;

    @Option(names = "--save", paramLabel = "FILE",
            description = "where the first network's parameters go (default: ${DEFAULT-VALUE})")
    private Path save = Path.of("fine-tuning.safetensors");

    @Mixin
    private PictureOption picture = new PictureOption("fine-tuning");

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        picture.check();
        OutputFile.check(save);
        ImageData drawn = DrawnShapes.draw(options.seed(), DRAWN_TRAINING, DRAWN_TEST);
        Checks checks = new Checks(out);
        try (Workers workers = options.workers()) {
            Session first = options.session(FineTuning.graph("head", RATE, RATE), workers);
            Curve known = train(first, pretraining, of(drawn.train(), 0), of(drawn.test(), 0));
            out.printf(Locale.ROOT, "the first five classes: test accuracy %.3f%n", known.last());

            Task training = of(drawn.train(), FineTuning.CLASSES).first(FEW);
            Task test = of(drawn.test(), FineTuning.CLASSES);
            Session scratch = options.session(FineTuning.graph("new_head", RATE, RATE), workers);
            Curve without = train(scratch, steps, training, test);
            Session tuned = options.session(FineTuning.graph("new_head", BODY_RATE, RATE), workers);
            handOver(first, tuned, out);
            Curve with = train(tuned, steps, training, test);

            Chart chart = new Chart("Five new classes, " + FEW + " images", "step", "test accuracy");
            with.drawnIn(chart, "fine-tuning");
            without.drawnIn(chart, "from scratch");
            picture.write(chart, out, err);
            checks.holds(String.format(Locale.ROOT,
                    "five others after %d steps: test accuracy %.3f by fine-tuning, %.3f from scratch", steps,
                    with.last(), without.last()), with.last() >= without.last() + 0.1);
        }
        return checks.passed();
    }

    /** The body's parameters; the head of the other network has another name. */
    private void handOver(Session from, Session to, PrintWriter out) {
        try {
            from.parameters().save(save);
            out.println("fine-tuning " + to.parameters().loadMatching(save));
        } catch (IOException e) {
            throw new SampleException(save + ": expected a file that can be written and read, found " + e);
        }
    }

    /** Test accuracies while a network learns, after so many steps. */
    private static final class Curve {
        private final List<Double> steps = new ArrayList<>();
        private final List<Double> accuracies = new ArrayList<>();

        void add(int step, double accuracy) {
            steps.add((double) step);
            accuracies.add(accuracy);
        }

        double last() {
            return accuracies.getLast();
        }

        void drawnIn(Chart chart, String name) {
            chart.line(name, array(steps), array(accuracies));
        }

        private static double[] array(List<Double> values) {
            return values.stream().mapToDouble(value -> value).toArray();
        }
    }

    private Curve train(Session session, int most, Task training, Task test) {
        DataLoader loader = DataLoader.of(BATCH, training.images, training.labels).shuffle().dropLast()
                .seed(options.seed());
        Curve curve = new Curve();
        for (int epoch = 1, step = 0; step < most; epoch++) {
            try (Batches batches = loader.epoch(epoch)) {
                for (Batch batch : batches) {
                    if (step % DRAWN_EVERY == 0) {
                        curve.add(step, accuracy(session, test));
                    }
                    session.call("train").input("image", batch.get(0)).input("label", batch.get(1)).run();
                    if (++step == most) {
                        break;
                    }
                }
            }
        }
        curve.add(most, accuracy(session, test));
        return curve;
    }

    private static double accuracy(Session session, Task test) {
        return session.call("evaluate").input("image", test.images).input("label", test.labels).run()
                .scalar("correct") / test.labels.size();
    }

    /**
     * Images of five classes.
     *
     * @param images float32 [count, height, width, channels]
     * @param labels int32 [count], from 0
     */
    private record Task(Tensor images, Tensor labels) {
        Task first(int count) {
            return new Task(images.rows(0, count), labels.rows(0, count));
        }
    }

    /** Those of the classes from {@code least} on. */
    private static Task of(ImageSet set, int least) {
        int[] labels = set.labels().toInts();
        int[] chosen = IntStream.range(0, labels.length)
                .filter(i -> labels[i] >= least && labels[i] < least + FineTuning.CLASSES).toArray();
        float[] pixels = new float[chosen.length * set.size()];
        for (int i = 0; i < chosen.length; i++) {
            float[] image = set.images().rows(chosen[i], chosen[i] + 1).toFloats();
            System.arraycopy(image, 0, pixels, i * set.size(), image.length);
        }
        return new Task(Tensor.of(pixels, chosen.length, set.height(), set.width(), set.channels()),
                Tensor.of(IntStream.of(chosen).map(i -> labels[i] - least).toArray(), chosen.length));
    }
}
