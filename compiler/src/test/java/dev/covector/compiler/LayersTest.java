package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT64;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.reference.FiniteDifferences;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Initializer;
import dev.covector.graph.nn.BatchNorm;
import dev.covector.graph.nn.Block;
import dev.covector.graph.nn.Dropout;
import dev.covector.graph.nn.Embedding;
import dev.covector.graph.nn.Flatten;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.LayerNorm;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Parallel;
import dev.covector.graph.nn.Residual;
import dev.covector.graph.nn.Sequential;
import dev.covector.graph.nn.Sgd;
import dev.covector.graph.nn.Training;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers and initial values, compiled, against plain Java. */
final class LayersTest {
    private static final Dim N = Dim.of("n");

    // ---- normalisation

    /** [4, 3]. */
    private static final float[] ROWS = {1, -2, 0.5f, 4, 4, -1, 0, 3, 0.25f, -2, 1, 8};

    @Test
    void layerNormCentresAndScalesRows() {
        GraphBuilder g = Graph.builder("norm");
        Expr x = g.input("x", FLOAT32, Shape.of(N, 3));
        Expr weight = g.input("w", FLOAT32, Shape.of(3));
        Expr bias = g.input("b", FLOAT32, Shape.of(3));
        g.function("f").returns("plain", LayerNorm.of(g, "norm", 3).invoke(x)).returns("scaled",
                LayerNorm.of(weight, bias, 0.5).invoke(x));
        float[] w = {2, -1, 0.5f};
        float[] b = {0, 1, -3};
        double[] plain = new double[12];
        double[] scaled = new double[12];
        for (int i = 0; i < 12; i += 3) {
            double mean = (ROWS[i] + ROWS[i + 1] + ROWS[i + 2]) / 3.0;
            double variance = 0;
            for (int k = 0; k < 3; k++) {
                variance += (ROWS[i + k] - mean) * (ROWS[i + k] - mean) / 3;
            }
            for (int k = 0; k < 3; k++) {
                plain[i + k] = (ROWS[i + k] - mean) / Math.sqrt(variance + 1e-5);
                scaled[i + k] = (ROWS[i + k] - mean) / Math.sqrt(variance + 0.5) * w[k] + b[k];
            }
        }
        Results results = Compiler.compile(g.build()).newSession(1).call("f")
                .input("x", Tensor.of(ROWS, 4, 3)).input("w", Tensor.of(w, 3)).input("b", Tensor.of(b, 3))
                .run();
        assertArrayEquals(plain, results.tensor("plain").toDoubles(), 2e-6);
        assertArrayEquals(scaled, results.tensor("scaled").toDoubles(), 2e-6);
    }

    /** Images of [n, 2, 2, 3], so that there are several axes for a channel. */
    @Test
    void batchNormLearnsItsRunningAverages() {
        GraphBuilder g = Graph.builder("norm");
        Expr x = g.input("x", FLOAT32, Shape.of(List.of(N, Dim.of(2), Dim.of(2), Dim.of(3))));
        BatchNorm norm = BatchNorm.of(g, "norm", 3);
        Training training = new Training();
        g.function("train").returns("y", norm.invoke(x, training)).updates(training.updates());
        g.function("predict").returns("y", norm.invoke(x));
        Session session = Compiler.compile(g.build()).newSession(1);
        double[] mean = new double[3];
        double[] variance = {1, 1, 1};
        for (int step = 0; step < 3; step++) {
            int n = step + 1;
            float[] data = new float[12 * n];
            for (int i = 0; i < data.length; i++) {
                data[i] = (i * 7 + step) % 11 - 0.5f * (i % 3);
            }
            Tensor batch = Tensor.of(data, n, 2, 2, 3);
            double[] trained = new double[data.length];
            double[] predicted = new double[data.length];
            for (int c = 0; c < 3; c++) {
                double sum = 0;
                double squares = 0;
                for (int i = c; i < data.length; i += 3) {
                    sum += data[i];
                }
                double m = sum / (4 * n);
                for (int i = c; i < data.length; i += 3) {
                    squares += (data[i] - m) * (data[i] - m);
                }
                mean[c] = 0.9 * mean[c] + 0.1 * m;
                variance[c] = 0.9 * variance[c] + 0.1 * squares / (4 * n - 1);
                for (int i = c; i < data.length; i += 3) {
                    trained[i] = (data[i] - m) / Math.sqrt(squares / (4 * n) + 1e-5);
                    predicted[i] = (data[i] - mean[c]) / Math.sqrt(variance[c] + 1e-5);
                }
            }
            assertArrayEquals(trained,
                    session.call("train").input("x", batch).run().tensor("y").toDoubles(), 5e-6);
            assertArrayEquals(mean, session.parameters().get("norm.running_mean").toDoubles(), 5e-6);
            assertArrayEquals(variance, session.parameters().get("norm.running_var").toDoubles(), 5e-6);
            assertArrayEquals(predicted,
                    session.call("predict").input("x", batch).run().tensor("y").toDoubles(), 5e-6);
        }
    }

    /** With a momentum of 1/2, averages after both applications; and the variance of one element is 0. */
    @Test
    void batchNormAppliedTwiceAveragesTwice() {
        GraphBuilder g = Graph.builder("norm");
        Expr x = g.input("x", FLOAT64, Shape.of(N, 1));
        Expr one = g.full(FLOAT64, Shape.of(1), 1);
        Expr mean = g.state("mean", FLOAT64, Shape.of(1), Initializers.constant(8));
        Expr variance = g.state("variance", FLOAT64, Shape.of(1), Initializers.constant(16));
        BatchNorm norm = BatchNorm.of(one, one.minus(1), mean, variance, 0.5, 1e-5);
        Training training = new Training();
        Expr y = norm.invoke(x, training).plus(norm.invoke(x.times(10), training));
        g.function("train").returns("y", y).updates(training.updates());
        Session session = Compiler.compile(g.build()).newSession(1);
        session.call("train").input("x", Tensor.of(new double[]{1, 3}, 2, 1)).run();
        assertEquals(12.5, session.parameters().get("mean").item(), 1e-12);
        assertEquals(104.5, session.parameters().get("variance").item(), 1e-12);
        session.call("train").input("x", Tensor.of(new double[]{4}, 1, 1)).run();
        assertEquals(24.125, session.parameters().get("mean").item(), 1e-12);
        assertEquals(26.125, session.parameters().get("variance").item(), 1e-12);
    }

    // ---- dropout

    @ParameterizedTest
    @CsvSource({"0.5", "0.25", "0"})
    void dropoutKeepsTheMean(double probability) {
        GraphBuilder g = Graph.builder("dropout");
        Expr x = g.input("x", FLOAT32, Shape.of(N, 100));
        Dropout dropout = Dropout.of(probability);
        assertSame(x, dropout.invoke(x));
        Training training = new Training();
        Expr y = dropout.invoke(x, training);
        g.function("train").returns("first", y).returns("second", dropout.invoke(x, training))
                .returns("gradient", y.sum().gradient(x));
        Session session = Compiler.compile(g.build()).newSession(1);
        float[] ones = new float[10_000];
        Arrays.fill(ones, 1);
        Tensor at = Tensor.of(ones, 100, 100);
        Results results = session.call("train").input("x", at).run();
        float[] first = results.tensor("first").toFloats();
        float kept = (float) (1 / (1 - probability));
        int dropped = 0;
        for (float value : first) {
            assertTrue(value == 0 || value == kept, "" + value);
            dropped += value == 0 ? 1 : 0;
        }
        // Five standard deviations.
        assertEquals(probability, dropped / 1e4, 0.05 * Math.sqrt(probability * (1 - probability)));
        assertArrayEquals(first, results.tensor("gradient").toFloats());
        float[] next = session.call("train").input("x", at).run().tensor("first").toFloats();
        assertEquals(probability == 0, Arrays.equals(first, next));
        assertEquals(probability == 0, Arrays.equals(first, results.tensor("second").toFloats()));
    }

    // ---- others

    @Test
    void embeddingTakesRows() {
        GraphBuilder g = Graph.builder("embedding");
        Expr words = g.input("words", INT64, Shape.of(N, 2));
        Embedding embedding = Embedding.of(g, "words", 3, 2);
        Expr y = embedding.invoke(words);
        g.function("f").returns("y", y).updates(Sgd.of(1).minimize(y.sum()));
        Session session = Compiler.compile(g.build()).newSession(1);
        session.parameters().set("words.weight", Tensor.of(new float[]{1, 2, 3, 4, 5, 6}, 3, 2));
        Results results = session.call("f").input("words", Tensor.of(new long[]{2, 0, 2, 2}, 2, 2)).run();
        assertArrayEquals(new int[]{2, 2, 2}, results.tensor("y").shape());
        assertArrayEquals(new float[]{5, 6, 1, 2, 5, 6, 5, 6}, results.tensor("y").toFloats());
        assertArrayEquals(new float[]{0, 1, 3, 4, 2, 3},
                session.parameters().get("words.weight").toFloats());
    }

    /** In evaluation x is left alone, in training it is doubled. */
    private static final Block DOUBLING = new Block() {
        @Override
        public Expr invoke(Expr x) {
            return x;
        }

        @Override
        public Expr invoke(Expr x, Training training) {
            return x.times(2);
        }
    };

    record Composed(String name, Block block, double[] evaluated, double[] trained) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Of [[1, 2], [3, 4]]. */
    static Stream<Composed> composed() {
        Block plusOne = x -> x.plus(1);
        return Stream.of(
                new Composed("nothing", Sequential.of(), new double[]{1, 2, 3, 4}, new double[]{1, 2, 3, 4}),
                new Composed("one after the other", Sequential.of(DOUBLING, plusOne, DOUBLING),
                        new double[]{2, 3, 4, 5}, new double[]{6, 10, 14, 18}),
                new Composed("repeated", Sequential.of("path", 3, path -> DOUBLING),
                        new double[]{1, 2, 3, 4}, new double[]{8, 16, 24, 32}),
                new Composed("around", Residual.of(Sequential.of(plusOne, DOUBLING)),
                        new double[]{3, 5, 7, 9}, new double[]{5, 8, 11, 14}),
                new Composed("side by side", Parallel.of(-1, plusOne, DOUBLING),
                        new double[]{2, 3, 1, 2, 4, 5, 3, 4}, new double[]{2, 3, 2, 4, 4, 5, 6, 8}),
                new Composed("below each other", Parallel.of(0, DOUBLING, Expr::unaryMinus),
                        new double[]{1, 2, 3, 4, -1, -2, -3, -4}, new double[]{2, 4, 6, 8, -1, -2, -3, -4}));
    }

    @ParameterizedTest
    @MethodSource("composed")
    void blocksAreComposed(Composed c) {
        GraphBuilder g = Graph.builder("composed");
        Expr x = g.input("x", FLOAT64, Shape.of(2, 2));
        g.function("f").returns("evaluated", c.block.invoke(x)).returns("trained",
                c.block.invoke(x, new Training()));
        Results results = Compiler.compile(g.build()).newSession(1).call("f")
                .input("x", Tensor.of(new double[]{1, 2, 3, 4}, 2, 2)).run();
        assertArrayEquals(c.evaluated, results.tensor("evaluated").toDoubles());
        assertArrayEquals(c.trained, results.tensor("trained").toDoubles());
    }

    @Test
    void flattenKeepsTheBatch() {
        GraphBuilder g = Graph.builder("flatten");
        Expr images = g.input("x", FLOAT32, Shape.of(List.of(N, Dim.of(4), Dim.of(5), Dim.of(3))));
        assertEquals("[n,60]", Flatten.of().invoke(images).shape().toString());
        assertEquals("[n,1]", Flatten.of().invoke(g.input("y", FLOAT32, Shape.of(N))).shape().toString());
    }

    @Test
    void pathsSayWhereAParameterIs() {
        GraphBuilder g = Graph.builder("paths");
        Expr x = g.input("x", FLOAT32, Shape.of(N, 4));
        Linear shared = Linear.of(g, "shared", 4, 4);
        Block net = Sequential.of(shared,
                Sequential.of("encoder", 2, path -> Residual.of(Sequential.of(
                        LayerNorm.of(g, path + ".norm", 4), Linear.of(g, path + ".linear", 4, 4)))),
                shared);
        Expr loss = net.invoke(x).sum();
        assertEquals(List.of("shared.weight", "shared.bias", "encoder.0.norm.weight", "encoder.0.norm.bias",
                "encoder.0.linear.weight", "encoder.0.linear.bias", "encoder.1.norm.weight",
                "encoder.1.norm.bias", "encoder.1.linear.weight", "encoder.1.linear.bias"),
                paths(g.trainable(loss)));
        assertEquals(List.of("encoder.1.linear.weight", "encoder.1.linear.bias"),
                paths(g.trainable(loss, "encoder.1.linear")));
    }

    private static List<String> paths(List<Expr> parameters) {
        return parameters.stream().map(p -> String.valueOf(p.node().name())).toList();
    }

    /** w·(w·x) has the derivative 2·w·x: what both uses contribute is added up. */
    @Test
    void aLayerUsedTwiceIsTrainedOnce() {
        GraphBuilder g = Graph.builder("shared");
        Expr x = g.input("x", FLOAT64, Shape.of(1, 1));
        Expr w = g.parameter("w", FLOAT64, Shape.of(1, 1), Initializers.constant(3));
        Linear layer = Linear.of(w, g.constant(FLOAT64, 0.0));
        Expr loss = layer.invoke(layer.invoke(x)).sum();
        g.function("train").updates(Sgd.of(1).minimize(loss));
        Session session = Compiler.compile(g.build()).newSession(1);
        session.call("train").input("x", Tensor.of(new double[]{5}, 1, 1)).run();
        assertEquals(3 - 2 * 3 * 5.0, session.parameters().get("w").item());
    }

    record Smooth(String name, FiniteDifferences.Model model) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Smooth> smooth() {
        return Stream.of(
                new Smooth("layer norm", (g, in) -> LayerNorm
                        .of(of(in, "w"), of(in, "b"), 1e-2).invoke(of(in, "x"))),
                new Smooth("batch norm in training", (g, in) -> {
                    Expr state = g.full(FLOAT64, Shape.of(3), 1);
                    return BatchNorm.of(of(in, "w"), of(in, "b"), state, state, 0.1, 1e-2).invoke(of(in, "x"),
                            new Training());
                }),
                new Smooth("batch norm in evaluation", (g, in) -> BatchNorm.of(of(in, "w"), of(in, "b"),
                        of(in, "b"), of(in, "w").square(), 0.1, 1e-2).invoke(of(in, "x"))),
                new Smooth("linear",
                        (g, in) -> Linear.of(of(in, "x").transpose(), of(in, "b").sum())
                                .invoke(of(in, "x").times(of(in, "w")))));
    }

    private static Expr of(Map<String, Expr> in, String name) {
        return Objects.requireNonNull(in.get(name));
    }

    @ParameterizedTest
    @MethodSource("smooth")
    void hasTwoDerivatives(Smooth c) {
        FiniteDifferences.check(Differentiate::differentiate,
                Map.of("x", Tensor.of(new double[]{0.3, -1.2, 2, 0.7, 0.1, -0.4, 1, 0.9, -0.2}, 3, 3), "w",
                        Tensor.of(new double[]{1.5, -0.5, 2}, 3), "b",
                        Tensor.of(new double[]{0.1, 0.2, -0.4}, 3)),
                c.model);
    }

    // ---- initial values

    record Start(String name, Initializer initializer, Shape shape, double deviation, double bound) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Uniform in ±b has the standard deviation b/√3. */
    static Stream<Start> starts() {
        Shape matrix = Shape.of(200, 50);
        Shape kernel = Shape.of(5, 5, 20, 40);
        double inf = Double.POSITIVE_INFINITY;
        return Stream.of(new Start("constant", Initializers.constant(3), matrix, 0, 3),
                new Start("normal", Initializers.normal(0.5), matrix, 0.5, inf),
                new Start("uniform", Initializers.uniform(-2, 2), matrix, 2 / Math.sqrt(3), 2),
                new Start("Xavier, uniform", Initializers.xavierUniform(), matrix, Math.sqrt(2 / 250.0),
                        Math.sqrt(6 / 250.0)),
                new Start("Xavier, normal", Initializers.xavierNormal(), kernel, Math.sqrt(2 / 1500.0), inf),
                new Start("Kaiming, uniform", Initializers.kaimingUniform(), kernel, Math.sqrt(2 / 500.0),
                        Math.sqrt(6 / 500.0)),
                new Start("Kaiming, normal", Initializers.kaimingNormal(), matrix, Math.sqrt(2 / 200.0),
                        inf));
    }

    @ParameterizedTest
    @MethodSource("starts")
    void startsWithTheVariance(Start c) {
        GraphBuilder g = Graph.builder("start");
        Expr w = g.parameter("w", FLOAT32, c.shape, c.initializer);
        g.function("f").returns("w", w);
        double[] values = Compiler.compile(g.build()).newSession(1).parameters().get("w").toDoubles();
        double mean = Arrays.stream(values).sum() / values.length;
        double variance =
                Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / values.length;
        assertEquals(c.deviation, Math.sqrt(variance), 0.03 * c.deviation);
        assertEquals(c.deviation == 0 ? 3 : 0, mean, 0.05 * c.deviation);
        double greatest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
        assertTrue(greatest <= c.bound * (1 + 1e-6), () -> "" + greatest);
        if (c.deviation > 0 && c.bound < Double.POSITIVE_INFINITY) {
            assertTrue(greatest > 0.99 * c.bound, () -> "" + greatest);
        }
    }
}
