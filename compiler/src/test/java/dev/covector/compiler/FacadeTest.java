package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.CallException;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The class by which programs call what was compiled ahead of time. Each source is compiled with all lints. */
@NullUnmarked // what reflection finds is there, or else the test fails
final class FacadeTest {
    @TempDir
    Path folder;

    private Class<?> facade(Graph graph, String name) throws Exception {
        Application app = new Application(folder);
        app.add(graph, name);
        app.compile();
        return app.loader().loadClass("app." + name);
    }

    private static Object make(Class<?> facade) throws Exception {
        return facade.getConstructor(long.class).newInstance(7);
    }

    private static Object call(Object object, String method, Object... arguments) throws Exception {
        Method found = Arrays.stream(object.getClass().getMethods())
                .filter(m -> m.getName().equals(method) && m.getParameterCount() == arguments.length
                        && matches(m.getParameterTypes(), arguments))
                .findFirst().orElseThrow();
        try {
            return found.invoke(object, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static boolean matches(Class<?>[] types, Object[] arguments) {
        for (int i = 0; i < types.length; i++) {
            if (types[i].isPrimitive() ? arguments[i] instanceof Tensor || arguments[i].getClass().isArray()
                    : !types[i].isInstance(arguments[i])) {
                return false;
            }
        }
        return true;
    }

    // ---- the text

    @Test
    void readsAsIfWrittenByHand() throws Exception {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("classifier");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(batch, 4));
        Expr label = g.input("label", DType.INT32, Shape.of(batch));
        Expr logits = Linear.of(g, "output", 4, 3).invoke(x);
        Expr loss = Losses.softmaxCrossEntropy(logits, label).mean();
        g.function("train").returns("loss", loss).updates(Sgd.of(0.5).minimize(loss));
        g.function("predict").returns("probability", logits.softmax(-1)).returns("class", logits.argmax(-1));
        Artifact artifact = AheadOfTime.compile(g.build(), "app", "Classifier");
        Golden.check("Classifier.java.txt", artifact.source());
        assertEquals(artifact.source()
                .replace("\n\n/**\n * The graph",
                        "\nimport org.jspecify.annotations.NullMarked;\n\n/**\n * The graph")
                .replace("\npublic final class", "\n@NullMarked\npublic final class"),
                artifact.nullMarked().source());
    }

    // ---- names

    /** Keywords of Java and Kotlin, methods of all objects, names that meet, and names of the facade's own. */
    @Test
    void namesThatJavaAndKotlinHaveThemselvesAreChanged() throws Exception {
        GraphBuilder g = Graph.builder("names");
        Expr in = g.input("in", DType.FLOAT32, Shape.of(2));
        Expr results = g.input("results", DType.FLOAT32, Shape.of(2));
        Expr session = g.input("session", DType.FLOAT32, Shape.of(2));
        Expr dotted = g.input("a.b", DType.FLOAT32, Shape.of(2));
        Expr camel = g.input("aB", DType.FLOAT32, Shape.of(2));
        Expr sum = in.plus(results).plus(session).plus(dotted).plus(camel);
        for (String function : List.of("new", "notify", "session", "a_b", "aB", "fun", "Upper", "_1")) {
            g.function(function).returns("hashCode", sum).returns("object", sum.sum()).returns("a.b", sum)
                    .returns("aB", sum);
        }
        Expr w = g.parameter("w", DType.FLOAT32, Shape.of(2), Initializers.zeros());
        Expr new2 = g.parameter("layer.new", DType.FLOAT32, Shape.of(2), Initializers.zeros());
        g.function("w").returns("w", w.plus(new2));
        Class<?> facade = facade(g.build(), "Names");
        assertEquals(
                "_1(5) _1(5) aB(5) aB(5) aB2(5) aB2(5) fun_(5) fun_(5) layerNew(0) layerNew(1) new_(5) new_(5)"
                        + " notify2(5) notify2(5) session(0) session2(5) session2(5) upper(5) upper(5) w(0) w2(0) w2(1)",
                Arrays.stream(facade.getDeclaredMethods())
                        .filter(m -> m.accessFlags().toString().contains("PUBLIC"))
                        .map(m -> m.getName() + "(" + m.getParameterCount() + ")").sorted()
                        .collect(Collectors.joining(" ")));
        float[] one = {1, 2};
        Object result = call(make(facade), "new_", one, one, one, one, one);
        assertEquals(15f, call(result, "object_"));
        assertArrayEquals(new float[]{5, 10}, ((Tensor) call(result, "hashCode2")).toFloats());
        assertArrayEquals(new float[]{5, 10}, ((Tensor) call(result, "aB2")).toFloats());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Tensor", "Results", "Session", "SessionOptions", "ArrayInputs", "FResult"})
    void theFacadeMayBeCalledLikeAClassThatItUses(String name) throws Exception {
        GraphBuilder g = Graph.builder("g");
        Expr x = g.input("x", DType.FLOAT32, Shape.of(2));
        g.function("f").returns("y", x.times(2));
        Object result = call(make(facade(g.build(), name)), "f", new float[]{1, 2});
        assertArrayEquals(new float[]{2, 4}, ((Tensor) call(result, "y")).toFloats());
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            app,       class,  "class" can't be the name of a class
            app,       record, "record" can't be the name of a class
            app,       a-b,    "a-b" can't be the name of a class
            app.in,    Net,    "app.in" can't be the name of a package: "in" is no identifier
            app..x,    Net,    "app..x" can't be the name of a package: "" is no identifier
            """)
    void namesThatCanNotBeAreRefused(String packageName, String className, String message) {
        GraphBuilder g = Graph.builder("g");
        g.function("f").returns("y", g.constant(DType.FLOAT32, 1.0));
        Graph graph = g.build();
        assertEquals(message, assertThrows(IllegalArgumentException.class,
                () -> AheadOfTime.compile(graph, packageName, className)).getMessage());
    }

    // ---- calls

    @Test
    void scalarsAreJavasOwn() throws Exception {
        GraphBuilder g = Graph.builder("scalars");
        for (DType dtype : DType.values()) {
            Expr x = g.input("x_" + dtype, dtype, Shape.scalar());
            g.function(dtype.toString()).returns("y", x);
        }
        Object facade = make(facade(g.build(), "Scalars"));
        assertEquals(1.5f, call(call(facade, "f32", 1.5f), "y"));
        assertEquals(0.1, call(call(facade, "f64", 0.1), "y"));
        assertEquals(-7, call(call(facade, "i32", -7), "y"));
        assertEquals(1L << 60, call(call(facade, "i64", 1L << 60), "y"));
        assertEquals(true, call(call(facade, "bool", true), "y"));
        assertEquals(1.5f, call(call(facade, "f32", Tensor.scalar(1.5f)), "y"));
    }

    @Test
    void arraysAreOfEachDType() throws Exception {
        GraphBuilder g = Graph.builder("arrays");
        for (DType dtype : DType.values()) {
            Expr x = g.input("x_" + dtype, dtype, Shape.of(Dim.of("n"), 2));
            g.function(dtype.toString()).returns("y", x.transpose(1, 0));
        }
        Object facade = make(facade(g.build(), "Arrays"));
        for (Object array : List.of(new float[4], new double[4], new int[4], new long[4], new boolean[4])) {
            String name = Tensor.view(array, 0, 4).dtype().toString();
            assertEquals(name + "[2,2]", ((Tensor) call(call(facade, name, array), "y")).describe());
        }
    }

    private static Graph tokens() {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("tokens");
        Expr mask = g.input("mask", DType.FLOAT32, Shape.of(batch, Dim.of("length"), Dim.of(2)));
        Expr weight = g.input("weight", DType.FLOAT32, Shape.of(batch));
        g.function("f").returns("y", mask.sum(1, 2).times(weight));
        g.function("open").returns("y", mask.sum());
        g.function("computed").returns("y",
                g.input("z", DType.FLOAT32, Shape.of(batch.times(2))).plus(1).sum().plus(weight.sum()));
        return g.build();
    }

    @Test
    void lengthsOfArraysTellNamedDimensionsOneAfterTheOther() throws Exception {
        Object facade = make(facade(tokens(), "Tokens"));
        Object result = call(facade, "f", new float[12], new float[3]);
        assertEquals("f32[3]", ((Tensor) call(result, "y")).describe());
        for (Row row : List.of(
                new Row(new float[13], new float[3],
                        "function \"f\": input \"mask\" is f32[batch,length,2], but was "
                                + "given an array of 13, which is no multiple of 6"),
                new Row(new float[12], new float[0],
                        "function \"f\": input \"mask\" is f32[batch,length,2], but was "
                                + "given an array of 12, which tells no extent, as others are 0"))) {
            assertEquals(row.message(), assertThrows(CallException.class,
                    () -> call(facade, "f", row.mask(), row.weight())).getMessage());
        }
        assertEquals(1, Arrays.stream(facade.getClass().getMethods()).filter(m -> m.getName().equals("open"))
                .count(), "two open dimensions need tensors");
        assertEquals(1,
                Arrays.stream(facade.getClass().getMethods()).filter(m -> m.getName().equals("computed"))
                        .count(),
                "a computed extent needs a tensor");
    }

    private record Row(float[] mask, float[] weight, String message) {}

    @Test
    void anArrayThatIsTooLongIsRefused() throws Exception {
        GraphBuilder g = Graph.builder("g");
        Expr x = g.input("x", DType.FLOAT64, Shape.of(2, 3));
        g.function("f").returns("y", x.sum());
        Object facade = make(facade(g.build(), "Fixed"));
        assertEquals(
                "function \"f\": input \"x\" is f64[2,3], but was given an array of 7, where its shape is [2,3] and needs 6",
                assertThrows(CallException.class, () -> call(facade, "f", new double[7])).getMessage());
    }

    @Test
    void parametersAndUpdatesAreTheSessions() throws Exception {
        GraphBuilder g = Graph.builder("g");
        Expr count = g.state("count", DType.INT64, Shape.scalar(), Initializers.zeros());
        g.function("advance").updates(count, count.plus(1));
        Object facade = make(facade(g.build(), "Counter"));
        assertEquals(void.class, facade.getClass().getMethod("advance").getReturnType());
        call(facade, "advance");
        call(facade, "advance");
        assertEquals(2, ((Tensor) call(facade, "count")).getLong());
        call(facade, "count", Tensor.of(new long[]{10}));
        call(facade, "advance");
        Session session = (Session) call(facade, "session");
        assertEquals(11, session.parameters().get("count").getLong());
        assertTrue(session.parameters().names().contains("count"));
    }
}
