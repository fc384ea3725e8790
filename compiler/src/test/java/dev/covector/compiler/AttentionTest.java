package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.covector.compiler.reference.FiniteDifferences;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.AdditiveAttention;
import dev.covector.graph.nn.Attention;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.MultiHeadAttention;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Results;
import dev.covector.runtime.Session;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention, compiled, against loops in plain Java: 3 queries, 4 keys, 2 features, values 5 wide. */
final class AttentionTest {
    private static final int QUERIES = 3;
    private static final int KEYS = 4;
    private static final int FEATURES = 2;
    private static final int WIDTH = 5;
    private static final double[] QUERY = numbers(1, QUERIES * FEATURES);
    private static final double[] KEY = numbers(2, KEYS * FEATURES);
    private static final double[] VALUE = numbers(3, KEYS * WIDTH);
    /** The last query may attend to no key. */
    private static final boolean[] MASK =
            {true, false, true, true, false, true, false, false, false, false, false, false};

    private static double[] numbers(long seed, int count) {
        return new SplittableRandom(seed).doubles(count, -2, 2).toArray();
    }

    /** The score of a query and a key, which begin at these places. */
    @FunctionalInterface
    interface Score {
        double of(int query, int key);
    }

    private static double[] pooled(Score score, boolean[] mask) {
        double[] result = new double[QUERIES * WIDTH];
        for (int q = 0; q < QUERIES; q++) {
            double sum = 0;
            double[] weights = new double[KEYS];
            for (int k = 0; k < KEYS; k++) {
                weights[k] = mask[q * KEYS + k] ? Math.exp(score.of(q * FEATURES, k * FEATURES)) : 0;
                sum += weights[k];
            }
            for (int k = 0; k < KEYS && sum > 0; k++) {
                for (int i = 0; i < WIDTH; i++) {
                    result[q * WIDTH + i] += weights[k] / sum * VALUE[k * WIDTH + i];
                }
            }
        }
        return result;
    }

    /** Attention of queries to keys and values. */
    @FunctionalInterface
    interface Model {
        Expr of(GraphBuilder g, Expr query, Expr key, Expr value);
    }

    record Case(String name, Model model, Score score, boolean masked) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static double sum(int query, int key, DoubleBinaryOperator of) {
        double sum = 0;
        for (int i = 0; i < FEATURES; i++) {
            sum += of.applyAsDouble(QUERY[query + i], KEY[key + i]);
        }
        return sum;
    }

    private static Expr mask(GraphBuilder g) {
        return g.constant(Tensor.of(MASK, QUERIES, KEYS));
    }

    private static final double[] QUERY_WEIGHT = {1, -0.5, 2};
    private static final double[] KEY_WEIGHT = {0.5, 1, -1};
    private static final double[] SCORE_WEIGHT = {1, -2, 0.25};

    private static AdditiveAttention additive(GraphBuilder g) {
        // Of both features the same.
        return AdditiveAttention.of(both(g, QUERY_WEIGHT), both(g, KEY_WEIGHT),
                g.constant(Tensor.of(SCORE_WEIGHT, 3)));
    }

    private static Expr both(GraphBuilder g, double[] weight) {
        return g.constant(Tensor.of(weight, 1, 3)).broadcastTo(Shape.of(FEATURES, 3));
    }

    static Stream<Case> cases() {
        Score product = (q, k) -> sum(q, k, (a, b) -> a * b) / Math.sqrt(FEATURES);
        Score distance = (q, k) -> -sum(q, k, (a, b) -> (a - b) * (a - b)) / (2 * 0.7 * 0.7);
        Score additive = (q, k) -> {
            double score = 0;
            for (int h = 0; h < 3; h++) {
                double qw = QUERY_WEIGHT[h];
                double kw = KEY_WEIGHT[h];
                score += SCORE_WEIGHT[h] * Math.tanh(sum(q, k, (a, b) -> a * qw + b * kw));
            }
            return score;
        };
        return Stream.of(
                new Case("scaled dot product", (g, q, k, v) -> Attention.scaledDotProduct(q, k, v), product,
                        false),
                new Case("scaled dot product, masked",
                        (g, q, k, v) -> Attention.scaledDotProduct(q, k, v, mask(g)), product, true),
                new Case("Nadaraya–Watson",
                        (g, q, k, v) -> Attention.nadarayaWatson(q, k, v, g.constant(FLOAT64, 0.7)), distance,
                        false),
                new Case("additive", (g, q, k, v) -> additive(g).invoke(q, k, v), additive, false),
                new Case("additive, masked", (g, q, k, v) -> additive(g).invoke(q, k, v, mask(g)), additive,
                        true));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void averagesValues(Case c) {
        GraphBuilder g = Graph.builder("attention");
        Dim n = Dim.of("n");
        Expr y = c.model.of(g, g.input("q", FLOAT64, Shape.of(n, QUERIES, FEATURES)),
                g.input("k", FLOAT64, Shape.of(n, KEYS, FEATURES)),
                g.input("v", FLOAT64, Shape.of(n, KEYS, WIDTH)));
        g.function("f").returns("y", y);
        Results results = Compiler.compile(g.build()).newSession(1).call("f")
                .input("q", Tensor.of(QUERY, 1, QUERIES, FEATURES))
                .input("k", Tensor.of(KEY, 1, KEYS, FEATURES))
                .input("v", Tensor.of(VALUE, 1, KEYS, WIDTH)).run();
        boolean[] all = new boolean[MASK.length];
        Arrays.fill(all, true);
        assertArrayEquals(pooled(c.score, c.masked ? MASK : all), results.tensor("y").toDoubles(), 1e-14);
    }

    @Test
    void weightsAreOfWhatMayBeAttendedTo() {
        GraphBuilder g = Graph.builder("weights");
        Expr scores = Attention.scaledDotProductScores(g.constant(Tensor.of(QUERY, QUERIES, FEATURES)),
                g.constant(Tensor.of(KEY, KEYS, FEATURES)));
        g.function("f").returns("masked", Attention.weights(scores, mask(g)))
                .returns("sums", Attention.weights(scores).sum(-1));
        Results results = Compiler.compile(g.build()).newSession(1).call("f").run();
        double[] masked = results.tensor("masked").toDoubles();
        for (int i = 0; i < MASK.length; i++) {
            assertEquals(MASK[i], masked[i] > 0, "weight " + i);
        }
        assertArrayEquals(new double[]{1, 1, 1}, results.tensor("sums").toDoubles(), 1e-15);
    }

    /** Also where a query may attend to nothing. */
    @ParameterizedTest
    @MethodSource("cases")
    void hasTwoDerivatives(Case c) {
        FiniteDifferences.check(Differentiate::differentiate,
                Map.of("q", Tensor.of(QUERY, QUERIES, FEATURES), "k", Tensor.of(KEY, KEYS, FEATURES), "v",
                        Tensor.of(VALUE, KEYS, WIDTH)),
                (g, in) -> c.model.of(g, Objects.requireNonNull(in.get("q")),
                        Objects.requireNonNull(in.get("k")), Objects.requireNonNull(in.get("v"))));
    }

    @Test
    void masksAreOfPlacesAndOfLengths() {
        GraphBuilder g = Graph.builder("masks");
        Dim length = Dim.of("length");
        Expr x = g.input("x", FLOAT32, Shape.of(length));
        Expr lengths = g.input("lengths", INT32, Shape.of(2));
        g.function("f").returns("causal", Attention.causalMask(g, length).cast(INT32))
                .returns("length", Attention.lengthMask(lengths, length).cast(INT32)).returns("x", x);
        Results results = Compiler.compile(g.build()).newSession(1).call("f")
                .input("x", Tensor.of(new float[3], 3)).input("lengths", Tensor.of(new int[]{2, 0}, 2)).run();
        assertArrayEquals(new int[]{1, 0, 0, 1, 1, 0, 1, 1, 1}, results.tensor("causal").toInts());
        assertArrayEquals(new int[]{1, 1, 0, 0, 0, 0}, results.tensor("length").toInts());
        assertArrayEquals(new int[]{2, 1, 3}, results.tensor("length").shape());
    }

    /** Two heads of two features each, written as two attentions to slices of one. */
    @Test
    void headsAttendEachForItself() {
        GraphBuilder g = Graph.builder("heads");
        Expr x = g.input("x", FLOAT32, Shape.of(Dim.of("n"), Dim.of("length"), Dim.of(4)));
        MultiHeadAttention attention = MultiHeadAttention.of(g, "self", 4, 2);
        Expr causal = Attention.causalMask(g, Dim.of("length"));
        g.function("f").returns("y", attention.invoke(x)).returns("causal",
                attention.invoke(x, x, x, causal));
        Session session = Compiler.compile(g.build()).newSession(3);
        assertEquals(List.of("self.query.weight", "self.query.bias", "self.key.weight", "self.key.bias",
                "self.value.weight", "self.value.bias", "self.output.weight", "self.output.bias"),
                session.parameters().names());

        double[] data = numbers(5, 2 * 3 * 4);
        float[] floats = new float[data.length];
        for (int i = 0; i < data.length; i++) {
            floats[i] = (float) data[i];
        }
        Results results = session.call("f").input("x", Tensor.of(floats, 2, 3, 4)).run();
        assertArrayEquals(heads(session, floats, false), results.tensor("y").toDoubles(), 2e-6);
        assertArrayEquals(heads(session, floats, true), results.tensor("causal").toDoubles(), 2e-6);
    }

    private static double[] heads(Session session, float[] x, boolean causal) {
        double[] all = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            all[i] = x[i];
        }
        List<double[]> made = new ArrayList<>();
        for (String part : List.of("query", "key", "value")) {
            made.add(linear(session, part, all));
        }
        double[] pooled = new double[x.length];
        for (int batch = 0; batch < 2; batch++) {
            for (int head = 0; head < 2; head++) {
                int base = batch * 12 + head * 2;
                for (int q = 0; q < 3; q++) {
                    double sum = 0;
                    for (int k = 0; k < (causal ? q + 1 : 3); k++) {
                        double score = 0;
                        for (int i = 0; i < 2; i++) {
                            score += made.get(0)[base + 4 * q + i] * made.get(1)[base + 4 * k + i];
                        }
                        double weight = Math.exp(score / Math.sqrt(2));
                        sum += weight;
                        for (int i = 0; i < 2; i++) {
                            pooled[base + 4 * q + i] += weight * made.get(2)[base + 4 * k + i];
                        }
                    }
                    for (int i = 0; i < 2; i++) {
                        pooled[base + 4 * q + i] /= sum;
                    }
                }
            }
        }
        return linear(session, "output", pooled);
    }

    private static double[] linear(Session session, String part, double[] x) {
        double[] weight = session.parameters().get("self." + part + ".weight").toDoubles();
        double[] bias = session.parameters().get("self." + part + ".bias").toDoubles();
        double[] y = new double[x.length];
        for (int row = 0; row < x.length; row += 4) {
            for (int out = 0; out < 4; out++) {
                y[row + out] = bias[out];
                for (int in = 0; in < 4; in++) {
                    y[row + out] += x[row + in] * weight[4 * in + out];
                }
            }
        }
        return y;
    }

    /** Other widths than the layers of {@link MultiHeadAttention#of(GraphBuilder, String, int, int)} have. */
    @Test
    void headsOfOtherWidthsKeepTheBatch() {
        GraphBuilder g = Graph.builder("widths");
        Dim n = Dim.of("n");
        MultiHeadAttention attention =
                MultiHeadAttention.of(3, Linear.of(g, "q", 4, 6), Linear.of(g, "k", 8, 6),
                        Linear.of(g, "v", 8, 9), Linear.of(g, "o", 9, 10));
        Expr memory = g.input("memory", FLOAT32, Shape.of(n, 5, 8));
        Expr y = attention.invoke(g.input("x", FLOAT32, Shape.of(n, 2, 4)), memory, memory);
        assertEquals("[n,2,10]", y.shape().toString());
    }
}
