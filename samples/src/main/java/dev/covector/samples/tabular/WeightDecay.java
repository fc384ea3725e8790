package dev.covector.samples.tabular;

import static dev.covector.runtime.DType.FLOAT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

/** Linear regression with more weights than examples, which are kept small by a penalty on their squares. */
final class WeightDecay {
    static final int INPUTS = 200;

    private WeightDecay() {}

    /** @param decay how much half the square of all weights counts; 0 for no penalty */
    static Graph graph(double decay) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("weight_decay");
        Expr x = g.input("x", FLOAT32, Shape.of(batch, INPUTS));
        Expr y = g.input("y", FLOAT32, Shape.of(batch));

        Expr w = g.parameter("w", FLOAT32, Shape.of(INPUTS), Initializers.normal(1));
        Expr b = g.parameter("b", FLOAT32, Shape.scalar(), Initializers.zeros());
        Expr loss = Losses.squared(x.matmul(w).plus(b), y).mean();
        Expr penalty = w.square().sum().times(0.5);

        g.function("train").updates(Sgd.of(0.003).minimize(loss.plus(penalty.times(decay))));
        g.function("evaluate").returns("loss", loss).returns("norm", w.norm());
        return g.build();
    }
}
