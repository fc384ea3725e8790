package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;
import static dev.covector.runtime.DType.INT64;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.Oracle;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.Call;
import dev.covector.runtime.CallException;
import dev.covector.runtime.CompiledGraph;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.io.IOException;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What checked calls say, which is held in a file, and what they don't mind. */
final class CheckedCallsTest {
    private static final CompilerOptions CHECKED = CompilerOptions.defaults().checked();
    private static final Dim N = Dim.of("n");
    private static final Tensor ROWS = Tensor.of(new float[]{1, 2, -1, 0, 3e38f, -1, 3e38f, -2}, 2, 4);

    private final StringBuilder text = new StringBuilder();

    private static Expr vector(GraphBuilder g) {
        return g.input("x", FLOAT32, Shape.of(N));
    }

    private static Expr matrix(GraphBuilder g) {
        return g.input("x", FLOAT32, Shape.of(N, 4));
    }

    private static Expr indices(GraphBuilder g) {
        return g.input("i", INT64, Shape.of(Dim.of("k")));
    }

    private static Expr masked(Expr x) {
        return x.gt(0).where(x, x.builder().constant(FLOAT32, Double.NEGATIVE_INFINITY));
    }

    private static Tensor floats(float... values) {
        return Tensor.of(values, values.length);
    }

    private static Tensor longs(long... values) {
        return Tensor.of(values, values.length);
    }

    private static Call call(CompilerOptions options, Map<String, Tensor> inputs,
            Function<GraphBuilder, Expr> result) {
        GraphBuilder g = Graph.builder("g");
        g.function("f").returns("y", result.apply(g));
        Call call = Compiler.compile(g.build(), options).newSession(1).call("f");
        inputs.forEach(call::input);
        return call;
    }

    private void refused(String title, Map<String, Tensor> inputs, Function<GraphBuilder, Expr> result) {
        CallException error = assertThrows(CallException.class,
                () -> call(CHECKED, inputs, result).run(), title);
        text.append("# ").append(title).append('\n')
                .append(String.valueOf(error.getMessage()).replaceAll("\\.java:\\d+", ".java:LINE"))
                .append("\n\n");
    }

    private static float[] accepted(Map<String, Tensor> inputs, Function<GraphBuilder, Expr> result) {
        return call(CHECKED, inputs, result).run().tensor("y").toFloats();
    }

    @Test
    void messages() throws IOException {
        Map<String, Tensor> wrong = Map.of("x", floats(2, 3, 0.5f));
        refused("a NaN of an elementwise op", wrong, g -> vector(g).minus(1).log().plus(3));
        refused("an infinity", Map.of("x", floats(2, 100)), g -> vector(g).exp());
        refused("an input", Map.of("x", floats(2, Float.NaN)), g -> vector(g).plus(1));
        refused("a difference of two infinities: a row that is masked altogether",
                Map.of("x", Tensor.of(new float[]{1, 0, 0, 0, 0, 0, 0, 0}, 2, 4)),
                g -> masked(matrix(g)).softmax(-1));
        refused("a sum that is too large", Map.of("x", ROWS), g -> matrix(g).sum(-1));
        refused("a small contraction", Map.of("x", ROWS),
                g -> matrix(g).matmul(g.parameter("w", FLOAT32, Shape.of(4, 3), Initializers.constant(1))));
        refused("a large contraction",
                Map.of("x", Tensor.of(big(), 64, 64)), g -> g.input("x", FLOAT32, Shape.of(N, 64))
                        .matmul(g.parameter("w", FLOAT32, Shape.of(64, 32), Initializers.constant(1))));
        refused("a derivative", Map.of("x", floats(1, 0)), g -> {
            Expr x = vector(g);
            return x.sqrt().sum().gradient(x);
        });
        refused("what a select has chosen", Map.of("x", floats(2, 0, 3)),
                g -> {
                    Expr x = vector(g);
                    return x.ge(0).where(x.log().times(2), g.constant(FLOAT32, 0.0));
                });
        refused("an initial value", Map.of(), g -> g.parameter("w", FLOAT32, Shape.of(2),
                Initializers.constant(Double.POSITIVE_INFINITY)).plus(1));
        refused("an index of a gather", Map.of("x", ROWS, "i", longs(0, 1, Long.MIN_VALUE)),
                g -> matrix(g).gather(indices(g), 0));
        refused("an index of a scatter", Map.of("x", floats(1, 2, 3), "i", longs(0, 3), "u", floats(5, 6)),
                g -> vector(g).scatterAdd(indices(g), g.input("u", FLOAT32, Shape.of(Dim.of("k"))), 0));
        refused("a label that is no class",
                Map.of("x", Tensor.of(new float[8], 2, 4), "label", Tensor.of(new int[]{0, 4}, 2)),
                g -> Losses.softmaxCrossEntropy(matrix(g), g.input("label", INT32, Shape.of(N))));
        refused("an integer division by zero", Map.of("i", longs(1, 0)),
                g -> {
                    Expr i = indices(g);
                    return i.plus(3).div(i);
                });
        Golden.check("checked-calls.txt", text.toString());
    }

    private static float[] big() {
        float[] rows = new float[64 * 64];
        rows[3 * 64 + 5] = 3e38f;
        rows[3 * 64 + 6] = 2e38f;
        return rows;
    }

    /** Masking, padding, and what nobody chooses, are meant; so is what is compared, or kept within bounds. */
    @Test
    void whatIsMeant() {
        Map<String, Tensor> rows = Map.of("x", Tensor.of(new float[]{1, 1, 0, 0}, 1, 4));
        assertArrayEquals(new float[]{0.5f, 0.5f, 0, 0},
                accepted(rows, g -> masked(matrix(g)).softmax(-1)));
        Map<String, Tensor> x = Map.of("x", floats(1, 0));
        assertArrayEquals(new float[]{0, 7}, accepted(x, g -> {
            Expr v = vector(g);
            return v.gt(0).where(v.log().times(2), g.constant(FLOAT32, 7.0));
        }));
        assertArrayEquals(new float[]{1, 0}, accepted(x, g -> {
            Expr v = vector(g);
            return v.gt(0).where(v.log(), g.constant(FLOAT32, 7.0)).sum().gradient(v);
        }));
        assertArrayEquals(new float[]{0, -100}, accepted(x, g -> vector(g).log().maximum(-100)));
        assertArrayEquals(new float[]{1, 0},
                accepted(x, g -> vector(g).log().isFinite().cast(FLOAT32)));
    }

    /** For NaN only, infinities may come and go; what is made of them may not be NaN. */
    @Test
    void nanOnly() {
        CompilerOptions options = CompilerOptions.defaults().checkedForNan();
        Map<String, Tensor> inputs = Map.of("x", floats(1, Float.POSITIVE_INFINITY, 0));
        assertArrayEquals(new float[]{0, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY},
                call(options, inputs, g -> vector(g).log()).run().tensor("y").toFloats());
        String message = String.valueOf(assertThrows(CallException.class,
                () -> call(options, inputs, g -> {
                    Expr x = vector(g);
                    return x.minus(x.times(2));
                }).run()).getMessage());
        assertTrue(message.contains("makes NaN at [1]\n    from input x, f32[3]: Infinity at [1]"), message);
    }

    /** A step whose second update would be infinite changes no parameter. */
    @Test
    void noUpdateOfAFailedCall() {
        GraphBuilder g = Graph.builder("g");
        Expr x = g.input("x", FLOAT32, Shape.of(2));
        Expr v = g.parameter("v", FLOAT32, Shape.of(2), Initializers.constant(1));
        Expr w = g.parameter("w", FLOAT32, Shape.of(2), Initializers.constant(1));
        Expr loss = v.plus(w.times(x)).square().sum();
        g.function("train").returns("loss", loss).updates(Sgd.of(1).minimize(loss));
        Session session = Compiler.compile(g.build(), CHECKED).newSession(1);
        session.call("train").input("x", floats(1, 2)).run();
        float[] before = session.parameters().get("v").toFloats();
        CallException error = assertThrows(CallException.class,
                () -> session.call("train").input("x", floats(1, 1e20f)).run());
        assertTrue(String.valueOf(error.getMessage()).startsWith("function \"train\": "), error.getMessage());
        assertArrayEquals(before, session.parameters().get("v").toFloats());
        session.call("train").input("x", floats(1, 2)).run();
    }

    /** What is checked can't be profiled: it says nothing about other calls. */
    @Test
    void isNotProfiled() {
        GraphBuilder g = Graph.builder("g");
        g.function("f").returns("y", vector(g).plus(1));
        CompiledGraph compiled = Compiler.compile(g.build(), CHECKED);
        assertEquals("graph \"g\" was compiled for checked calls, whose times say nothing about others; "
                + "compile it without",
                assertThrows(IllegalStateException.class, () -> compiled.newSession(1).profile())
                        .getMessage());
    }

    /** Checked calls that are not stopped compute what the interpreter does; nearly all of random graphs are not. */
    @Test
    void checkedCodeAgreesWithTheInterpreter() {
        int[] calls = new int[2];
        CompiledExecution execution =
                new CompiledExecution(CompiledExecution.flavourOfTheBuild(), Workers.shared());
        Oracle.check(Differentiate::differentiate, (graph, function, inputs, parameters, seed, step) -> {
            calls[0]++;
            try {
                return execution.run(Compiler.compile(graph, CompilerOptions.defaults().checkedForNan()),
                        graph,
                        function, inputs, parameters, seed, step);
            } catch (CallException e) {
                calls[1]++;
                return execution.run(graph, function, inputs, parameters, seed, step);
            }
        }, 1, 60);
        assertTrue(calls[1] < calls[0] / 4, calls[1] + " of " + calls[0] + " calls were stopped");
    }
}
