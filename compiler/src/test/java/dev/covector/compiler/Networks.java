package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Metrics;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.SplittableRandom;

/** Networks that several tests compile, and data for them. */
final class Networks {
    private Networks() {}

    /** A perceptron with one hidden layer that learns classes: functions predict and train. */
    static Graph mlp(int in, int hidden, int classes) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("mlp");
        Expr x = g.input("x", FLOAT32, Shape.of(batch, in));
        Expr label = g.input("label", INT32, Shape.of(batch));
        Linear first = Linear.of(g, "hidden", in, hidden);
        Linear second = Linear.of(g, "output", hidden, classes);
        Expr logits = second.invoke(first.invoke(x).relu());
        Expr loss = Losses.softmaxCrossEntropy(logits, label).mean();
        g.function("predict").returns("probability", logits.softmax(-1)).returns("accuracy",
                Metrics.accuracy(logits, label));
        g.function("train").returns("loss", loss).updates(Sgd.of(0.5).minimize(loss));
        return g.build();
    }

    static Tensor images(int count, int size, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] pixels = new float[count * size];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (float) random.nextDouble();
        }
        return Tensor.of(pixels, count, size);
    }

    static Tensor labels(int count, int classes, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = random.nextInt(classes);
        }
        return Tensor.of(labels, count);
    }
}
