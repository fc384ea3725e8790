package dev.covector.samples.vision;

import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import dev.covector.samples.picture.Panels;
import dev.covector.samples.picture.PictureOption;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A dog, a cat, and the boxes that a detector works with: no training, but each step on numbers that can be followed. */
@Command(name = "bounding-boxes",
        description = "makes anchors, assigns them to a dog and a cat, and suppresses all but the surest boxes",
        footer = {"",
            "Exit status: 0 if anchors, assignment, offsets and the boxes kept are as known, 1 if not, 2 if an"
                    + " option is wrong."})
final class BoundingBoxesSample implements Sample {
    private static final int HEIGHT = 561;
    private static final int WIDTH = 728;
    private static final float[] SIZES = {0.75f, 0.5f, 0.25f};
    private static final float[] RATIOS = {1, 2, 0.5f};
    private static final float THRESHOLD = 0.5f;

    // @formatter:off
    private static final List<String> CLASSES = List.of("dog", "cat");
    private static final float[] TRUTH = {
        0.10f, 0.08f, 0.52f, 0.92f,
        0.55f, 0.20f, 0.90f, 0.88f};

    private static final float[] FIVE = {
        0.00f, 0.10f, 0.20f, 0.30f,
        0.15f, 0.20f, 0.40f, 0.40f,
        0.63f, 0.05f, 0.88f, 0.98f,
        0.66f, 0.45f, 0.80f, 0.80f,
        0.57f, 0.30f, 0.92f, 0.90f};
    private static final int[] FIVE_ASSIGNED = {-1, 0, 1, -1, 1};
    private static final double[] FIVE_OFFSETS = {
        0, 0, 0, 0,
        1.40, 10.0, 2.59, 7.18,
        -1.20, 0.269, 1.68, -1.57,
        0, 0, 0, 0,
        -0.571, -1.00, 4.17e-6, 0.626};

    private static final float[] PREDICTED = {
        0.10f, 0.08f, 0.52f, 0.92f,
        0.08f, 0.20f, 0.56f, 0.95f,
        0.15f, 0.30f, 0.62f, 0.91f,
        0.55f, 0.20f, 0.90f, 0.88f};
    /** Of the background, of a dog, and of a cat. */
    private static final float[] PROBABILITY = {
        0.0f, 0.0f, 0.0f, 0.0f,
        0.9f, 0.8f, 0.7f, 0.1f,
        0.1f, 0.2f, 0.3f, 0.9f};
    // @formatter:on

    @Mixin
    private PictureOption picture = new PictureOption("bounding-boxes");

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        picture.check();
        boolean right;
        BoxPicture anchors = new BoxPicture("Anchors at one place");
        BoxPicture assigned = new BoxPicture("Five anchors and what they are to find");
        BoxPicture kept = new BoxPicture("What non-maximum suppression keeps");
        try (Workers workers = options.workers()) {
            Session session = options.session(BoundingBoxes.graph(), workers);
            right = forms(session, out);
            right &= anchors(options.session(BoundingBoxes.anchors(HEIGHT, WIDTH, SIZES, RATIOS), workers),
                    anchors, out);
            right &= assign(session, assigned, out);
            right &= suppress(session, kept, out);
        }
        picture.write(new Panels(3, List.of(anchors, assigned, kept)), out, err);
        out.println("all as known: " + (right ? "ok" : "not reached"));
        return right;
    }

    private static boolean forms(Session session, PrintWriter out) {
        Results forms = session.call("forms").input("anchors", boxes(TRUTH)).run();
        float[] centre = forms.tensor("centre").toFloats();
        for (int i = 0; i < CLASSES.size(); i++) {
            out.printf(Locale.ROOT, "%s: corners %s, centre and size %s%n", CLASSES.get(i),
                    text(TRUTH, 4 * i), text(centre, 4 * i));
        }
        return near(forms.tensor("corner"), new double[]{0.1, 0.08, 0.52, 0.92, 0.55, 0.2, 0.9, 0.88}, 1e-6)
                && near(forms.tensor("centre"), new double[]{0.31, 0.5, 0.42, 0.84, 0.725, 0.54, 0.35, 0.68},
                        1e-6);
    }

    /** Five around each pixel of an image; those of the pixel in row 250 and column 250 are drawn. */
    private static boolean anchors(Session session, BoxPicture drawn, PrintWriter out) {
        Tensor anchors = session.call("anchors").run().tensor("anchors");
        int first = (250 * WIDTH + 250) * 5;
        float[] there = anchors.rows(first, first + 5).toFloats();
        out.printf(Locale.ROOT, "%,d anchors; the first at (250, 250) is %s%n", anchors.dim(0),
                text(there, 0));
        List<String> labels = List.of("0.75, 1", "0.5, 1", "0.25, 1", "0.75, 2", "0.75, 0.5");
        for (int i = 0; i < 5; i++) {
            drawn.box(labels.get(i), there, 4 * i);
        }
        return anchors.dim(0) == 2_042_040
                && near(Tensor.of(Arrays.copyOf(there, 4), 1, 4), new double[]{0.055, 0.0715, 0.633, 0.8215},
                        1e-3);
    }

    private static boolean assign(Session session, BoxPicture drawn, PrintWriter out) {
        float[] iou = session.call("iou").input("anchors", boxes(FIVE)).input("truth", boxes(TRUTH)).run()
                .tensor("iou").toFloats();
        int[] assigned = AnchorAssignment.assign(iou, CLASSES.size(), THRESHOLD);
        Tensor offsets = session.call("offsets").input("anchors", boxes(FIVE)).input("truth", boxes(TRUTH))
                .input("assigned", Tensor.of(assigned, assigned.length)).run().tensor("offsets");
        for (int i = 0; i < assigned.length; i++) {
            String label = assigned[i] < 0 ? "background" : CLASSES.get(assigned[i]);
            out.printf(Locale.ROOT, "anchor %d overlaps the dog by %.2f, the cat by %.2f: %-10s offsets %s%n",
                    i, iou[2 * i], iou[2 * i + 1], label, text(offsets.toFloats(), 4 * i));
            drawn.box(i + ": " + label, FIVE, 4 * i);
        }
        return Arrays.equals(assigned, FIVE_ASSIGNED) && near(offsets, FIVE_OFFSETS, 5e-3);
    }

    /** Four boxes that a network could have predicted, three of them of the dog. */
    private static boolean suppress(Session session, BoxPicture drawn, PrintWriter out) {
        Tensor boxes = boxes(PREDICTED);
        Results results = session.call("predict").input("anchors", boxes)
                .input("offsets", Tensor.zeros(boxes.dtype(), boxes.shape()))
                .input("probability", Tensor.of(PROBABILITY, 3, boxes.dim(0))).run();
        float[] confidence = results.tensor("confidence").toFloats();
        int[] classes = results.tensor("class").toInts();
        float[] predicted = results.tensor("boxes").toFloats();
        List<Integer> kept =
                NonMaximumSuppression.keep(confidence, results.tensor("iou").toFloats(), THRESHOLD);
        for (int box : kept) {
            String label = String.format(Locale.ROOT, "%s, %.1f", CLASSES.get(classes[box]), confidence[box]);
            out.printf(Locale.ROOT, "kept of %d boxes: %s at %s%n", classes.length, label,
                    text(predicted, 4 * box));
            drawn.box(label, predicted, 4 * box);
        }
        return kept.equals(List.of(0, 3)) && Arrays.equals(classes, new int[]{0, 0, 0, 1});
    }

    private static Tensor boxes(float[] corners) {
        return Tensor.of(corners, corners.length / 4, 4);
    }

    private static String text(float[] numbers, int offset) {
        return String.format(Locale.ROOT, "[%.3f, %.3f, %.3f, %.3f]", numbers[offset], numbers[offset + 1],
                numbers[offset + 2], numbers[offset + 3]);
    }

    private static boolean near(Tensor found, double[] expected, double tolerance) {
        double[] numbers = found.toDoubles();
        for (int i = 0; i < expected.length; i++) {
            if (!(Math.abs(numbers[i] - expected[i]) <= tolerance)) {
                return false;
            }
        }
        return numbers.length == expected.length;
    }
}
