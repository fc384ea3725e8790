package dev.covector.samples.basics;

import static dev.covector.runtime.DType.FLOAT32;

import dev.covector.compiler.Compiler;
import dev.covector.compiler.CompilerOptions;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import dev.covector.samples.command.Checks;
import dev.covector.samples.command.RunOptions;
import dev.covector.samples.command.SampleException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What in-place updates save: the new value of a parameter is written over the old one wherever nothing reads that any more. */
final class InPlace {
    private static final int SIDE = 1_000;
    private static final Pattern PLAN =
            Pattern.compile("(?s)^# function (\\w+)\n.*\npeak: (.*), besides inputs and parameters\n$");

    private InPlace() {}

    static void show(RunOptions options, PrintWriter out, Checks checks) {
        out.println("Updates in place: the memory that a call takes beside inputs and parameters of 4 MB");
        Graph graph = graph();
        Map<String, String> peaks = peaks(graph);
        expect("sum = w + x, a result", "4000000 bytes", peaks.get("sum"), checks);
        expect("w += x, an update", "0 bytes", peaks.get("add"), checks);
        // Here each new value is the other's old one, which has to be there until both are written.
        expect("w, v = v, w", "8000000 bytes", peaks.get("swap"), checks);
        try (Workers workers = options.workers()) {
            Session session = options.session(graph, workers);
            float[] threes = new float[SIDE * SIDE];
            Arrays.fill(threes, 3);
            session.call("add").input("x", Tensor.of(threes, SIDE, SIDE)).run();
            session.call("swap").run();
            checks.near("  v[0, 0], which w[0, 0] became by adding 3",
                    session.parameters().get("v").getDouble(0, 0), 4, 0);
            checks.near("  w[0, 0]", session.parameters().get("w").getDouble(0, 0), 2, 0);
        }
    }

    private static void expect(String what, String expected, @Nullable String peak, Checks checks) {
        checks.holds("  " + what + ": " + peak, expected.equals(peak));
    }

    private static Graph graph() {
        GraphBuilder g = Graph.builder("in_place");
        Shape shape = Shape.of(SIDE, SIDE);
        Expr x = g.input("x", FLOAT32, shape);
        Expr w = g.parameter("w", FLOAT32, shape, Initializers.constant(1));
        Expr v = g.parameter("v", FLOAT32, shape, Initializers.constant(2));
        g.function("sum").returns("sum", w.plus(x));
        g.function("add").updates(w, w.plus(x));
        g.function("swap").updates(w, v).updates(v, w);
        return g.build();
    }

    /** The last line of each function's plan of memory, as it stands in the dump of the compiler. */
    private static Map<String, String> peaks(Graph graph) {
        Map<String, String> peaks = new HashMap<>();
        try {
            Path dump = Files.createTempDirectory("tensor-tour");
            Compiler.compile(graph, CompilerOptions.defaults().dumpTo(dump));
            try (Stream<Path> files = Files.list(dump)) {
                for (Path file : files.toList()) {
                    Matcher plan = PLAN.matcher(Files.readString(file));
                    if (plan.find()) {
                        peaks.put(plan.group(1), plan.group(2));
                    }
                    Files.delete(file);
                }
            }
            Files.delete(dump);
        } catch (IOException e) {
            throw new SampleException("expected a directory for temporary files, found " + e);
        }
        return peaks;
    }
}
