package dev.covector.stripes.graph;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Adam;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

/** A network of two layers that tells images of 28 x 28 pixels apart. Compiled and run before the application is. */
public final class StripesGraph {
    private StripesGraph() {}

    /** Functions {@code train} and {@code predict}. */
    public static Graph graph() {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("stripes");
        Expr image = g.input("image", FLOAT32, Shape.of(batch, 784));
        Expr label = g.input("label", INT32, Shape.of(batch));
        Linear hidden = Linear.of(g, "hidden", 784, 256);
        Linear output = Linear.of(g, "output", 256, 3);
        Expr logits = output.invoke(hidden.invoke(image).relu());
        Expr loss = Losses.softmaxCrossEntropy(logits, label).mean();
        g.function("train").returns("loss", loss).updates(Adam.of(0.001).minimize(loss));
        g.function("predict").returns("probability", logits.softmax(-1)).returns("kind", logits.argmax(-1));
        return g.build();
    }
}
