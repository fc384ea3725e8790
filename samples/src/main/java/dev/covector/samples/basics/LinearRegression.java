package dev.covector.samples.basics;

import static dev.covector.runtime.DType.FLOAT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.Dim;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;

/** {@code y = x · w + b} for two features, with parameters of its own rather than a layer. */
final class LinearRegression {
    private final Session session;
    private final PreparedCall train;

    /** One step of training as a function of a batch of any size. */
    static Graph graph(double learningRate) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("linear_regression");
        Expr x = g.input("x", FLOAT32, Shape.of(batch, Dim.of(2)));
        Expr y = g.input("y", FLOAT32, Shape.of(batch));

        Expr w = g.parameter("w", FLOAT32, Shape.of(2), Initializers.normal(0.01));
        Expr b = g.parameter("b", FLOAT32, Shape.scalar(), Initializers.zeros());
        Expr loss = Losses.squared(x.matmul(w).plus(b), y).mean();

        g.function("train").returns("loss", loss).updates(Sgd.of(learningRate).minimize(loss));
        return g.build();
    }

    LinearRegression(Session session) {
        this.session = session;
        train = session.prepare("train");
    }

    /**
     * One update.
     *
     * @param x float32 [count, 2]
     * @param y float32 [count]
     * @return the mean loss before it
     */
    float step(Tensor x, Tensor y) {
        return train.input("x", x).input("y", y).run().scalar("loss");
    }

    float[] weights() {
        return session.parameters().get("w").toFloats();
    }

    double bias() {
        return session.parameters().get("b").item();
    }
}
