package dev.covector.benchmarks;

import dev.covector.graph.Expr;
import dev.covector.graph.FunctionBuilder;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * One computation twice: as a graph, and as the loop that a Java programmer would write. Both read the same arrays.
 *
 * @param inputs    what both read
 * @param graph     declares the function {@link #FUNCTION}
 * @param loop      does the same on plain arrays, on one thread
 * @param expected  the arrays that the loop fills, {@code float[]} or {@code int[]}, in the order of the function's
 *                  results
 * @param tolerance by how much the two may differ, as a part of the greatest value; 0 where the bits must be the same
 */
record Case(List<Tensor> inputs, Declaration graph, Runnable loop, List<Object> expected, double tolerance) {
    static final String FUNCTION = "run";
    static final long SEED = 42;

    /** Declares a function of some inputs. */
    interface Declaration {
        FunctionBuilder declare(GraphBuilder g, List<Expr> inputs);
    }

    /** A case with one result. */
    static Case of(Function<List<Expr>, Expr> result, Runnable loop, Object expected, double tolerance,
            Tensor... inputs) {
        return new Case(List.of(inputs),
                (g, in) -> g.function(FUNCTION).returns("result", result.apply(in)), loop, List.of(expected),
                tolerance);
    }

    /** Covector's side, ready to run. */
    PreparedCall prepare(Function<Graph, CompiledGraph> compiler, SessionOptions options) {
        GraphBuilder g = Graph.builder("benchmark");
        List<Expr> declared = new ArrayList<>();
        for (Tensor input : inputs) {
            declared.add(g.input("in" + declared.size(), input.dtype(), Shape.of(input.shape())));
        }
        graph.declare(g, declared);
        Session session = compiler.apply(g.build()).newSession(SEED, options);
        PreparedCall call = session.prepare(FUNCTION);
        for (int i = 0; i < inputs.size(); i++) {
            call.input("in" + i, inputs.get(i));
        }
        return call;
    }

    /**
     * Runs the loop once, and compares with it what a first run of the graph gave.
     *
     * @throws IllegalStateException if they differ by more than the tolerance
     */
    void check(Results results) {
        loop.run();
        int number = 0;
        for (String name : results.names()) {
            compare(name, results.tensor(name), expected.get(number++));
        }
        if (number != expected.size()) {
            throw new IllegalStateException(
                    "the graph has " + number + " results, the loop " + expected.size());
        }
    }

    private void compare(String name, Tensor result, Object array) {
        double[] actual = doubles(result.copy().array());
        double[] wanted = doubles(array);
        if (actual.length != wanted.length) {
            throw new IllegalStateException(
                    name + " has " + actual.length + " elements, that of the loop " + wanted.length);
        }
        double greatest = 0;
        for (double value : wanted) {
            greatest = Math.max(greatest, Math.abs(value));
        }
        for (int i = 0; i < wanted.length; i++) {
            // Not "if greater", which NaN would pass.
            if (!(Math.abs(actual[i] - wanted[i]) <= tolerance * greatest)) {
                throw new IllegalStateException(String.format(Locale.ROOT,
                        "%s: element %d is %s, that of the loop %s; they may differ by %s", name, i,
                        actual[i],
                        wanted[i], tolerance * greatest));
            }
        }
    }

    private static double[] doubles(Object array) {
        return switch (array) {
            case float[] values -> {
                double[] copy = new double[values.length];
                for (int i = 0; i < copy.length; i++) {
                    copy[i] = values[i];
                }
                yield copy;
            }
            case int[] values -> {
                double[] copy = new double[values.length];
                for (int i = 0; i < copy.length; i++) {
                    copy[i] = values[i];
                }
                yield copy;
            }
            default -> throw new IllegalArgumentException("neither float[] nor int[]: " + array.getClass());
        };
    }
}
