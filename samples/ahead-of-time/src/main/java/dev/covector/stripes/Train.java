package dev.covector.stripes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** Trains from new parameters, and saves them. */
final class Train {
    private static final int BATCH = 64;

    private Train() {}

    /** @param arguments the file for the parameters */
    public static void main(String[] arguments) throws IOException {
        Stripes stripes = new Stripes(42);
        for (int epoch = 1; epoch <= 4; epoch++) {
            Images images = Images.draw(2048, epoch);
            double sum = 0;
            for (int i = 0; i < 2048; i += BATCH) {
                sum += stripes.train(Arrays.copyOfRange(images.pixels(), i * 784, (i + BATCH) * 784),
                        Arrays.copyOfRange(images.kinds(), i, i + BATCH)).loss();
            }
            System.out.printf(Locale.ROOT, "epoch %d: loss %.4f%n", epoch, sum / (2048 / BATCH));
        }
        Images fresh = Images.draw(500, 0);
        int[] found = stripes.predict(fresh.pixels()).kind().toInts();
        int right = 0;
        for (int i = 0; i < found.length; i++) {
            right += found[i] == fresh.kinds()[i] ? 1 : 0;
        }
        System.out.printf(Locale.ROOT, "accuracy on new images: %.3f%n", (double) right / found.length);
        stripes.session().parameters().save(Path.of(arguments[0]));
    }
}
