package dev.covector.samples.image;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Adam;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Losses;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

/** A network of two hidden layers of sigmoid units, 784-50-100-10, whose weights come from a file. */
final class SigmoidNet {
    private static final int[] UNITS = {784, 50, 100, 10};

    private SigmoidNet() {}

    /** What an application needs that only predicts. */
    static Graph graph() {
        GraphBuilder g = Graph.builder("sigmoid_net");
        predict(g, logits(g));
        return g.build();
    }

    /** The same network as it is trained. */
    static Graph trainingGraph() {
        GraphBuilder g = Graph.builder("sigmoid_net_training");
        Expr logits = logits(g);
        Expr label = g.input("label", INT32, Shape.of(Dim.of("batch")));
        Expr loss = Losses.softmaxCrossEntropy(logits, label).mean();
        g.function("train").returns("loss", loss).updates(Adam.of(0.005).minimize(loss));
        predict(g, logits);
        return g.build();
    }

    private static void predict(GraphBuilder g, Expr logits) {
        g.function("predict").returns("probability", logits.softmax(-1)).returns("class", logits.argmax(-1));
    }

    private static Expr logits(GraphBuilder g) {
        Expr h = g.input("image", FLOAT32, Shape.of(Dim.of("batch"), UNITS[0]));
        for (int layer = 1; layer < UNITS.length; layer++) {
            Expr w = g.parameter("W" + layer, FLOAT32, Shape.of(UNITS[layer - 1], UNITS[layer]),
                    Initializers.xavierNormal());
            Expr b = g.parameter("b" + layer, FLOAT32, Shape.of(UNITS[layer]), Initializers.zeros());
            Expr z = h.matmul(w).plus(b);
            h = layer == UNITS.length - 1 ? z : z.sigmoid();
        }
        return h;
    }
}
