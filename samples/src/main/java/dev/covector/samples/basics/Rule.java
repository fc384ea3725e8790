package dev.covector.samples.basics;

import static dev.covector.runtime.DType.FLOAT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Adam;
import dev.covector.graph.nn.Linear;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;

/** Is the first of five numbers greater than the fifth? A linear layer and a sigmoid learn it from examples. */
final class Rule {
    static final int NUMBERS = 5;

    private final Session session;

    static Graph graph() {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("rule");
        Expr x = g.input("x", FLOAT32, Shape.of(batch, NUMBERS));
        Expr y = g.input("y", FLOAT32, Shape.of(batch, 1));

        Expr probability = Linear.of(g, "linear", NUMBERS, 1).invoke(x).sigmoid();
        Expr loss = probability.minus(y).square().mean();

        g.function("train").returns("loss", loss).updates(Adam.of(1e-3).minimize(loss));
        g.function("predict").returns("probability", probability);
        return g.build();
    }

    Rule(Session session) {
        this.session = session;
    }

    /** One update; returns the mean loss before it. */
    float step(Tensor x, Tensor y) {
        return session.call("train").input("x", x).input("y", y).run().scalar("loss");
    }

    /** The probability of yes, for each row. */
    float[] predict(Tensor x) {
        return session.call("predict").input("x", x).run().tensor("probability").toFloats();
    }
}
