package dev.covector.stripes.graph;

import dev.covector.compiler.Compiler;
import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** The same prediction as the application's, by a graph that is compiled when it is needed: for the comparison of starts. */
final class PredictAtRunTime {
    private PredictAtRunTime() {}

    /** @param arguments the file with the parameters */
    public static void main(String[] arguments) throws IOException {
        Session session = Compiler.compile(StripesGraph.graph()).newSession(0);
        session.parameters().load(Path.of(arguments[0]));
        float[] image = new float[784];
        for (int i = 0; i < image.length; i++) {
            image[i] = i / 28 / 3 % 2;
        }
        Tensor probability =
                session.call("predict").input("image", Tensor.of(image, 1, 784)).run().tensor("probability");
        System.out.println(Arrays.toString(probability.toFloats()));
    }
}
