package dev.covector.samples.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.AheadOfTime;
import dev.covector.compiler.Artifact;
import dev.covector.compiler.Compiler;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Facades of graphs that were compiled ahead of time, called from Kotlin. */
final class KotlinFacadeTest {
    private static final String PROGRAM = """
            package app

            import dev.covector.runtime.Tensor

            fun report(): String {
                val net = Net(7)
                val x: FloatArray = floatArrayOf(1f, 2f, 3f, 4f)
                val trained = net.train(x, floatArrayOf(1f, -1f))
                val loss: Float = trained.loss
                val first: Boolean = trained.is_
                val again = net.train(Tensor.of(x, 2, 2), Tensor.of(floatArrayOf(1f, -1f), 2))
                val sum: Tensor = net.fun_(x).typealias_
                net.val_(net.val_())
                net.reset()
                return "$loss $first ${again.loss} ${again.is_} ${sum.getDouble(1)} ${net.val_().getDouble(0)}"
            }
            """;

    /** Kotlin 2.5 does without the option. */
    private static final String DESTRUCTURING = """
            package app

            fun destructured(net: Net, x: FloatArray, y: FloatArray): Float {
                val (is_, loss) = net.train(x, y)
                return if (is_) loss else -loss
            }
            """;

    @TempDir
    private Path directory = Path.of("");
    private Path classes = Path.of("");
    private Path source = Path.of("");

    /** Many of its names are Kotlin's keywords. */
    private static Graph graph() {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("net");
        Expr x = g.input("in", DType.FLOAT32, Shape.of(batch, 2));
        Expr y = g.input("object", DType.FLOAT32, Shape.of(batch));
        Expr w = g.parameter("val", DType.FLOAT32, Shape.of(2), Initializers.constant(1));
        Expr loss = x.matmul(w).minus(y).square().mean();
        g.function("train").returns("loss", loss).returns("is", loss.gt(100))
                .updates(Sgd.of(0.01).minimize(loss));
        g.function("fun").returns("typealias", x.matmul(w));
        g.function("reset").updates(w, w.times(0));
        return g.build();
    }

    @BeforeEach
    void compileTheFacade() throws Exception {
        classes = Files.createDirectory(directory.resolve("classes"));
        Artifact artifact = AheadOfTime.compile(graph(), "app", "Net").nullMarked();
        artifact.writeTo(classes, directory);
        source = directory.resolve(artifact.sourcePath());
        JavaCompiler javac = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler());
        ByteArrayOutputStream messages = new ByteArrayOutputStream();
        int status = javac.run(null, messages, messages, "-proc:none", "--release", "21", "-Xlint:all",
                "-Werror", "-d", classes.toString(), "-cp",
                classes + File.pathSeparator + System.getProperty("java.class.path"), source.toString());
        assertEquals(0, status, () -> messages.toString(StandardCharsets.UTF_8));
    }

    private URLClassLoader loader(Path more) throws Exception {
        return new URLClassLoader(new URL[]{classes.toUri().toURL(), more.toUri().toURL()},
                KotlinFacadeTest.class.getClassLoader());
    }

    /** What is compiled, or what is read as source: Kotlin knows of each type that nothing in it is null. */
    @Test
    void nullnessIsExact() throws Exception {
        List<KotlinCalls.Line> lines;
        try (URLClassLoader loader = loader(classes)) {
            Class<?> facade = loader.loadClass("app.Net");
            List<Class<?>> types = new ArrayList<>(List.of(facade));
            types.addAll(List.of(facade.getDeclaredClasses()));
            assertEquals(3, types.size(), "the facade and two results");
            lines = KotlinCalls.of(types);
        }
        assertTrue(lines.stream().filter(line -> !line.diagnostics().isEmpty()).count() > 10,
                "what is refused");
        Path calls = Files.writeString(directory.resolve("Calls.kt"), KotlinCalls.source(lines));
        assertEquals(List.of(), KotlinCalls.surprises(lines,
                KotlinCompiler.compile(directory.resolve("out"), List.of(classes), List.of(calls))));

        Path destructuring = Files.writeString(directory.resolve("Destructuring.kt"), DESTRUCTURING);
        List<KotlinCompiler.Message> messages = KotlinCompiler.compile(directory.resolve("out"),
                List.of(KotlinCompiler.JSPECIFY), List.of(calls, destructuring, source),
                "-Xname-based-destructuring=complete");
        assertEquals(List.of(), KotlinCalls.surprises(lines,
                messages.stream().filter(message -> message.file().equals("Calls.kt")).toList()));
        assertEquals(List.of(),
                messages.stream().filter(message -> !message.file().equals("Calls.kt")).toList());
    }

    @Test
    void isCalledWithoutBackticks() throws Exception {
        Path program = Files.writeString(directory.resolve("Program.kt"), PROGRAM);
        Path out = directory.resolve("out");
        assertEquals(List.of(), KotlinCompiler.compile(out, List.of(classes), List.of(program)));

        Session session = Compiler.compile(graph()).newSession(7);
        Tensor x = Tensor.of(new float[]{1, 2, 3, 4}, 2, 2);
        Tensor y = Tensor.of(new float[]{1, -1}, 2);
        Results first = session.call("train").input("in", x).input("object", y).run();
        Results second = session.call("train").input("in", x).input("object", y).run();
        Results sum = session.call("fun").input("in", x).run();
        String expected = first.scalar("loss") + " false " + second.scalar("loss") + " false "
                + sum.tensor("typealias").getDouble(1) + " 0.0";
        try (URLClassLoader loader = loader(out)) {
            assertEquals(expected, loader.loadClass("app.ProgramKt").getMethod("report").invoke(null));
        }
    }
}
