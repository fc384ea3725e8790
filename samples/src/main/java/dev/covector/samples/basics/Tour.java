package dev.covector.samples.basics;

import dev.covector.graph.Expr;
import dev.covector.graph.FunctionBuilder;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.Call;
import dev.covector.runtime.Results;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.Checks;
import dev.covector.samples.command.RunOptions;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Expressions to look at, one after the other: what they are, and what their values should be. They are results of one
 * function, which is compiled as any other. What they are computed from are inputs, since of constants the compiler would
 * compute them itself.
 */
final class Tour {
    private record Stop(String text, Expr value, double[] expected) {}

    private record Chapter(String title, List<Stop> stops) {}

    private final GraphBuilder g;
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();
    private final List<Chapter> chapters = new ArrayList<>();

    Tour(GraphBuilder g) {
        this.g = g;
    }

    Expr input(String name, Tensor data) {
        inputs.put(name, data);
        return g.input(name, data.dtype(), Shape.of(data.shape()));
    }

    void chapter(String title) {
        chapters.add(new Chapter(title, new ArrayList<>()));
    }

    /** What is written so has these values, in row-major order and within 1e-5. */
    void show(String text, Expr value, double... expected) {
        chapters.getLast().stops.add(new Stop(text, value, expected));
    }

    void run(RunOptions options, PrintWriter out, Checks checks) {
        FunctionBuilder tour = g.function("tour");
        for (int chapter = 0; chapter < chapters.size(); chapter++) {
            List<Stop> stops = chapters.get(chapter).stops;
            for (int stop = 0; stop < stops.size(); stop++) {
                tour.returns(name(chapter, stop), stops.get(stop).value);
            }
        }
        try (Workers workers = options.workers()) {
            Call call = options.session(g.build(), workers).call("tour");
            inputs.forEach(call::input);
            Results results = call.run();
            for (int chapter = 0; chapter < chapters.size(); chapter++) {
                out.println((chapter == 0 ? "" : System.lineSeparator()) + chapters.get(chapter).title);
                List<Stop> stops = chapters.get(chapter).stops;
                for (int stop = 0; stop < stops.size(); stop++) {
                    checks.near("  " + stops.get(stop).text, results.tensor(name(chapter, stop)), 1e-5,
                            stops.get(stop).expected);
                }
            }
        }
    }

    private static String name(int chapter, int stop) {
        return "stop" + chapter + "." + stop;
    }
}
