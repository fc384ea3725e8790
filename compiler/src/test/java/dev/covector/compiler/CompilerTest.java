package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.Interpreter;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Slice;
import dev.covector.runtime.CallException;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.PreparedCall;
import dev.covector.runtime.Session;
import dev.covector.runtime.SessionOptions;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way, from a builder to results. */
final class CompilerTest {

    @Test
    void trainingFollowsTheInterpreter() {
        Graph graph = Networks.mlp(40, 30, 10);
        Session session = Compiler.compile(graph).newSession(3,
                SessionOptions.defaults().flavour(CompiledExecution.flavourOfTheBuild()));
        Graph differentiated = Differentiate.differentiate(graph);
        Map<String, Tensor> parameters = new LinkedHashMap<>();
        Interpreter.initialValues(graph, 3).forEach((path, value) -> parameters.put(path, value.toTensor()));
        parameters.forEach(
                (path, value) -> assertClose(value.toDoubles(), session.parameters().get(path).toDoubles(),
                        1e-7,
                        "initial " + path));
        for (int step = 0; step < 5; step++) {
            Tensor images = Networks.images(64, 40, step);
            Tensor labels = Networks.labels(64, 10, step);
            Map<String, Tensor> inputs = Map.of("x", images, "label", labels);
            Interpreter.Outcome expected =
                    Interpreter.run(differentiated, "train", inputs, parameters, 3, step);
            float loss = session.call("train").input("x", images).input("label", labels)
                    .run()
                    .scalar("loss");
            assertEquals(expected.result("loss").real(0), loss, 1e-5, "loss of step " + step);
            expected.updates().forEach((path, value) -> parameters.put(path, value.toTensor()));
        }
        parameters.forEach(
                (path, value) -> assertClose(value.toDoubles(), session.parameters().get(path).toDoubles(),
                        1e-5,
                        path));
    }

    @Test
    void aPreparedCallAllocatesNothing() {
        if (!(java.lang.management.ManagementFactory
                .getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads)) {
            Assumptions.abort("this JVM does not count allocations");
            return;
        }
        PreparedCall step = Compiler.compile(Networks.mlp(40, 30, 10)).newSession(3,
                SessionOptions.defaults().flavour(dev.covector.runtime.Flavour.SCALAR)).prepare("train")
                .input("x", Networks.images(64, 40, 1)).input("label", Networks.labels(64, 10, 1));
        for (int i = 0; i < 2000; i++) {
            step.run();
        }
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 100; i++) {
                step.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertTrue(least < 100, "100 training steps allocated " + least + " bytes");
    }

    @Test
    void oneCompilationServesEveryBatchSize() {
        Session session = Compiler.compile(Networks.mlp(40, 30, 10)).newSession(3);
        float[] all = session.call("predict").input("x", Networks.images(65, 40, 1))
                .input("label", Networks.labels(65, 10, 1)).run().tensor("probability").toFloats();
        for (int from : new int[]{0, 1, 13, 64, 65}) {
            float[] part = session.call("predict").input("x", Networks.images(65, 40, 1).rows(from, 65))
                    .input("label", Networks.labels(65, 10, 1).rows(from, 65)).run().tensor("probability")
                    .toFloats();
            assertEquals(Arrays.toString(Arrays.copyOfRange(all, from * 10, all.length)),
                    Arrays.toString(part),
                    "rows from " + from);
        }
    }

    @Test
    void updatesAreSimultaneous() {
        GraphBuilder g = Graph.builder("swap");
        Expr a = g.parameter("a", DType.FLOAT32, Shape.of(3), (b, t, s) -> b.full(t, s, 1));
        Expr b = g.parameter("b", DType.FLOAT32, Shape.of(3), (q, t, s) -> q.full(t, s, 2));
        g.function("swap").returns("old", a).updates(a, b.times(1)).updates(b, a.plus(b));
        Session session = Compiler.compile(g.build()).newSession(1);
        assertEquals(1, session.call("swap").run().tensor("old").getDouble(0));
        assertEquals("[2.0, 2.0, 2.0] [3.0, 3.0, 3.0]",
                Arrays.toString(session.parameters().get("a").toFloats()) + " "
                        + Arrays.toString(session.parameters().get("b").toFloats()));
    }

    @Test
    void dumpHasAFileForEachStage(@TempDir Path directory) throws IOException {
        Compiler.compile(Networks.mlp(784, 256, 10),
                CompilerOptions.defaults().dumpTo(directory.resolve("new")));
        try (Stream<Path> files = Files.list(directory.resolve("new"))) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.contains("vector") && !name.contains("predict")
                            && !name.contains("initial"))
                    .map(name -> name.replaceFirst("^[0-9]+-", "")).sorted().toList();
            assertEquals(
                    List.of("differentiated.txt", "simplified-again.txt", "simplified.txt", "source.txt",
                            "specialised.txt", "train.kernels", "train.plan.txt",
                            "train.scalar.bytecode.txt"),
                    names);
        }
        String plan = Dump.of(Compilation.of(Networks.mlp(784, 256, 10))).entrySet().stream()
                .filter(file -> file.getKey().endsWith("train.plan.txt")).findFirst().orElseThrow()
                .getValue();
        assertTrue(plan.contains("peak: "), plan);
    }

    /** The line of a failing nest's frame is the line of the listing where the index is checked. */
    @Test
    void stackTracesPointIntoTheListing() {
        GraphBuilder g = Graph.builder("lookup");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(Dim.of("n"), 8));
        Expr i = g.input("i", DType.INT32, Shape.of(Dim.of("k")));
        g.function("f").returns("y", x.gather(i, 0));
        Graph graph = g.build();
        Session session = Compiler.compile(graph).newSession(1);
        CallException e = assertThrows(CallException.class,
                () -> session.call("f").input("x", Tensor.zeros(DType.FLOAT32, 3, 8))
                        .input("i", Tensor.of(new int[]{0, 5}, 2)).run());
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains("5") && message.contains("CompilerTest.java"), message);
        StackTraceElement frame = Arrays.stream(e.getStackTrace())
                .filter(element -> "f.kernels".equals(element.getFileName())).findFirst()
                .orElseThrow();
        String[] listing = Compilation.of(graph).functions().getFirst().listing().text().split("\n", -1);
        String line = listing[frame.getLineNumber() - 1];
        assertTrue(line.contains("check"), () -> "line " + frame.getLineNumber() + " is " + line);
    }

    /** Also of a value that is computed nowhere in memory, or that the simplest form does without. */
    @Test
    void anExtentBelowZeroIsAnErrorOfTheCall() {
        GraphBuilder g = Graph.builder("parts");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(Dim.of("n"), 2));
        Expr y = x.get(Slice.from(3)).named("y");
        g.function("f").returns("sum", y.sum());
        g.function("g").returns("all", Expr.concat(0, x.get(Slice.from(-3)), x.get(Slice.from(1))));
        Session session = Compiler.compile(g.build()).newSession(1);
        assertEquals(2, session.call("f").input("x", ones(4)).run().scalar("sum"));
        assertEquals(0, session.call("f").input("x", ones(3)).run().scalar("sum"));
        assertEquals(5, session.call("g").input("x", ones(3)).run().tensor("all").dim(0));
        CallException e =
                assertThrows(CallException.class, () -> session.call("f").input("x", ones(2)).run());
        assertEquals(
                "function \"f\": y = slice (CompilerTest.java:LINE): axis 0 would have a negative extent: "
                        + "n-3 is -1, where n is 2",
                String.valueOf(e.getMessage()).replaceAll("java:\\d+", "java:LINE"));
        e = assertThrows(CallException.class, () -> session.call("g").input("x", ones(2)).run());
        assertEquals("function \"g\": slice (CompilerTest.java:LINE): it would start before axis 0: "
                + "n-3 is -1, where n is 2",
                String.valueOf(e.getMessage()).replaceAll("java:\\d+", "java:LINE"));
    }

    private static Tensor ones(int rows) {
        float[] data = new float[2 * rows];
        Arrays.fill(data, 1);
        return Tensor.of(data, rows, 2);
    }

    /** What only a gradient computes is of the line that it is the gradient of. */
    @Test
    void errorsInGradientsNameTheForwardLine() {
        GraphBuilder g = Graph.builder("lookup");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(3, 2));
        Expr i = g.input("i", DType.INT32, Shape.of(Dim.of("k")));
        Expr rows = x.gather(i, 0);
        Expr summed = rows.sum();
        g.function("f").returns("dx", summed.gradient(x));
        Session session = Compiler.compile(g.build()).newSession(1);
        CallException e = assertThrows(CallException.class,
                () -> session.call("f").input("x", Tensor.zeros(DType.FLOAT32, 3, 2))
                        .input("i", Tensor.of(new int[]{0, 5}, 2)).run());
        assertEquals("scatter_add (" + rows.node().line() + "): index 5 is not within [0, 3)",
                e.getMessage());
        assertNotEquals(rows.node().line(), summed.node().line());
    }

    @Test
    void integerDivisionByZeroIsAnErrorOfTheCall() {
        GraphBuilder g = Graph.builder("division");
        Expr x = g.input("x", DType.INT32, Shape.of(2));
        g.function("f").returns("y", g.constant(DType.INT32, 6).div(x));
        Session session = Compiler.compile(g.build()).newSession(1);
        assertEquals("[3, -2]",
                Arrays.toString(session.call("f").input("x", Tensor.of(new int[]{2, -3}, 2)).run()
                        .tensor("y").toInts()));
        assertThrows(CallException.class,
                () -> session.call("f").input("x", Tensor.of(new int[]{2, 0}, 2)).run());
    }

    private static void assertClose(double[] expected, double[] actual, double tolerance, String what) {
        assertEquals(expected.length, actual.length, what);
        for (int i = 0; i < expected.length; i++) {
            int at = i;
            assertEquals(expected[i], actual[i], tolerance, () -> what + "[" + at + "]");
        }
    }
}
