package dev.covector.compiler.reference;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;
import static dev.covector.runtime.DType.INT64;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.Type;
import dev.covector.graph.nn.Initializers;
import dev.covector.runtime.CallException;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.kernel.Philox;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Calls: binding of dimensions, parameters and updates, random numbers, precision, and what is refused. */
final class InterpreterTest {
    private static final Dim BATCH = Dim.of("batch");
    private final GraphBuilder g = Graph.builder("g");

    @Test
    void namedDimensionsAreBoundByTheInputs() {
        Expr x = g.input("x", FLOAT64, Shape.of(BATCH, 2));
        g.function("f").returns("extent", g.extent(INT32, BATCH.times(2).plus(1)))
                .returns("mean", x.mean(0)).returns("flat", x.reshape(-1));
        var outcome = run(Map.of("x", Tensor.of(new double[]{1, 2, 3, 5}, 2, 2)));
        assertEquals("i32[] {5}", outcome.result("extent").toTensor().toString());
        assertEquals("f64[2] {2.0, 3.5}", outcome.result("mean").toTensor().toString());
        assertEquals("f64[4] {1.0, 2.0, 3.0, 5.0}", outcome.result("flat").toTensor().toString());
    }

    @Test
    void updatesAreSimultaneous() {
        Expr a = g.parameter("a", FLOAT64, Shape.scalar(), Initializers.constant(1));
        Expr b = g.parameter("b", FLOAT64, Shape.scalar(), Initializers.constant(2));
        g.function("f").returns("sum", a.plus(b)).updates(a, b).updates(b, a);
        var outcome = Interpreter.run(g.build(), "f", Map.of(),
                Map.of("a", Tensor.scalar(1.0), "b", Tensor.scalar(2.0)), 0, 0);
        assertEquals("{a=f64[] [2.0], b=f64[] [1.0]}", outcome.updates().toString());
    }

    @Test
    void initialValuesDependOnSeedAndPathOnly() {
        g.parameter("a", FLOAT32, Shape.of(4), Initializers.normal(1));
        String alone = Interpreter.initialValues(g.build(), 1).toString();
        GraphBuilder more = Graph.builder("more");
        more.parameter("other", FLOAT32, Shape.of(4), Initializers.normal(1));
        more.parameter("a", FLOAT32, Shape.of(4), Initializers.normal(1));
        var values = Interpreter.initialValues(more.build(), 1);
        assertEquals(alone, "{a=" + values.get("a") + "}");
        assertTrue(!alone.equals(Interpreter.initialValues(g.build(), 2).toString()), "another seed");
    }

    @Test
    void randomNumbersArePhilox() {
        g.function("f").returns("first", g.randomUniform(FLOAT32, Shape.of(5)))
                .returns("second", g.randomUniform(FLOAT64, Shape.of(3)))
                .returns("third", g.randomBits(INT32, Shape.of(3, 2)))
                .returns("fourth", g.randomBits(INT64, Shape.of(3)));
        var outcome = Interpreter.run(g.build(), "f", Map.of(), Map.of(), 42, 7);
        for (int i = 0; i < 5; i++) {
            assertEquals((Philox.bits32(42, 7, 0, i) >>> 8) * 0x1p-24, outcome.result("first").real(i),
                    "element " + i);
        }
        for (int i = 0; i < 3; i++) {
            assertEquals((Philox.bits64(42, 7, 1, i) >>> 11) * 0x1p-53, outcome.result("second").real(i),
                    "element " + i);
            assertEquals(Philox.bits32(42, 7, 2, i), outcome.result("third").integer(i), "element " + i);
            assertEquals(Philox.bits64(42, 7, 3, i), outcome.result("fourth").integer(i), "element " + i);
        }
    }

    @Test
    void float32IsRoundedOnlyWhereAskedFor() {
        Expr x = g.input("x", FLOAT32, Shape.of(2));
        g.function("f").returns("sum", x.sum()).returns("cast", x.plus(1).cast(FLOAT64).cast(FLOAT32));
        Map<String, Tensor> inputs = Map.of("x", Tensor.of(new float[]{1, 0x1p-40f}, 2));
        Graph graph = g.build();
        var exact = Interpreter.run(graph, "f", inputs, Map.of(), 0, 0);
        assertEquals(1 + 0x1p-40, exact.result("sum").real(0), "exact");
        assertEquals(1, exact.result("cast").real(1), "a cast rounds all the same");
        var rounded = Interpreter.run(graph, "f", inputs, Map.of(), 0, 0, Precision.ROUNDED);
        assertEquals(1, rounded.result("sum").real(0), "rounded");
    }

    @Test
    void refusesWhatACallCannotDo() {
        Expr x = g.input("x", INT32, Shape.of(BATCH));
        Expr y = g.input("y", INT32, Shape.of(BATCH));
        g.function("f").returns("quotient", x.div(y).named("q"));
        g.function("g").returns("picked", g.iota(INT32, Shape.of(3), 0).gather(y, 0));
        Graph graph = g.build();
        Map<String, Tensor> inputs =
                Map.of("x", Tensor.of(new int[]{1, 7}, 2), "y", Tensor.of(new int[]{1, 0}, 2));
        assertRefused(graph, "f", inputs,
                "div: the integer 7 is divided by zero\n  in q: i32[batch], made at ");
        assertRefused(graph, "g", Map.of("y", Tensor.of(new int[]{0, 3}, 2)),
                "gather: the index 3 is outside axis 0, whose extent is 3");
        assertRefused(graph, "g", Map.of("y", Tensor.of(new int[]{-1}, 1)), "the index -1 is outside");
        assertRefused(graph, "g", Map.of(), "the input y: i32[batch] is missing");
        assertRefused(graph, "f", Map.of("x", Tensor.of(new int[1], 1), "y", Tensor.of(new int[2], 2)),
                "the input y should be i32[batch], here i32[1], got i32[2]");
        assertRefused(graph, "g", Map.of("y", Tensor.of(new long[1], 1)), "here i32[1], got i64[1]");
    }

    private static void assertRefused(Graph graph, String function, Map<String, Tensor> inputs,
            String message) {
        CallException e = assertThrows(CallException.class,
                () -> Interpreter.run(graph, function, inputs, Map.of(), 0, 0));
        assertTrue(e.toString().contains(message), e::toString);
    }

    @Test
    void aGradientMustBeDifferentiatedFirst() {
        Expr x = g.input("x", FLOAT64, Shape.scalar());
        g.function("f").returns("gradient", x.square().gradient(x));
        assertThrows(IllegalStateException.class, () -> run(Map.of("x", Tensor.scalar(1.0))));
    }

    @Test
    void foldsWhatNoCallDecides() {
        Type scalar = new Type(FLOAT32, Shape.scalar());
        assertEquals("f32[] {0.5}", Interpreter.evaluate(g.constant(FLOAT32, 1).div(2).node().op(), scalar,
                List.of(Tensor.scalar(1f), Tensor.scalar(2f))).toString());
        assertThrows(IllegalArgumentException.class, () -> Interpreter.evaluate(
                new Op.RandomBits(0, new Type(INT32, Shape.scalar())), new Type(INT32, Shape.scalar()),
                List.of()));
        assertThrows(IllegalArgumentException.class, () -> Interpreter.evaluate(
                new Op.Extent(BATCH, FLOAT32), scalar, List.of()));
    }

    @Test
    void doesNotRecurse() {
        Expr x = g.constant(FLOAT64, 0);
        for (int i = 0; i < 20_000; i++) {
            x = x.plus(1);
        }
        g.function("f").returns("count", x);
        assertEquals(20_000, run(Map.of()).result("count").real(0));
    }

    private Interpreter.Outcome run(Map<String, Tensor> inputs) {
        return Interpreter.run(g.build(), "f", inputs, Map.of(), 0, 0);
    }
}
