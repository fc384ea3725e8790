package dev.covector.samples.basics;

import static dev.covector.runtime.DType.FLOAT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Results;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.Checks;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Rosenblatt's neuron of 1958 with weights chosen by hand: a line parts the points where it fires from the others. */
@Command(name = "perceptron",
        description = "computes AND, OR and NAND by a perceptron each, and XOR by two layers",
        footer = {"",
            "Exit status: 0 if all four truth tables are right, 1 if not, 2 if an option is wrong."})
final class Perceptron implements Sample {
    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        Checks checks = new Checks(out);
        try (Workers workers = options.workers()) {
            Results gates = options.session(graph(), workers).call("gates")
                    .input("x", Tensor.of(new float[]{0, 0, 0, 1, 1, 0, 1, 1}, 4, 2)).run();
            out.println("of (0, 0), (0, 1), (1, 0), (1, 1)");
            checks.equal("AND ", gates.tensor("and"), 0, 0, 0, 1);
            checks.equal("OR  ", gates.tensor("or"), 0, 1, 1, 1);
            checks.equal("NAND", gates.tensor("nand"), 1, 1, 1, 0);
            checks.equal("XOR ", gates.tensor("xor"), 0, 1, 1, 0);
        }
        return checks.passed();
    }

    private static Graph graph() {
        GraphBuilder g = Graph.builder("perceptron");
        Expr x = g.input("x", FLOAT32, Shape.of(Dim.of("batch"), 2));
        Expr and = perceptron(x, 0.5f, 0.5f, -0.7);
        Expr or = perceptron(x, 0.5f, 0.5f, -0.2);
        Expr nand = perceptron(x, -0.5f, -0.5f, 0.7);
        // No single line parts (0, 1) and (1, 0) from (0, 0) and (1, 1), but a second layer sees other points.
        Expr xor = perceptron(Expr.stack(-1, nand, or), 0.5f, 0.5f, -0.7);
        g.function("gates").returns("and", and).returns("or", or).returns("nand", nand).returns("xor", xor);
        return g.build();
    }

    /** 1 where {@code w · x + b} is above 0, else 0. */
    private static Expr perceptron(Expr x, float w0, float w1, double b) {
        Expr w = x.builder().constant(Tensor.of(new float[]{w0, w1}, 2));
        return x.matmul(w).plus(b).gt(0).cast(FLOAT32);
    }
}
