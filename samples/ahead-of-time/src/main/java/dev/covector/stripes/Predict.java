package dev.covector.stripes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** Says what an image shows, by parameters that {@link Train} has saved. */
final class Predict {
    private Predict() {}

    /** @param arguments the file with the parameters */
    public static void main(String[] arguments) throws IOException {
        Stripes stripes = new Stripes(0);
        stripes.session().parameters().load(Path.of(arguments[0]));
        float[] image = new float[784]; // horizontal stripes
        for (int i = 0; i < image.length; i++) {
            image[i] = i / 28 / 3 % 2;
        }
        System.out.println(Arrays.toString(stripes.predict(image).probability().toFloats()));
    }
}
