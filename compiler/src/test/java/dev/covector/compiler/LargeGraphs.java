package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;

import dev.covector.graph.Expr;
import dev.covector.graph.FunctionBuilder;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** Graphs of any size, each with one function of an input {@code x}. The size is about what they have when compiled. */
enum LargeGraphs {
    /** Elementwise ops one after the other, now and then a reduction of all; with the gradient of the last. */
    CHAIN {
        @Override
        Graph graph(int size) {
            GraphBuilder g = Graph.builder("chain");
            Expr x = g.input("x", FLOAT64, Shape.of(ELEMENTS));
            Expr h = x;
            for (int i = 0; i < size * 5 / 16; i++) {
                h = switch (i % 8) {
                    case 0 -> h.times(x);
                    case 1 -> h.plus(0.5);
                    case 2 -> h.tanh();
                    case 3 -> h.minus(x);
                    case 4 -> h.abs();
                    case 5 -> h.times(0.75);
                    case 6 -> i % 32 == 6 ? h.minus(h.mean()) : h.maximum(0.125);
                    default -> h.plus(x);
                };
            }
            g.function("f").returns("y", h).returns("dx", h.sum().gradient(x));
            return g.build();
        }
    },
    /** Independent small expressions, added two and two; with the gradient of the sum. */
    TREE {
        @Override
        Graph graph(int size) {
            GraphBuilder g = Graph.builder("tree");
            Expr x = g.input("x", FLOAT64, Shape.of(ELEMENTS));
            Deque<Expr> terms = new ArrayDeque<>();
            int count = size / 8;
            for (int i = 0; i < count; i++) {
                terms.add(x.times(1.0 + i / (double) count).tanh());
            }
            while (terms.size() > 1) {
                terms.add(terms.remove().plus(terms.remove()));
            }
            g.function("f").returns("y", terms.getFirst()).returns("dx", terms.getFirst().sum().gradient(x));
            return g.build();
        }
    },
    /** One value that many small expressions read, each added to the sum of those before; with its gradient. */
    FAN {
        @Override
        Graph graph(int size) {
            GraphBuilder g = Graph.builder("fan");
            Expr x = g.input("x", FLOAT64, Shape.of(ELEMENTS));
            Expr shared = x.tanh();
            Expr sum = shared;
            for (int i = 0; i < size / 9; i++) {
                sum = sum.plus(shared.minus(i + 1.0).abs());
            }
            g.function("f").returns("y", sum).returns("dx", sum.sum().gradient(x));
            return g.build();
        }
    },
    /** Results of one value, of a few ops each. */
    RESULTS {
        @Override
        Graph graph(int size) {
            GraphBuilder g = Graph.builder("results");
            Expr shared = g.input("x", FLOAT64, Shape.of(ELEMENTS)).tanh();
            FunctionBuilder f = g.function("f");
            for (int i = 0; i < size / 4; i++) {
                f.returns("y" + i, shared.minus(i + 1.0).abs());
            }
            return g.build();
        }
    },
    /** A perceptron of many small layers, and a step of its training. */
    MLP {
        @Override
        Graph graph(int size) {
            GraphBuilder g = Graph.builder("mlp");
            Expr h = g.input("x", FLOAT32, Shape.of(2, WIDTH));
            for (int i = 0; i < size / 32; i++) {
                Expr w = g.parameter("w" + i, FLOAT32, Shape.of(WIDTH, WIDTH),
                        Initializers.uniform(-0.1, 0.1));
                Expr b = g.parameter("b" + i, FLOAT32, Shape.of(WIDTH), Initializers.zeros());
                h = h.matmul(w).plus(b).relu().plus(h).times(0.9375);
            }
            Expr loss = h.square().mean();
            g.function("f").returns("y", loss).updates(Sgd.of(0.25).minimize(loss));
            return g.build();
        }

        @Override
        Tensor input() {
            float[] x = new float[2 * WIDTH];
            Arrays.fill(x, 0.5f);
            return Tensor.of(x, 2, WIDTH);
        }
    };

    private static final int ELEMENTS = 16;
    private static final int WIDTH = 8;

    abstract Graph graph(int size);

    /** What {@code x} can be. */
    Tensor input() {
        double[] x = new double[ELEMENTS];
        Arrays.setAll(x, i -> (i - 7) / 8.0);
        return Tensor.of(x, ELEMENTS);
    }
}
