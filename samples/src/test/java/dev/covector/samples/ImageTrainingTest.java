package dev.covector.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ImageTrainingTest {
    /** Seven images of one pixel, told apart by it; the label is the pixel's tenth. */
    private static ImageData seven() {
        float[] pixels = {0, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f};
        int[] labels = {0, 1, 2, 3, 4, 5, 6};
        return new ImageData(new ImageSet(pixels, labels, 1, 1), new ImageSet(pixels, labels, 1, 1));
    }

    @Test
    void anEpochVisitsEachImageOnceWithItsLabelInAnOrderOfItsOwn() {
        List<Integer> sizes = new ArrayList<>();
        List<Integer> visited = new ArrayList<>();
        ImageTrainer recorder = new ImageTrainer() {
            @Override
            public float step(float[] images, int[] labels, int count) {
                sizes.add(count);
                for (int i = 0; i < count; i++) {
                    assertEquals(labels[i] / 10f, images[i], "the pixel that belongs to the label");
                    visited.add(labels[i]);
                }
                return count;
            }

            @Override
            public int correct(float[] images, int[] labels, int from, int count) {
                return count - 1;
            }
        };
        StringWriter out = new StringWriter();
        double accuracy =
                new ImageTraining(seven(), 3, 5).run(recorder, 2, new LossCurve(""), new PrintWriter(out));

        assertEquals(List.of(3, 3, 1, 3, 3, 1), sizes, "batches");
        List<Integer> first = visited.subList(0, 7);
        List<Integer> second = visited.subList(7, 14);
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6), first.stream().sorted().toList());
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6), second.stream().sorted().toList());
        assertTrue(!first.equals(second), "both epochs in the order " + first);
        assertEquals(6 / 7.0, accuracy, 1e-12);
        // The mean over images of losses 3, 3 and 1, the last of a batch of one.
        String[] lines = out.toString().lines().map(line -> line.replaceAll("  [^ ]* images/s$", ""))
                .toArray(String[]::new);
        assertArrayEquals(new String[]{"epoch 1  loss 2.7143  train accuracy 0.8571  test accuracy 0.8571",
            "epoch 2  loss 2.7143  train accuracy 0.8571  test accuracy 0.8571"}, lines);
    }

    @Test
    void aSmallNetworkLearnsTheDrawnShapesBetterThanALinearModel() {
        ImageData data = DrawnShapes.draw(42, 4_000, 1_000);
        double linear = learn(data, 784, 10);
        double network = learn(data, 784, 32, 10);
        assertTrue(network > 0.8, "accuracy of the network: " + network);
        assertTrue(network > linear + 0.1, "network " + network + ", linear " + linear);
    }

    private static double learn(ImageData data, int... sizes) {
        return new ImageTraining(data, 32, 1).run(new PlainTrainer(0.1f, 7, sizes), 6, new LossCurve(""),
                new PrintWriter(new StringWriter()));
    }
}
