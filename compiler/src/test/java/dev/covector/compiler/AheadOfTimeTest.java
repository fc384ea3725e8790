package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Adam;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was compiled ahead of time runs in a JVM that has the runtime, and nothing else of ours. */
final class AheadOfTimeTest {
    private static final int EXAMPLES = 64;
    private static final int FEATURES = 20;
    private static final int CLASSES = 3;
    private static final int STEPS = 10;

    private static final String MAIN = """
            package app;

            import dev.covector.runtime.Flavour;
            import dev.covector.runtime.SessionOptions;

            final class Main {
                public static void main(String[] arguments) {
                    Net net = new Net(7, SessionOptions.defaults().flavour(Flavour.valueOf(arguments[0])));
                    float[] x = new float[64 * 20];
                    for (int i = 0; i < x.length; i++) {
                        x[i] = i % 13;
                    }
                    int[] label = new int[64];
                    for (int i = 0; i < label.length; i++) {
                        label[i] = i % 3;
                    }
                    for (int i = 0; i < 10; i++) {
                        System.out.println("loss " + net.train(x, label).loss());
                    }
                    for (float p : net.predict(x).probability().toFloats()) {
                        System.out.println(p);
                    }
                    System.out.println(net.outputBias());
                }
            }
            """;

    @TempDir
    Path folder;

    @Test
    void trainsAndPredictsAsTheSameGraphCompiledAtRunTime() throws Exception {
        Application app = new Application(folder);
        app.add(network(), "Net");
        app.add("app/Main.java", MAIN);
        app.compile();
        String classPath = Application.runtime() + File.pathSeparator + app.classes();
        for (String flavour : List.of("AUTO", "VECTOR", "SCALAR")) {
            String module = flavour.equals("SCALAR") ? "java.base" : "jdk.incubator.vector";
            assertEquals(expected(), Application.java(List.of("--add-modules", module, "-cp", classPath,
                    "app.Main", flavour)).replaceAll("(?m)^WARNING.*\n", ""), flavour);
        }
    }

    /** What {@link #MAIN} prints, by a session of this JVM. */
    private static String expected() {
        float[] x = new float[EXAMPLES * FEATURES];
        for (int i = 0; i < x.length; i++) {
            x[i] = i % 13;
        }
        int[] label = new int[EXAMPLES];
        for (int i = 0; i < label.length; i++) {
            label[i] = i % CLASSES;
        }
        Tensor images = Tensor.of(x, EXAMPLES, FEATURES);
        Session session = Compiler.compile(network()).newSession(7);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < STEPS; i++) {
            lines.add("loss " + session.call("train").input("x", images)
                    .input("label", Tensor.of(label, EXAMPLES)).run().scalar("loss"));
        }
        for (float p : session.call("predict").input("x", images).run().tensor("probability").toFloats()) {
            lines.add(String.valueOf(p));
        }
        lines.add(session.parameters().get("output.bias").toString());
        return String.join("\n", lines) + "\n";
    }

    private static Graph network() {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("net");
        Expr x = g.input("x", FLOAT32, Shape.of(batch, FEATURES));
        Expr label = g.input("label", INT32, Shape.of(batch));
        Linear hidden = Linear.of(g, "hidden", FEATURES, 40);
        Linear output = Linear.of(g, "output", 40, CLASSES);
        Expr logits = output.invoke(hidden.invoke(x).relu());
        Expr loss = Losses.softmaxCrossEntropy(logits, label).mean();
        g.function("train").returns("loss", loss).updates(Adam.of(0.01).minimize(loss));
        g.function("predict").returns("probability", logits.softmax(-1));
        return g.build();
    }
}
