package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.Interpreter;
import dev.covector.compiler.reference.RefTensor;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Slice;
import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.Op;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Sgd;
import dev.covector.graph.text.GraphText;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the pass does with a graph as a whole, and the points where a derivative is a matter of convention. */
final class DifferentiateTest {
    private final GraphBuilder g = Graph.builder("test");

    // ---- conventions

    @ParameterizedTest
    @CsvSource({"abs, 0, 0", "abs, -2, -1", "plus its sign, 3, 1", "relu, 0, 0", "relu, 2, 1", "relu, -2, 0",
        "maximum with itself, 3, 1", "maximum with 0, 0, 0.5", "minimum with 0, 0, 0.5",
        "maximum with 0, -1, 0", "minimum with 0, -1, 1", "rem 3, 7.5, 1", "7 rem x, 2, -3", "-7 rem x, 2, 3",
        "0.3 rem x, 0.1, -2", "cast and back, 1.5, 1", "through an integer, 1.5, 2",
        "compared, 1.5, 2", "x pow 2, 0, 0", "x pow 1, 0, 1", "x pow 0, 0, 0", "x pow 0.5, 4, 0.25",
        "x pow 0.5, 0, Infinity", "x pow 3, -2, 12", "0 pow x, 2, 0", "0 pow x, 0, 0",
        "0 pow x, -1, -Infinity",
        "2 pow x, 0, 0.6931471805599453", "x pow 2 twice, 0, 2", "x pow 1 twice, 0, 0"})
    void hasTheDerivative(String function, double at, double expected) {
        Expr x = g.input("x", FLOAT64, Shape.scalar());
        Expr y = switch (function) {
            case "abs" -> x.abs();
            case "plus its sign" -> x.plus(x.sign());
            case "relu" -> x.relu();
            case "maximum with itself" -> x.maximum(x);
            case "maximum with 0" -> x.maximum(0);
            case "minimum with 0" -> x.minimum(0);
            case "rem 3" -> x.rem(3);
            case "7 rem x" -> g.constant(FLOAT64, 7.0).rem(x);
            case "-7 rem x" -> g.constant(FLOAT64, -7.0).rem(x);
            case "0.3 rem x" -> g.constant(FLOAT64, 0.3).rem(x);
            case "cast and back" -> x.cast(FLOAT32).cast(FLOAT64);
            case "through an integer" -> x.times(2).plus(x.cast(INT32).cast(FLOAT64));
            case "x pow 0.5" -> x.pow(0.5);
            case "x pow 0" -> x.pow(0);
            case "x pow 1" -> x.pow(1);
            case "x pow 2" -> x.pow(2);
            case "x pow 3" -> x.pow(3);
            case "0 pow x" -> g.constant(FLOAT64, 0.0).pow(x);
            case "2 pow x" -> g.constant(FLOAT64, 2.0).pow(x);
            case "x pow 2 twice" -> x.pow(2).gradient(x);
            case "x pow 1 twice" -> x.pow(1).gradient(x);
            case "compared" -> x.times(2).plus(x.gt(1).cast(FLOAT64));
            default -> throw new IllegalArgumentException(function);
        };
        assertArrayEquals(new double[]{expected}, run(y.gradient(x), Map.of("x", Tensor.scalar(at))));
    }

    @Test
    void sharesAmongTheGreatestAndTheLeast() {
        Expr x = g.input("x", FLOAT64, Shape.of(2, 3));
        assertArrayEquals(new double[]{0.5, 0, 0.5, 0, 1, 0}, run(x.max(1).sum().gradient(x),
                Map.of("x", Tensor.of(new double[]{2, 1, 2, 4, 7, 5}, 2, 3))));
        assertArrayEquals(new double[]{0, 1, 0, 0.5, 0, 0.5}, run(x.min(1).sum().gradient(x),
                Map.of("x", Tensor.of(new double[]{2, 1, 2, 5, 7, 5}, 2, 3))));
    }

    // ---- branches that are not taken

    /** Where the branch with the pole is not taken, its derivative is nothing, not 0 · ∞. */
    @ParameterizedTest
    @ValueSource(
            strings = {"log", "sqrt", "div", "reshaped", "transposed", "parts", "padded",
                "summed", "twice", "nested", "shared"})
    void leavesOutBranchesNotTaken(String function) {
        Expr x = g.input("x", FLOAT64, Shape.of(2));
        Expr some = x.gt(0);
        Expr zero = g.constant(FLOAT64, 0.0);
        Expr y = switch (function) {
            case "log" -> some.where(x.log(), zero);
            case "sqrt" -> some.not().where(zero, x.sqrt());
            case "div" -> some.where(g.constant(FLOAT64, 1.0).div(x), zero);
            case "reshaped" -> some.where(x.log().reshape(1, 2).square().reshape(2), zero);
            case "transposed" ->
                    some.reshape(2, 1).where(x.log().reshape(1, 2).transpose().square(), zero);
            case "parts" -> some.where(
                    Expr.concat(0, x.flip(0).log().slice(0, 0, 1), x.log().get(Slice.to(-1))).flip(0), zero);
            case "padded" -> some.where(x.log().pad(0, 1, 2, 1).square().slice(0, 1, 3), zero);
            case "summed" -> some.where(x.reshape(2, 1).log().sum(1), zero);
            case "twice" -> some.where(x.log().plus(x.sqrt()).plus(x.log()), zero);
            case "nested" -> some.where(x.gt(-1).where(x.log(), x.sqrt()), zero);
            case "shared" -> {
                Expr log = x.log();
                yield some.where(log, zero).plus(some.where(log.square(), zero));
            }
            default -> throw new IllegalArgumentException(function);
        };
        Expr first = y.sum().gradient(x);
        Expr second = first.sum().gradient(x);
        Map<String, Tensor> at = Map.of("x", Tensor.of(new double[]{0, 2}, 2));
        for (Expr gradient : List.of(first, second)) {
            double[] values = run(gradient, at);
            assertEquals(0, values[0], function + " at 0");
            assertTrue(Double.isFinite(values[1]) && values[1] != 0, () -> function + " at 2: " + values[1]);
        }
    }

    /** Of first derivatives only: the second one sums over the product's copies, where the condition ends. */
    @Test
    void leavesOutProductsInBranchesNotTaken() {
        Expr x = g.input("x", FLOAT64, Shape.of(2));
        Expr product = x.reshape(2, 1).log().prod(1);
        Expr y = x.gt(0).where(product, g.constant(FLOAT64, 0.0));
        assertArrayEquals(new double[]{0, 0.5},
                run(y.sum().gradient(x), Map.of("x", Tensor.of(new double[]{0, 2}, 2))));
    }

    /** What both branches use is used everywhere, so exp's rule needs no guard; nor does a factor of 2. */
    @Test
    void guardsOnlyWhatNeedsIt() {
        Expr x = g.input("x", FLOAT64, Shape.scalar());
        Expr exp = x.exp();
        assertSame("""
                graph test
                  %0 = input x : f64[]
                  %1 = exp %0 : f64[]
                  %2 = constant 0 : f64[]
                  %3 = gt %0 %2 : bool[]
                  %4 = constant 2 : f64[]
                  %5 = constant 1 : f64[]
                  %6 = constant 0 : f64[]
                  %7 = select %3 %5 %6 : f64[]
                  %8 = select %3 %6 %5 : f64[]
                  %9 = mul %8 %4 : f64[]
                  %10 = add %7 %9 : f64[]
                  %11 = mul %10 %1 : f64[]
                  function f(%0) -> y=%11
                """, differentiated(x.gt(0).where(exp, exp.times(2)).gradient(x)));
    }

    @Test
    void guardsAPoleByTheCondition() {
        Expr x = g.input("x", FLOAT64, Shape.scalar());
        assertSame("""
                graph test
                  %0 = input x : f64[]
                  %1 = constant 0 : f64[]
                  %2 = gt %0 %1 : bool[]
                  %3 = constant 1 : f64[]
                  %4 = constant 0 : f64[]
                  %5 = select %2 %3 %4 : f64[]
                  %6 = div %5 %0 : f64[]
                  %7 = select %2 %6 %4 : f64[]
                  function f(%0) -> y=%7
                """, differentiated(x.gt(0).where(x.log(), g.constant(FLOAT64, 7.0)).gradient(x)));
    }

    // ---- what a gradient is with respect to

    @Test
    void tellsAnIntermediateFromAnEqualValue() {
        Expr x = g.input("x", FLOAT64, Shape.scalar());
        Expr h = x.times(2);
        Expr z = h.plus(x.times(2));
        Map<String, Tensor> at = Map.of("x", Tensor.scalar(5.0));
        assertArrayEquals(new double[]{1}, run(z.gradient(h), at), "by h");
        assertArrayEquals(new double[]{4}, run(z.gradient(x), at), "by x");
    }

    @Test
    void tellsEqualGradientsApart() {
        Expr x = g.input("x", FLOAT64, Shape.scalar());
        Expr y = x.square().times(x);
        Expr one = y.gradient(x);
        Expr other = y.gradient(x);
        Map<String, Tensor> at = Map.of("x", Tensor.scalar(5.0));
        assertArrayEquals(new double[]{3}, run(one.times(2).plus(one).plus(other).gradient(one), at));
    }

    @Test
    void differentiatesByInputParameterAndIntermediate() {
        Expr x = g.input("x", FLOAT64, Shape.of(2));
        Expr w = g.parameter("w", FLOAT64, Shape.of(2), Initializers.zeros());
        Expr h = x.times(w);
        Expr loss = h.square().sum();
        g.function("f").returns("x", loss.gradient(x)).returns("w", loss.gradient(w))
                .returns("h", loss.gradient(h))
                .returns("loss", loss.gradient(loss));
        Map<String, RefTensor> results = Interpreter.run(Differentiate.differentiate(g.build()), "f",
                Map.of("x", Tensor.of(new double[]{2, 3}, 2)), Map.of("w", Tensor.of(new double[]{5, 7}, 2)),
                0, 0)
                .results();
        assertEquals("f64[2] [100.0, 294.0]", String.valueOf(results.get("x")));
        assertEquals("f64[2] [40.0, 126.0]", String.valueOf(results.get("w")));
        assertEquals("f64[2] [20.0, 42.0]", String.valueOf(results.get("h")));
        assertEquals("f64[] [1.0]", String.valueOf(results.get("loss")));
    }

    @Test
    void multipliesAGivenCotangent() {
        Expr x = g.input("x", FLOAT64, Shape.of(2));
        Expr c = g.input("c", FLOAT64, Shape.of(2));
        assertSame("""
                graph test
                  %0 = input x : f64[2]
                  %1 = input c : f64[2]
                  %2 = exp %0 : f64[2]
                  %3 = mul %1 %2 : f64[2]
                  function f(%0, %1) -> y=%3
                """, differentiated(x.exp().gradient(x, c)));
    }

    @Test
    void givesZerosWhereNothingPasses() {
        Expr x = g.input("x", FLOAT32, Shape.of(2, 3));
        assertSame("""
                graph test
                  %0 = input x : f32[2,3]
                  %1 = constant 0 : f32[]
                  %2 = broadcast %1 axes=[] : f32[2,3]
                  function f(%0) -> y=%2
                """, differentiated(x.stopGradient().exp().sum().gradient(x)));
    }

    @Test
    void stopsOnlyWhereTold() {
        Expr x = g.input("x", FLOAT64, Shape.scalar());
        Map<String, Tensor> at = Map.of("x", Tensor.scalar(5.0));
        Expr stopped = x.stopGradient();
        assertArrayEquals(new double[]{5}, run(x.times(stopped).gradient(x), at), "by x");
        assertArrayEquals(new double[]{5}, run(x.times(stopped).gradient(stopped), at),
                "by the stopped value itself");
    }

    // ---- the text that comes out

    @Test
    void replacesGradientsOfGradients() {
        Expr x = g.input("x", FLOAT64, Shape.scalar());
        Expr first = x.exp().gradient(x);
        assertSame("""
                graph test
                  %0 = input x : f64[]
                  %1 = exp %0 : f64[]
                  %2 = constant 1 : f64[]
                  %3 = constant 1 : f64[]
                  %4 = mul %3 %2 : f64[]
                  %5 = mul %4 %1 : f64[]
                  function f(%0) -> y=%5
                """, differentiated(first.gradient(x)));
    }

    @Test
    void addsUpInTheReverseOrderOfUse() {
        Expr x = g.input("x", FLOAT64, Shape.scalar());
        assertSame("""
                graph test
                  %0 = input x : f64[]
                  %1 = exp %0 : f64[]
                  %2 = tanh %0 : f64[]
                  %3 = constant 1 : f64[]
                  %4 = constant 1 : f64[]
                  %5 = square %2 : f64[]
                  %6 = sub %4 %5 : f64[]
                  %7 = mul %3 %6 : f64[]
                  %8 = mul %3 %1 : f64[]
                  %9 = add %7 %8 : f64[]
                  function f(%0) -> y=%9
                """, differentiated(x.exp().plus(x.tanh()).gradient(x)));
    }

    @Test
    void contractsWithoutTransposing() {
        Expr x = g.input("x", FLOAT32, Shape.of(4, 3));
        Expr w = g.input("w", FLOAT32, Shape.of(3, 2));
        Expr c = g.input("c", FLOAT32, Shape.of(4, 2));
        Expr y = x.matmul(w);
        g.function("f").returns("x", y.gradient(x, c)).returns("w", y.gradient(w, c));
        assertSame("""
                graph test
                  %0 = input x : f32[4,3]
                  %1 = input w : f32[3,2]
                  %2 = input c : f32[4,2]
                  %3 = dot %2 %1 contract=[1]x[1] : f32[4,3]
                  %4 = dot %0 %2 contract=[0]x[0] : f32[3,2]
                  function f(%0, %1, %2) -> x=%3, w=%4
                """, Differentiate.differentiate(g.build()));
    }

    @Test
    void keepsTheLineOfTheForwardNode() {
        Graph graph = Differentiate.differentiate(GraphText.parse("""
                graph test
                  %0 = input x : f64[] at A.java:1
                  %1 = exp %0 : f64[] at A.java:2
                  %2 = log %1 : f64[] at A.java:3
                  %3 = constant 1.0 : f64[] at A.java:4
                  %4 = gradient %2 %0 %3 : f64[] at A.java:4
                  function f(%0) -> y=%4
                """));
        assertEquals("""
                covector 1
                graph test
                  %0 = input x : f64[]  at A.java:1
                  %1 = exp %0 : f64[]  at A.java:2
                  %2 = constant 1.0 : f64[]  at A.java:4
                  %3 = div %2 %1 : f64[]  at A.java:3
                  %4 = mul %3 %1 : f64[]  at A.java:2
                  function f(%0) -> y=%4
                """, GraphText.annotated(graph));
    }

    // ---- cost

    @ParameterizedTest
    @ValueSource(ints = {10, 1000})
    void sweepsOnceForManyParameters(int layers) {
        Expr h = g.input("x", FLOAT32, Shape.of(3));
        for (int i = 0; i < layers; i++) {
            h = h.times(g.parameter("w" + i, FLOAT32, Shape.of(3), Initializers.zeros())).tanh();
        }
        g.function("train").updates(Sgd.of(0.1).minimize(h.sum()));
        Graph differentiated = Differentiate.differentiate(g.build());
        long multiplications = differentiated.nodes().stream()
                .filter(node -> node.op().equals(new Op.Binary(BinaryKind.MUL))).count();
        // Each layer: one forward; three products backward, but for the input two; and the learning rate.
        assertEquals(5L * layers - 1, multiplications, "for " + layers + " layers");
    }

    @Test
    void isLinearInDeepGraphs() {
        Expr x = g.input("x", FLOAT64, Shape.scalar());
        Expr y = x;
        for (int i = 0; i < 50_000; i++) {
            y = y.plus(y);
        }
        Graph differentiated = differentiated(y.gradient(x));
        assertEquals(50_002, differentiated.nodes().size(),
                "the input, the constant and a sum for each of the chain");
    }

    // ---- refused

    @Test
    void refusesWhatIsMadeLater() {
        Graph graph = GraphText.parse("""
                graph test
                  %0 = input x : f64[6]
                  %1 = partial_sum %0 axis=0 block=3 : f64[2]
                  %2 = input c : f64[2]
                  %3 = gradient %1 %0 %2 : f64[6]
                  function f(%0, %2) -> y=%3
                """);
        IllegalStateException error =
                assertThrows(IllegalStateException.class, () -> Differentiate.differentiate(graph));
        assertTrue(String.valueOf(error.getMessage()).startsWith("internal error: PartialSum"),
                error::getMessage);
    }

    // ---- how the tests above look at graphs

    private Graph differentiated(Expr y) {
        g.function("f").returns("y", y);
        return Differentiate.differentiate(g.build());
    }

    private double[] run(Expr y, Map<String, Tensor> inputs) {
        String name = "f" + y.node().id();
        g.function(name).returns("y", y);
        Graph graph = Differentiate.differentiate(g.build());
        RefTensor result = Interpreter.run(graph, name, inputs, Map.of(), 0, 0).results().get("y");
        return Objects.requireNonNull(result).toTensor().toDoubles();
    }

    private static void assertSame(String expected, Graph actual) {
        assertEquals(GraphText.canonical(GraphText.parse(expected)), GraphText.canonical(actual),
                () -> GraphText.annotated(actual));
    }
}
