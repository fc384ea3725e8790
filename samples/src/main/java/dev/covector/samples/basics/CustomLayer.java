package dev.covector.samples.basics;

import static dev.covector.runtime.DType.FLOAT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Adam;
import dev.covector.graph.nn.Block;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sequential;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

/** A network with a layer of one's own, {@link Steps}, among those of the library. */
final class CustomLayer {
    static final int UNITS = 64;
    /** How far from a threshold the gradient passes. */
    static final double NEAR = 0.5;

    private CustomLayer() {}

    /**
     * Units that are on or off: 1 where {@code x} exceeds a threshold that is learnt, -1 elsewhere.
     *
     * <p>Nothing passes back through a step, whose derivative is 0. So this one lies about it: its gradient is that of a
     * line where x is near the threshold, and 0 farther away, which is called a straight-through estimator.
     */
    private record Steps(Expr threshold, double near) implements Block {
        /** Thresholds for {@code units} features, that start at 0. */
        static Steps of(GraphBuilder g, String path, int units, double near) {
            return new Steps(g.parameter(path + ".threshold", FLOAT32, Shape.of(units), Initializers.zeros()),
                    near);
        }

        @Override
        public Expr invoke(Expr x) {
            return x.minus(threshold).customGradient(
                    above -> above.gt(0).cast(FLOAT32).times(2).minus(1),
                    (cotangent, above, y) -> cotangent.times(above.abs().lt(near).cast(FLOAT32)));
        }
    }

    /**
     * Which points of the plane are of class 1?
     *
     * @param near how far from a threshold the gradient passes; with 0 it is the true one, and nothing passes
     */
    static Graph graph(double near) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder(near > 0 ? "custom_layer" : "true_gradient");
        Expr point = g.input("point", FLOAT32, Shape.of(batch, 2));
        Expr label = g.input("label", DType.INT32, Shape.of(batch));

        Block net = Sequential.of(Linear.of(g, "hidden", 2, UNITS), Steps.of(g, "steps", UNITS, near),
                Linear.of(g, "output", UNITS, 2));
        Expr logits = net.invoke(point);
        Expr loss = Losses.softmaxCrossEntropy(logits, label).mean();

        g.function("train").returns("loss", loss).updates(Adam.of(0.03).minimize(loss));
        g.function("predict").returns("class", logits.argmax(-1));
        return g.build();
    }
}
