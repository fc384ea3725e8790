package dev.covector.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Workers;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What compiled code draws is distributed as it says; the seed is fixed, so a test that passes will pass again. */
final class RandomNumbersTest {
    private static final int SAMPLES = 20_000;

    enum Draw {
        UNIFORM, UNIFORM_BETWEEN, NORMAL;

        Expr of(GraphBuilder g, DType dtype) {
            Shape shape = Shape.of(SAMPLES);
            return switch (this) {
                case UNIFORM -> g.randomUniform(dtype, shape);
                case UNIFORM_BETWEEN -> g.randomUniform(dtype, shape, -3, 5);
                case NORMAL -> g.randomNormal(dtype, shape);
            };
        }

        double mean() {
            return switch (this) {
                case UNIFORM -> 0.5;
                case UNIFORM_BETWEEN -> 1;
                case NORMAL -> 0;
            };
        }

        double variance() {
            return switch (this) {
                case UNIFORM -> 1 / 12.0;
                case UNIFORM_BETWEEN -> 64 / 12.0;
                case NORMAL -> 1;
            };
        }

        DoubleUnaryOperator cumulative() {
            return switch (this) {
                case UNIFORM -> x -> x;
                case UNIFORM_BETWEEN -> x -> (x + 3) / 8;
                case NORMAL -> RandomNumbersTest::normalCumulative;
            };
        }
    }

    /** The series x + x³/3 + x⁵/15 + …, exact enough within ±6. */
    private static double normalCumulative(double x) {
        if (Math.abs(x) > 6) {
            return x < 0 ? 0 : 1;
        }
        double term = x;
        double sum = x;
        for (int i = 3; i < 200; i += 2) {
            term *= x * x / i;
            sum += term;
        }
        return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    }

    @ParameterizedTest
    @EnumSource(Draw.class)
    void followsItsDistribution(Draw draw) {
        for (DType dtype : new DType[]{DType.FLOAT32, DType.FLOAT64}) {
            double[] drawn = drawn(draw, dtype);
            double mean = Arrays.stream(drawn).average().orElseThrow();
            double variance =
                    Arrays.stream(drawn).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
            assertEquals(draw.mean(), mean, 4 * Math.sqrt(draw.variance() / SAMPLES), dtype + " mean");
            assertEquals(draw.variance(), variance, 0.05 * draw.variance(), dtype + " variance");
            assertEquals(0, kolmogorovSmirnov(drawn, draw.cumulative()), 1.95 / Math.sqrt(SAMPLES),
                    dtype + ": greatest distance to the cumulative distribution (1.95/√n is exceeded once in a "
                            + "thousand)");
            double neighbours = 0;
            for (int i = 1; i < SAMPLES; i++) {
                neighbours += (drawn[i] - draw.mean()) * (drawn[i - 1] - draw.mean());
            }
            assertEquals(0, neighbours / SAMPLES / draw.variance(), 4 / Math.sqrt(SAMPLES),
                    dtype + ": correlation of neighbours");
            if (draw == Draw.UNIFORM) {
                assertTrue(Arrays.stream(drawn).allMatch(x -> x >= 0 && x < 1), "all in [0, 1)");
            }
        }
    }

    private static double[] drawn(Draw draw, DType dtype) {
        GraphBuilder g = Graph.builder("g");
        g.function("f").returns("x", draw.of(g, dtype));
        return Objects.requireNonNull(
                new CompiledExecution(CompiledExecution.flavourOfTheBuild(), Workers.shared())
                        .run(g.build(), "f", Map.of(), Map.of(), 42, 3).get("x"))
                .toDoubles();
    }

    private static double kolmogorovSmirnov(double[] drawn, DoubleUnaryOperator cumulative) {
        double[] sorted = drawn.clone();
        Arrays.sort(sorted);
        double greatest = 0;
        for (int i = 0; i < sorted.length; i++) {
            double expected = cumulative.applyAsDouble(sorted[i]);
            greatest = Math.max(greatest, Math.max(expected - i / (double) sorted.length,
                    (i + 1) / (double) sorted.length - expected));
        }
        return greatest;
    }
}
