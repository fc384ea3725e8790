package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.compiler.reference.FiniteDifferences;
import dev.covector.compiler.reference.Interpreter;
import dev.covector.compiler.reference.RefTensor;
import dev.covector.graph.Graph;
import dev.covector.runtime.Tensor;
import dev.covector.runtime.Workers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compiled float32 gradients of first and second order against those of the interpreter in float64. */
final class CompiledGradientsTest {
    /** Units in the last place of the greatest element of a gradient, or of 1 where all are less. */
    private static final double ULPS = 32;

    static Stream<GradientRulesTest.Case> cases() {
        return GradientRulesTest.cases();
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
                new CompiledExecution(CompiledExecution.flavourOfTheBuild(), Workers.shared())
                        .run(graph, FiniteDifferences.FUNCTION, single, Map.of(), 0, 1);
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

    private static Tensor single(Tensor tensor) {
        double[] values = tensor.toDoubles();
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = (float) values[i];
        }
        return Tensor.of(rounded, tensor.shape());
    }
}
