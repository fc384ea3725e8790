package dev.covector.explain;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sgd;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

/** Graphs that several tests look into. */
final class Graphs {
    private Graphs() {}

    /** Linear regression, as it might be parsed from a file; its names have what needs escaping somewhere. */
    static Graph line() {
        return GraphText.parse("""
                graph line
                  %0 = parameter fit.weight : f32[2] at Line.java:8
                  %1 = constant 0.0 : f32[] at Line.java:8
                  %2 = broadcast %1 axes=[] : f32[2] at Line.java:8
                  %3 = input x : f32[batch,2] at Line.java:9
                  %4 = input y : f32[batch] at Line.java:10
                  %5 = dot %3 %0 contract=[1]x[0] : f32[batch] as prediction at Line.java:11
                  %6 = sub %5 %4 : f32[batch] at Line.java:12
                  %7 = square %6 : f32[batch] at Line.java:12
                  %8 = reduce_sum %7 axes=[0] : f32[] at Line.java:12
                  %9 = constant 1.0 : f32[] at Line.java:13
                  %10 = gradient %8 %0 %9 : f32[2] at Line.java:13
                  %11 = constant 0.1 : f32[] at Line.java:13
                  %12 = broadcast %11 axes=[] : f32[2] at Line.java:13
                  %13 = mul %10 %12 : f32[2] at Line.java:13
                  %14 = sub %0 %13 : f32[2] at Line.java:13
                  parameter %0 initial=%2 trainable
                  function predict(%3) -> prediction=%5
                  function train(%3, %4) -> loss=%8 update %0=%14
                """);
    }

    /** A perceptron with one hidden layer that learns classes. */
    static Graph mlp() {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("mlp");
        Expr x = g.input("x", FLOAT32, Shape.of(batch, 784));
        Expr label = g.input("label", INT32, Shape.of(batch));
        Linear hidden = Linear.of(g, "hidden", 784, 256);
        Linear output = Linear.of(g, "output", 256, 10);
        Expr logits = output.invoke(hidden.invoke(x).relu());
        Expr loss = Losses.softmaxCrossEntropy(logits, label).mean();
        g.function("predict").returns("probability", logits.softmax(-1));
        g.function("train").returns("loss", loss).updates(Sgd.of(0.5).minimize(loss));
        return g.build();
    }

    /** As many ops one after the other, without a block, and the gradient of the last. */
    static Graph chain(int length) {
        GraphBuilder g = Graph.builder("chain");
        Expr x = g.input("x", FLOAT32, Shape.of(1024));
        Expr h = x;
        for (int i = 0; i < length; i++) {
            h = switch (i % 4) {
                case 0 -> h.times(x);
                case 1 -> h.plus(i / 1024.0);
                case 2 -> h.tanh();
                default -> h.minus(h.mean());
            };
        }
        g.function("f").returns("y", h).returns("dx", h.sum().gradient(x));
        return g.build();
    }
}
