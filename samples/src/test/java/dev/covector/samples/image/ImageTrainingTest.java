package dev.covector.samples.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.Compiler;
import dev.covector.data.Idx;
import dev.covector.data.ImageData;
import dev.covector.data.ImageSet;
import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;
import dev.covector.samples.picture.LossCurve;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ImageTrainingTest {
    /** Seven images of one pixel, told apart by it; the label is the pixel's tenth. */
    private static ImageData seven() {
        float[] pixels = {0, 0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f};
        int[] labels = {0, 1, 2, 3, 4, 5, 6};
        ImageSet set = new ImageSet(Tensor.of(pixels, 7, 1, 1, 1), Tensor.of(labels, 7));
        return new ImageData(set, set);
    }

    @Test
    void anEpochVisitsEachImageOnceWithItsLabelInAnOrderOfItsOwn() {
        List<Integer> sizes = new ArrayList<>();
        List<Float> rates = new ArrayList<>();
        List<Integer> visited = new ArrayList<>();
        ImageTrainer recorder = new ImageTrainer() {
            @Override
            public float step(Batch batch, float learningRate) {
                rates.add(learningRate);
                float[] images = batch.images().toFloats();
                int[] labels = batch.labels().toInts();
                sizes.add(batch.count());
                for (int i = 0; i < batch.count(); i++) {
                    assertEquals(labels[i] / 10f, images[i], "the pixel that belongs to the label");
                    visited.add(labels[i]);
                }
                return batch.count();
            }

            @Override
            public int correct(Batch batch) {
                return batch.count() == 1 ? 0 : batch.count();
            }
        };
        StringWriter out = new StringWriter();
        double accuracy =
                training(seven(), 3, 0.7f, 5, Integer.MAX_VALUE).run(recorder, 2, new LossCurve(""),
                        new PrintWriter(out));

        assertEquals(List.of(3, 3, 1, 3, 3, 1), sizes, "batches");
        assertEquals(List.of(0.7f, 0.55f, 0.4f, 0.35f, 0.2f, 0.05f), rates, "learning rates");
        List<Integer> first = visited.subList(0, 7);
        List<Integer> second = visited.subList(7, 14);
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6), first.stream().sorted().toList());
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6), second.stream().sorted().toList());
        assertTrue(!first.equals(second), "both epochs in the order " + first);
        assertEquals(6 / 7.0, accuracy, 1e-12);
        // The mean over images of losses 3, 3 and 1, the last of a batch of one.
        String[] lines = out.toString().lines().limit(2).map(line -> line.replaceAll("  [^ ]* images/s$", ""))
                .toArray(String[]::new);
        assertArrayEquals(new String[]{"epoch 1  loss 2.7143  train accuracy 0.8571  test accuracy 0.8571",
            "epoch 2  loss 2.7143  train accuracy 0.8571  test accuracy 0.8571"}, lines);
    }

    @ParameterizedTest
    @CsvSource({"1, [3]", "3, '[3, 3, 1]'", "4, '[3, 3, 1, 3]'", "9, '[3, 3, 1, 3, 3, 1]'"})
    void endsAfterTheMostSteps(int most, String sizes) {
        List<Integer> steps = new ArrayList<>();
        List<Integer> evaluated = new ArrayList<>();
        ImageTrainer recorder = new ImageTrainer() {
            @Override
            public float step(Batch batch, float learningRate) {
                steps.add(batch.count());
                return 1;
            }

            @Override
            public int correct(Batch batch) {
                evaluated.add(batch.count());
                return 0;
            }
        };
        training(seven(), 3, 0.7f, 5, most).run(recorder, 2, new LossCurve(""),
                new PrintWriter(new StringWriter()));
        assertEquals(sizes, steps.toString());
        assertEquals(most <= 3 ? 14 : 28, evaluated.stream().mapToInt(count -> count).sum(),
                "evaluated images");
    }

    @Test
    void theNetworkLearnsTheDrawnShapes() {
        double accuracy = learn(DrawnShapes.draw(42, 4_000, 1_000), 64);
        assertTrue(accuracy > 0.9, "accuracy " + accuracy);
    }

    /** {@code COVECTOR_DATA} names a directory with {@code fashion-mnist} in it. */
    @Test
    @EnabledIfEnvironmentVariable(named = "COVECTOR_DATA", matches = ".+")
    void theNetworkLearnsFashionMnist() {
        Path data = Path.of(System.getenv("COVECTOR_DATA"), "fashion-mnist");
        double accuracy = learn(Idx.read(data), 256);
        assertTrue(accuracy >= 0.85, "accuracy " + accuracy);
    }

    private static ImageTraining training(ImageData data, int batch, float learningRate, long seed,
            int most) {
        return new ImageTraining(data, images -> images.reshape(images.dim(0), data.train().size()), batch,
                learningRate, true, most, seed);
    }

    private static double learn(ImageData data, int batch) {
        Session session = Compiler.compile(Mlp.graph(784)).newSession(7);
        return training(data, batch, 0.5f, 1, Integer.MAX_VALUE).run(new GraphTrainer(session), 5,
                new LossCurve(""),
                new PrintWriter(new StringWriter()));
    }
}
