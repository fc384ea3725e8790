package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.FiniteDifferences;
import dev.covector.compiler.reference.Interpreter;
import dev.covector.compiler.reference.RefTensor;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compiled float32 gradients of first and second order against those of the interpreter in float64. */
final class CompiledGradientsTest {
    /** Units in the last place of the greatest element of a gradient, or of 1 where all are less. */
    private static final double ULPS = 32;

    static Stream<GradientRulesTest.Case> cases() {
        return Stream.concat(GradientRulesTest.cases(), ConvolutionGradientsTest.cases());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithTheInterpreterInFloat64(GradientRulesTest.Case c) {
        Graph exact = FiniteDifferences.gradients(FLOAT64, c.shapes(), c.inputs(), c.asModel());
        Map<String, Tensor> single = new LinkedHashMap<>();
        Map<String, Tensor> widened = new LinkedHashMap<>();
        FiniteDifferences.withFactors(exact, c.inputs()).forEach((name, tensor) -> {
            Tensor rounded = tensor.dtype() == FLOAT64 ? single(tensor) : tensor;
            single.put(name, rounded);
            widened.put(name,
                    tensor.dtype() == FLOAT64 ? Tensor.of(rounded.toDoubles(), tensor.shape()) : tensor);
        });
        Map<String, RefTensor> expected = Interpreter.run(Differentiate.differentiate(exact),
                FiniteDifferences.FUNCTION, widened, Map.of(), 0, 0).results();
        Graph graph = FiniteDifferences.gradients(FLOAT32, c.shapes(), c.inputs(), c.asModel());
        Map<String, Tensor> got =
                run(graph, FiniteDifferences.FUNCTION, single);
        assertEquals(expected.keySet(), got.keySet());
        expected.forEach((name, values) -> {
            double greatest = 1;
            for (int i = 0; i < values.size(); i++) {
                greatest = Math.max(greatest, Math.abs(values.real(i)));
            }
            Tensor actual = Objects.requireNonNull(got.get(name));
            assertEquals(FLOAT32, actual.dtype());
            assertArrayEquals(values.toTensor().toDoubles(), actual.toDoubles(),
                    ULPS * Math.ulp(1f) * greatest, name);
        });
    }

    /** {@code h} is {@code x * 2}, and so is what it is added to: one value, were it not differentiated by it. */
    @Test
    void tellsAnIntermediateFromAnEqualValue() {
        GraphBuilder g = Graph.builder("intermediate");
        Expr x = g.input("x", FLOAT32, Shape.of(2));
        Expr h = x.times(2);
        Expr z = h.plus(x.times(2)).times(h).sum();
        Expr first = z.gradient(h);
        g.function("value").returns("z", z).returns("again", x.times(2).plus(h));
        g.function("gradients").returns("z", z).returns("h", first).returns("x", z.gradient(x))
                .returns("second", first.sum().gradient(h)).returns("mixed", first.sum().gradient(x));
        // z = (h + 2x) h: by h it is 2h + 2x, by x in all 16x; 2h + 2x by h alone is 2, by x in all 6.
        Map<String, Tensor> got = run(g.build(), "gradients", Map.of("x", Tensor.of(new float[]{1, 3}, 2)));
        assertEquals("{z=[80.0], h=[6.0, 18.0], x=[16.0, 48.0], second=[2.0, 2.0], mixed=[6.0, 6.0]}",
                text(got));
    }

    /** Each has a mask of its own, and its derivative is that mask. */
    @Test
    void twoDropoutsStayTwo() {
        GraphBuilder g = Graph.builder("dropouts");
        Expr x = g.input("x", FLOAT32, Shape.of(64));
        Expr zero = g.constant(FLOAT32, 0.0);
        Expr a = g.randomBernoulli(0.5, x.shape()).where(x.times(2), zero);
        Expr b = g.randomBernoulli(0.5, x.shape()).where(x.times(2), zero);
        g.function("f").returns("a", a).returns("b", b).returns("da", a.sum().gradient(x))
                .returns("db", b.sum().gradient(x)).returns("both", a.times(b).sum().gradient(x));
        float[] ones = new float[64];
        Arrays.fill(ones, 1);
        Map<String, Tensor> got = run(g.build(), "f", Map.of("x", Tensor.of(ones, 64)));
        float[] first = floats(got, "a");
        float[] second = floats(got, "b");
        assertArrayEquals(first, floats(got, "da"));
        assertArrayEquals(second, floats(got, "db"));
        float[] both = new float[64];
        int different = 0;
        for (int i = 0; i < both.length; i++) {
            both[i] = 2 * first[i] * second[i];
            different += first[i] == second[i] ? 0 : 1;
        }
        assertArrayEquals(both, floats(got, "both"));
        assertTrue(different > 10 && different < 54, "masks that differ in " + different + " of 64 elements");
    }

    private static Map<String, Tensor> run(Graph graph, String function, Map<String, Tensor> inputs) {
        return new CompiledExecution(CompiledExecution.flavourOfTheBuild(), Workers.shared()).run(graph,
                function, inputs, Map.of(), 0, 1);
    }

    private static float[] floats(Map<String, Tensor> results, String name) {
        return Objects.requireNonNull(results.get(name)).toFloats();
    }

    private static String text(Map<String, Tensor> results) {
        Map<String, String> text = new LinkedHashMap<>();
        results.forEach((name, tensor) -> text.put(name, Arrays.toString(tensor.toFloats())));
        return text.toString();
    }

    private static Tensor single(Tensor tensor) {
        double[] values = tensor.toDoubles();
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = (float) values[i];
        }
        return Tensor.of(rounded, tensor.shape());
    }
}
