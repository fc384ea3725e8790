package dev.covector.samples.basics;

import static dev.covector.runtime.DType.FLOAT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

/** {@code y = x · w + b} for two features, and a step of gradient descent on the mean of half the squared error. */
public final class LinearRegression {
    private LinearRegression() {}

    /** All of it written out, with {@code w}, [2], and {@code b}, []. */
    public static Graph fromScratch(double learningRate) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("linear_regression");
        Expr x = g.input("x", FLOAT32, Shape.of(batch, 2));
        Expr y = g.input("y", FLOAT32, Shape.of(batch));

        Expr w = g.parameter("w", FLOAT32, Shape.of(2), Initializers.normal(0.01));
        Expr b = g.parameter("b", FLOAT32, Shape.scalar(), Initializers.zeros());
        Expr prediction = x.matmul(w).plus(b);
        Expr loss = prediction.minus(y).square().div(2).mean();

        g.function("train").returns("loss", loss)
                .updates(w, w.minus(loss.gradient(w).times(learningRate)))
                .updates(b, b.minus(loss.gradient(b).times(learningRate)));
        g.function("evaluate").returns("loss", loss);
        return g.build();
    }

    /** The same with a layer and an optimiser: {@code linear.weight}, [2, 1], and {@code linear.bias}, [1]. */
    public static Graph withLayers(double learningRate) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("linear_regression_layers");
        Expr x = g.input("x", FLOAT32, Shape.of(batch, 2));
        Expr y = g.input("y", FLOAT32, Shape.of(batch));

        Linear linear = Linear.of(g, "linear", 2, 1, Initializers.normal(0.01), Initializers.zeros());
        Expr loss = Losses.squared(linear.invoke(x).squeeze(-1), y).mean();

        g.function("train").returns("loss", loss).updates(Sgd.of(learningRate).minimize(loss));
        g.function("evaluate").returns("loss", loss);
        return g.build();
    }
}
