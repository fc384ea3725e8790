package it.factories;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

public class Triples {
    public static Graph graph() {
        GraphBuilder g = Graph.builder("triple");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(Dim.of("n")));
        g.function("triple").returns("y", x.times(3));
        return g.build();
    }
}
