package dev.covector.samples.basics;

import dev.covector.graph.Graph;
import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.Sample;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.SplittableRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A gradient and two optimisers' steps, written in Java, beside the compiled ones. */
@Command(name = "gradients-by-hand",
        description = "checks the compiled gradient of sigmoid(Wx), and steps of SGD and Adam, against ones by hand",
        footer = {"",
            "Exit status: 0 if they are equal up to the rounding of float64, 1 if not, 2 if an option is wrong."})
final class GradientsByHandSample implements Sample {
    private static final int IN = 5;
    private static final int OUT = 3;
    private static final double LEARNING_RATE = 0.1;
    private static final double TOLERANCE = 1e-12;

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public boolean run(PrintWriter out, PrintWriter err) {
        SplittableRandom random = new SplittableRandom(options.seed());
        double[] x = random.doubles(IN).toArray();
        double[] target = random.doubles(OUT).toArray();
        Graph graph = GradientsByHand.graph(IN, OUT, LEARNING_RATE);
        try (Workers workers = options.workers()) {
            // Sessions of one seed start alike.
            Session session = options.session(graph, workers);
            double[] w = weights(session);
            Results compiled = call(session, "gradient", x, target);
            double[] gradient = ByHand.gradient(w, x, target);

            Session sgd = options.session(graph, workers);
            call(sgd, "sgd", x, target);
            Session adam = options.session(graph, workers);
            call(adam, "adam", x, target);

            double[] loss = {ByHand.loss(ByHand.forward(w, x), target)};
            boolean equal = compare(out, "loss", loss, compiled.tensor("loss").toDoubles());
            equal &= compare(out, "gradient", gradient, compiled.tensor("gradient").toDoubles());
            equal &= compare(out, "W after a step of SGD", ByHand.sgd(w, gradient, LEARNING_RATE),
                    weights(sgd));
            equal &= compare(out, "W after a step of Adam", ByHand.adam(w, gradient, LEARNING_RATE),
                    weights(adam));
            out.printf(Locale.ROOT, "all within %s: %s%n", TOLERANCE, equal ? "ok" : "not reached");
            return equal;
        }
    }

    private static double[] weights(Session session) {
        return session.parameters().get("w").toDoubles();
    }

    private static Results call(Session session, String function, double[] x, double[] target) {
        return session.call(function).input("x", Tensor.of(x, IN)).input("target", Tensor.of(target, OUT))
                .run();
    }

    private static boolean compare(PrintWriter out, String what, double[] byHand, double[] compiled) {
        double most = 0;
        for (int i = 0; i < byHand.length; i++) {
            most = Math.max(most, Math.abs(byHand[i] - compiled[i]));
        }
        out.printf(Locale.ROOT, "%-23s first number by hand %9.6f, compiled %9.6f; largest difference %.1e%n",
                what, byHand[0], compiled[0], most);
        return byHand.length == compiled.length && most <= TOLERANCE;
    }
}
