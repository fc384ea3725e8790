package dev.covector.samples.tabular;

import static dev.covector.runtime.DType.FLOAT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Adam;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Losses;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;

/** {@code w[0] + w[1] x + w[2] x² + w[3] x³ + …} up to some degree, fitted to points. */
final class Polynomial {
    private Polynomial() {}

    static Graph graph(int degree) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("polynomial" + degree);
        Expr x = g.input("x", FLOAT32, Shape.of(batch));
        Expr y = g.input("y", FLOAT32, Shape.of(batch));
        Expr w = g.parameter("w", FLOAT32, Shape.of(degree + 1), Initializers.zeros());

        Expr prediction = powers(x, degree).matmul(w);
        Expr loss = Losses.squared(prediction, y).mean();

        g.function("train").updates(Adam.of(0.1).minimize(loss));
        g.function("evaluate").returns("loss", loss);
        g.function("predict").returns("y", prediction);
        return g.build();
    }

    /** Powers of x: [batch, degree + 1]. */
    private static Expr powers(Expr x, int degree) {
        List<Expr> powers = new ArrayList<>();
        Expr power = x.builder().full(FLOAT32, x.shape(), 1);
        powers.add(power);
        for (int i = 1; i <= degree; i++) {
            power = power.times(x);
            powers.add(power);
        }
        return Expr.stack(-1, powers);
    }
}
