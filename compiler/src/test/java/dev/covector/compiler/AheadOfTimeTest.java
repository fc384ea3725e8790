package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Adam;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.runtime.CallException;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.kernel.ProgramFormat;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What was compiled ahead of time runs in a JVM that has the runtime, and nothing else of ours. */
final class AheadOfTimeTest {
    private static final String VECTORS = "jdk.incubator.vector";
    private static final int EXAMPLES = 64;
    private static final int FEATURES = 20;
    private static final int CLASSES = 3;
    private static final int STEPS = 4;

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
                    for (int i = 0; i < 4; i++) {
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

    static Stream<Arguments> starts() {
        return Stream.of(
                Arguments.of("AUTO", List.of(), false, "Scalar"),
                Arguments.of("VECTOR", List.of("--add-modules", VECTORS), false, "Vector\\d+"),
                Arguments.of("VECTOR", List.of("--add-modules", VECTORS, "-XX:+IgnoreUnrecognizedVMOptions",
                        "-XX:UseAVX=2"), false, "Vector" + narrow()),
                Arguments.of("AUTO", List.of(), true, "Scalar"),
                Arguments.of("VECTOR", List.of("--add-modules", VECTORS), true, "Vector\\d+"));
    }

    /** The width that {@code UseAVX=2} makes of any. */
    private static String narrow() {
        return System.getProperty("os.arch").matches("amd64|x86_64") ? "256|128" : "\\d+";
    }

    @ParameterizedTest
    @MethodSource("starts")
    void trainsAndPredictsFromTwoJars(String flavour, List<String> options, boolean modulePath,
            String kernels)
            throws Exception {
        assumeTrue(Application.isBuilt(),
                "in a folder of plain classes there is no module, and lambdas are not linked");
        Application app = new Application(folder);
        app.add(network(), "Net");
        app.add("app/Main.java", MAIN);
        app.add("module-info.java", "/** An application. */\nmodule app { requires dev.covector.runtime; }");
        app.compile();
        Path log = folder.resolve("classes.log");
        List<String> command = new ArrayList<>(options);
        command.add("-Xlog:class+load=info:file=" + log);
        String jars = app.runtimeJar() + File.pathSeparator + app.jar();
        command.addAll(
                modulePath ? List.of("-p", jars, "-m", "app/app.Main") : List.of("-cp", jars, "app.Main"));
        command.add(flavour);

        assertEquals(expected(), withoutNotices(Application.java(command)));
        assertLoaded(Files.readAllLines(log), app, kernels);
    }

    /** What the JVM says when it starts with an incubator module, and the runtime when it starts without. */
    private static String withoutNotices(String output) {
        return output.replaceAll(
                "(?m)^(WARNING: Using incub|INFO: The module jdk).*\n|^.*Flavour.Notice log\n", "");
    }

    /**
     * Every class of ours is from one of the two jars, none was made at run time, and no library is there. Of the kernels
     * that ran, all but those of initial values are of one flavour.
     */
    private static void assertLoaded(List<String> log, Application app, String kernels) throws IOException {
        Pattern line = Pattern.compile(".* (\\S+) source: (\\S+).*");
        Set<String> ran = new TreeSet<>();
        int ours = 0;
        for (String text : log) {
            Matcher loaded = line.matcher(text);
            assertTrue(loaded.matches() || !text.contains("source:"), text);
            if (!loaded.matches()) {
                continue;
            }
            String name = loaded.group(1);
            String source = loaded.group(2);
            assertTrue(!name.startsWith("org.objectweb.asm") && !name.startsWith("com.google"), text);
            if (name.startsWith("dev.covector.") || name.startsWith("covector.") || name.startsWith("app.")) {
                Path jar = name.startsWith("app.") ? app.jar() : app.runtimeJar();
                assertEquals(jar.toUri().toString(), source.replace("file:/", "file:///"), text);
                ours++;
            }
            if (name.endsWith("$Kernels") && !name.contains("Initial")) {
                ran.add(name);
            }
        }
        assertTrue(ours > 50, () -> "the log names few classes:\n" + String.join("\n", log));
        assertEquals(2, ran.size(), ran.toString());
        ran.forEach(name -> assertTrue(name.matches("app\\.Net\\$(Train|Predict)(" + kernels + ")\\$Kernels"),
                name));
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

    /** A contraction on the register tile, loops, sums, initial values that are drawn, and a step counter. */
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

    // ---- in this JVM

    private static Graph lookup() {
        GraphBuilder g = Graph.builder("lookup");
        Expr table = g.constant(Tensor.of(new float[]{1, 2, 3, 4, 5, 6}, 3, 2));
        Expr rows = g.input("rows", INT32, Shape.of(Dim.of("n")));
        g.function("find").returns("found", table.gather(rows, 0));
        return g.build();
    }

    private Class<?> compiled(Graph graph) throws Exception {
        Application app = new Application(folder);
        app.add(graph, "Model");
        app.compile();
        return app.loader().loadClass("app.Model");
    }

    @Test
    void constantsAreInTheData() throws Exception {
        Class<?> model = compiled(lookup());
        Object result =
                model.getMethod("find", int[].class).invoke(model.getConstructor(long.class).newInstance(0),
                        new int[]{2, 0});
        Tensor found = (Tensor) result.getClass().getMethod("found").invoke(result);
        assertArrayEquals(new float[]{5, 6, 1, 2}, found.toFloats());
    }

    @Test
    void aFailingCheckNamesTheOpAndTheLineAsItDoesAtRunTime() throws Exception {
        Graph graph = lookup();
        Session session = Compiler.compile(graph).newSession(0);
        String atRunTime = assertThrows(CallException.class,
                () -> session.call("find").input("rows", Tensor.of(new int[]{3}, 1)).run()).toString();
        assertTrue(atRunTime.contains("AheadOfTimeTest.java:"), atRunTime);
        Class<?> model = compiled(graph);
        Object instance = model.getConstructor(long.class).newInstance(0);
        Throwable ahead = assertThrows(InvocationTargetException.class,
                () -> model.getMethod("find", int[].class).invoke(instance, new int[]{3})).getCause();
        assertEquals(atRunTime, String.valueOf(ahead));
    }

    @Test
    void dataOfAnotherVersionOrNoneIsRefused() throws Exception {
        compiled(lookup());
        Path data = folder.resolve("classes/app/Model.covector");
        byte[] bytes = Files.readAllBytes(data);
        for (int version : List.of(ProgramFormat.VERSION - 1, ProgramFormat.VERSION + 1)) {
            Files.write(data, ByteBuffer.wrap(bytes.clone()).putInt(8, version).array());
            assertTrue(problem()
                    .startsWith("java.lang.IllegalStateException: app.ModelCode was compiled by Covector "
                            + ProgramFormat.COVECTOR
                            + " in format " + version + ", which is "),
                    problem());
        }
        Files.delete(data);
        assertEquals(
                "java.lang.IllegalStateException: the data of app.ModelCode is missing: it is a file beside the class",
                problem());
    }

    private String problem() throws Exception {
        Class<?> model = new Application(folder).loader().loadClass("app.Model");
        return String.valueOf(assertThrows(InvocationTargetException.class,
                () -> model.getConstructor(long.class).newInstance(0)).getCause());
    }

    @Test
    void theSameGraphGivesTheSameBytes() {
        Artifact first = AheadOfTime.compile(network(), "app", "Net");
        Artifact second = AheadOfTime.compile(network(), "app", "Net");
        assertEquals(first.source(), second.source());
        assertEquals(first.files().keySet(), second.files().keySet());
        first.files().forEach((path, bytes) -> assertArrayEquals(bytes, second.files().get(path), path));
    }

    @Test
    void whatIsUnchangedIsNotWrittenAgain() throws Exception {
        Artifact artifact = AheadOfTime.compile(lookup(), "app", "Model");
        artifact.writeTo(folder, folder);
        Path source = folder.resolve("app/Model.java");
        Path data = folder.resolve("app/Model.covector");
        Files.writeString(source, "changed");
        Files.setLastModifiedTime(data, FileTime.fromMillis(1000));
        artifact.writeTo(folder, folder);
        assertEquals(artifact.source(), Files.readString(source));
        assertEquals(1000, Files.getLastModifiedTime(data).toMillis());
    }
}
