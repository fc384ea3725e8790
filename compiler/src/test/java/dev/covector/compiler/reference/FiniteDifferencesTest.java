package dev.covector.compiler.reference;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The checker takes a gradient that was worked out by hand, and refuses one that is slightly off. */
final class FiniteDifferencesTest {
    private static final Map<String, Tensor> POINT = Map.of("x", Tensor.of(new double[]{0.5, -1.25, 2}, 3));

    /** sum(x³), and its gradient 3x² times {@code factor}. */
    private static Graph cubes(double factor) {
        GraphBuilder g = Graph.builder("cubes");
        Expr x = g.input("x", DType.FLOAT64, Shape.of(3));
        g.function("f").returns("value", x.square().times(x).sum())
                .returns("gradient", x.square().times(3 * factor));
        return g.build();
    }

    @Test
    void takesTheTrueGradient() {
        FiniteDifferences.check(cubes(1), "f", "value", Map.of("gradient", "x"), POINT);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1.00001})
    void refusesAnotherOne(double factor) {
        AssertionError error = assertThrows(AssertionError.class, () -> FiniteDifferences.check(cubes(factor),
                "f", "value", Map.of("gradient", "x"), POINT));
        assertTrue(error.toString().contains("gradient: the gradient of value with respect to x"),
                error::toString);
    }
}
