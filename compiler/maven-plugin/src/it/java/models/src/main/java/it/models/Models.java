package it.models;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

public class Models {
    public static Graph line() {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("line");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(batch, 2));
        Expr y = g.input("y", DType.FLOAT32, Shape.of(batch, 1));
        Expr predicted = Linear.of(g, "line", 2, 1).invoke(x);
        Expr loss = Losses.squared(predicted, y).mean();
        g.function("predict").returns("y", predicted);
        g.function("train").returns("loss", loss).updates(Sgd.of(0.05).minimize(loss));
        return g.build();
    }
}
