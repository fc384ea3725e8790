package dev.covector.compiler;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;
import static dev.covector.runtime.DType.INT64;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.covector.compiler.reference.FiniteDifferences;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Metrics;
import dev.covector.runtime.CallException;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Results;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses and metrics, compiled, against plain Java, where logits are as large as ±10⁴. */
final class LossesTest {
    private static final double[] LOGITS = {-1e4, -100, -20, -3, -1, -0.5, 0, 1e-3, 1, 2.5, 20, 100, 1e4};

    /**
     * @param targets     each with each logit
     * @param value       of a logit and a target
     * @param derivative  of the value by the logit
     */
    record Elementwise(String name, BinaryOperator<Expr> loss, double[] targets, DoubleBinaryOperator value,
            DoubleBinaryOperator derivative) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final double[] NUMBERS = {-2.5, 0, 1};
    private static final double[] SIGNS = {-1, 1};

    static Stream<Elementwise> elementwise() {
        return Stream.of(
                new Elementwise("squared", Losses::squared, NUMBERS, (x, t) -> (x - t) * (x - t) / 2,
                        (x, t) -> x - t),
                new Elementwise("absolute", Losses::absolute, NUMBERS, (x, t) -> Math.abs(x - t),
                        (x, t) -> Math.signum(x - t)),
                new Elementwise("huber", (x, t) -> Losses.huber(x, t, 1.5), NUMBERS,
                        (x, t) -> Math.abs(x - t) <= 1.5 ? (x - t) * (x - t) / 2
                                : 1.5 * (Math.abs(x - t) - 0.75),
                        (x, t) -> Math.max(-1.5, Math.min(1.5, x - t))),
                new Elementwise("binary cross-entropy", Losses::binaryCrossEntropy, new double[]{0, 0.25, 1},
                        (x, t) -> t * softplus(-x) + (1 - t) * softplus(x),
                        (x, t) -> (1 - t) * sigmoid(x) - t * sigmoid(-x)),
                new Elementwise("hinge", Losses::hinge, SIGNS, (x, t) -> Math.max(0, 1 - t * x),
                        (x, t) -> t * x < 1 ? -t : 0),
                new Elementwise("logistic", Losses::logistic, SIGNS, (x, t) -> softplus(-t * x),
                        (x, t) -> -t * sigmoid(-t * x)));
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    private static double sigmoid(double x) {
        return x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x));
    }

    @ParameterizedTest
    @MethodSource("elementwise")
    void isTheFormulaAndSoIsItsDerivative(Elementwise c) {
        int count = LOGITS.length * c.targets.length;
        double[] x = new double[count];
        double[] t = new double[count];
        double[] value = new double[count];
        double[] derivative = new double[count];
        for (int i = 0; i < count; i++) {
            x[i] = LOGITS[i / c.targets.length];
            t[i] = c.targets[i % c.targets.length];
            value[i] = c.value.applyAsDouble((float) x[i], t[i]);
            derivative[i] = c.derivative.applyAsDouble((float) x[i], t[i]);
        }
        for (DType dtype : new DType[]{FLOAT32, FLOAT64}) {
            GraphBuilder g = Graph.builder("losses");
            Expr logits = g.input("x", dtype, Shape.of(Dim.of("n")));
            Expr loss = c.loss.apply(logits, g.input("t", dtype, Shape.of(Dim.of("n"))));
            Results results = run(g, loss, logits, tensor(dtype, floats(x)), tensor(dtype, t));
            double bound = dtype == FLOAT32 ? 2e-6 : 1e-14;
            assertClose(value, results.tensor("loss"), bound, 1e-30);
            assertClose(derivative, results.tensor("gradient"), bound, 1e-30);
        }
    }

    /** Its value is infinite where a double's is. */
    @Test
    void theExponentialLossIsAnExponential() {
        GraphBuilder g = Graph.builder("losses");
        Expr score = g.input("x", FLOAT64, Shape.of(4));
        Expr loss = Losses.exponential(score, g.input("t", FLOAT64, Shape.of(4)));
        Results results = run(g, loss, score, Tensor.of(new double[]{2, 0.5, -1e4, 1e4}, 4),
                Tensor.of(new double[]{-1, 1, -1, -1}, 4));
        double inf = Double.POSITIVE_INFINITY;
        assertClose(new double[]{Math.exp(2), Math.exp(-0.5), 0, inf}, results.tensor("loss"), 1e-15, 1);
        assertClose(new double[]{Math.exp(2), -Math.exp(-0.5), 0, inf}, results.tensor("gradient"), 1e-15, 1);
    }

    // ---- rows of classes

    private static final double[][] ROWS = {{1e4, -1e4, 0}, {0.5, -1, 2}, {-1e4, -1e4, -9999}, {3, 3, 3}};
    private static final int[] CLASSES = {1, 2, 0, 1};
    private static final double[][] PROBABILITIES =
            {{0.25, 0.75, 0}, {0, 1, 0}, {0.2, 0.3, 0.5}, {1 / 3.0, 1 / 3.0, 1 / 3.0}};

    private static double[] logSoftmax(double[] row) {
        double max = Arrays.stream(row).max().getAsDouble();
        double log = Math.log(Arrays.stream(row).map(x -> Math.exp(x - max)).sum());
        return Arrays.stream(row).map(x -> x - max - log).toArray();
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "FLOAT64"})
    void crossEntropyTakesIndicesAndProbabilities(DType dtype) {
        for (double smoothing : new double[]{0, 0.1, 1}) {
            for (boolean indices : new boolean[]{true, false}) {
                double[] value = new double[4];
                double[] derivative = new double[12];
                for (int i = 0; i < 4; i++) {
                    double[] logs = logSoftmax(ROWS[i]);
                    for (int k = 0; k < 3; k++) {
                        double p = indices ? CLASSES[i] == k ? 1 : 0 : PROBABILITIES[i][k];
                        p = (1 - smoothing) * p + smoothing / 3;
                        value[i] -= p * logs[k];
                        derivative[3 * i + k] = Math.exp(logs[k]) - p;
                    }
                }
                GraphBuilder g = Graph.builder("losses");
                Expr logits = g.input("x", dtype, Shape.of(2, 2, 3));
                Expr labels = indices ? g.input("t", INT64, Shape.of(2, 2))
                        : g.input("t", dtype, Shape.of(2, 2, 3));
                Expr loss = smoothing == 0 ? Losses.softmaxCrossEntropy(logits, labels)
                        : Losses.softmaxCrossEntropy(logits, labels, smoothing);
                assertEquals(Shape.of(2, 2), loss.shape());
                long[] classes = Arrays.stream(CLASSES).asLongStream().toArray();
                Results results = run(g, loss, logits, tensor(dtype, flat(ROWS)).reshape(2, 2, 3),
                        indices ? Tensor.of(classes, 2, 2)
                                : tensor(dtype, flat(PROBABILITIES)).reshape(2, 2, 3));
                double bound = dtype == FLOAT32 ? 5e-7 : 1e-14;
                assertClose(value, results.tensor("loss"), bound, 1);
                assertClose(derivative, results.tensor("gradient"), bound, 1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "FLOAT64"})
    void divergesByTheSumOfItsClasses(DType dtype) {
        double[] value = new double[4];
        double[] derivative = new double[12];
        for (int i = 0; i < 4; i++) {
            double[] logs = logSoftmax(ROWS[i]);
            for (int k = 0; k < 3; k++) {
                double p = PROBABILITIES[i][k];
                value[i] += p == 0 ? 0 : p * (Math.log(p) - logs[k]);
                derivative[3 * i + k] = Math.exp(logs[k]) - p;
            }
        }
        GraphBuilder g = Graph.builder("losses");
        Expr logits = g.input("x", dtype, Shape.of(4, 3));
        Expr loss = Losses.klDivergence(logits.logSoftmax(-1), g.input("t", dtype, Shape.of(4, 3)));
        Results results = run(g, loss, logits, tensor(dtype, flat(ROWS)).reshape(4, 3),
                tensor(dtype, flat(PROBABILITIES)).reshape(4, 3));
        double bound = dtype == FLOAT32 ? 5e-7 : 1e-14;
        assertClose(value, results.tensor("loss"), bound, 1);
        assertClose(derivative, results.tensor("gradient"), bound, 1);
    }

    @Test
    void aLabelThatIsNoClassHasTheLossZero() {
        GraphBuilder g = Graph.builder("losses");
        Expr logits = g.input("x", FLOAT32, Shape.of(3, 2));
        Expr loss = Losses.softmaxCrossEntropy(logits, g.input("t", INT32, Shape.of(3)));
        Results results =
                run(g, loss, logits, Tensor.zeros(FLOAT32, 3, 2), Tensor.of(new int[]{1, 2, -1}, 3));
        assertClose(new double[]{Math.log(2), 0, 0}, results.tensor("loss"), 5e-7, 1);
        assertClose(new double[]{0.5, -0.5, 0, 0, 0, 0}, results.tensor("gradient"), 5e-7, 1);
    }

    /** As where a mask takes away classes that are not allowed. */
    @Test
    void aLogitMayBeMinusInfinity() {
        GraphBuilder g = Graph.builder("losses");
        Expr logits = g.input("x", FLOAT32, Shape.of(2, 3));
        Expr loss = Losses.softmaxCrossEntropy(logits, g.input("t", INT32, Shape.of(2)));
        float inf = Float.NEGATIVE_INFINITY;
        Results results = run(g, loss, logits, Tensor.of(new float[]{1, inf, 2, 0, 0, inf}, 2, 3),
                Tensor.of(new int[]{2, 0}, 2));
        double p = 1 / (1 + Math.exp(1));
        assertClose(new double[]{Math.log1p(Math.exp(-1)), Math.log(2)}, results.tensor("loss"), 5e-7, 1);
        assertClose(new double[]{p, 0, -p, -0.5, 0.5, 0}, results.tensor("gradient"), 5e-7, 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "FLOAT64"})
    void aClassThatIsNotThereDoesNotDiverge(DType dtype) {
        GraphBuilder g = Graph.builder("losses");
        Expr logs = g.input("x", dtype, Shape.of(3));
        Expr loss = Losses.klDivergence(logs, g.input("t", dtype, Shape.of(3)));
        Results results = run(g, loss, logs,
                tensor(dtype, new double[]{Math.log(0.5), Math.log(0.5), Double.NEGATIVE_INFINITY})
                        .reshape(3),
                tensor(dtype, new double[]{0.25, 0.75, 0}).reshape(3));
        double bound = dtype == FLOAT32 ? 5e-7 : 1e-14;
        assertClose(new double[]{0.25 * Math.log(0.5) + 0.75 * Math.log(1.5)}, results.tensor("loss"), bound,
                1);
        assertClose(new double[]{-0.25, -0.75, 0}, results.tensor("gradient"), bound, 1);
    }

    /** A loss by logits and targets, where it is smooth. */
    record Smooth(String name, BinaryOperator<Expr> loss) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Smooth> smooth() {
        return Stream.of(new Smooth("absolute", Losses::absolute),
                new Smooth("huber", (x, t) -> Losses.huber(x, t, 1)),
                new Smooth("binary cross-entropy", Losses::binaryCrossEntropy),
                new Smooth("logistic", Losses::logistic), new Smooth("exponential", Losses::exponential),
                new Smooth("cross-entropy", Losses::softmaxCrossEntropy),
                new Smooth("smoothed cross-entropy", (x, t) -> Losses.softmaxCrossEntropy(x, t, 0.2)),
                new Smooth("divergence", (x, t) -> Losses.klDivergence(x.logSoftmax(-1), t)));
    }

    /** By its logits and by its targets. */
    @ParameterizedTest
    @MethodSource("smooth")
    void hasTwoDerivatives(Smooth c) {
        Map<String, Tensor> at = Map.of(
                "x", Tensor.of(new double[]{0.3, -1.2, 2, 0.7, 0.1, -0.4}, 2, 3),
                "t", Tensor.of(new double[]{0.2, 0.5, 0.3, 0.6, 0.3, 0.1}, 2, 3));
        FiniteDifferences.check(Differentiate::differentiate, at, (g, in) -> c.loss
                .apply(Objects.requireNonNull(in.get("x")), Objects.requireNonNull(in.get("t"))));
    }

    // ---- metrics

    @Test
    void metricsCountWhatIsRight() {
        Dim n = Dim.of("n");
        GraphBuilder g = Graph.builder("metrics");
        Expr logits = g.input("x", FLOAT32, Shape.of(n, 3));
        Expr labels = g.input("t", INT64, Shape.of(n));
        g.function("f").returns("wrong", Metrics.zeroOne(logits, labels))
                .returns("accuracy", Metrics.accuracy(logits, labels))
                .returns("confusion", Metrics.confusionMatrix(logits, labels));
        var call = Compiler.compile(g.build()).newSession(1).call("f");
        // Predicted: 0, 2, 2, 0 (a tie goes to the first), 1.
        call.input("x", Tensor.of(new float[]{9, -1, 0, 0.5f, -1, 2, -8, -8, -7, 3, 3, 3, 0, 1, 0}, 5, 3));
        Results results = call.input("t", Tensor.of(new long[]{0, 2, 1, 1, 1}, 5)).run();
        assertArrayEquals(new float[]{0, 0, 1, 1, 0}, results.tensor("wrong").toFloats());
        assertEquals(0.6f, results.scalar("accuracy"));
        assertArrayEquals(new int[]{1, 0, 0, 1, 1, 1, 0, 0, 1}, results.tensor("confusion").toInts());
        assertArrayEquals(new int[]{3, 3}, results.tensor("confusion").shape());
        assertThrows(CallException.class,
                () -> call.input("t", Tensor.of(new long[]{0, 2, 3, 1, 1}, 5)).run());
        assertThrows(CallException.class,
                () -> call.input("t", Tensor.of(new long[]{0, 2, -1, 1, 1}, 5)).run());
    }

    // ---- running

    private static Results run(GraphBuilder g, Expr loss, Expr logits, Tensor x, Tensor t) {
        g.function("f").returns("loss", loss).returns("gradient", loss.sum().gradient(logits));
        return Compiler.compile(g.build()).newSession(1).call("f").input("x", x).input("t", t).run();
    }

    private static Tensor tensor(DType dtype, double[] values) {
        return dtype == FLOAT64 ? Tensor.of(values, values.length)
                : Tensor.of(toFloats(values), values.length);
    }

    private static float[] toFloats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** Numbers that float32 has, for both dtypes. */
    private static double[] floats(double[] values) {
        return Arrays.stream(values).map(v -> (float) v).toArray();
    }

    private static double[] flat(double[][] rows) {
        return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
    }

    /** As many digits of small numbers as of large ones, down to {@code small}. */
    private static void assertClose(double[] expected, Tensor actual, double bound, double small) {
        double[] got = actual.toDoubles();
        assertEquals(expected.length, got.length);
        for (int i = 0; i < got.length; i++) {
            if (expected[i] != got[i]) {
                assertEquals(expected[i], got[i], bound * Math.max(small, Math.abs(expected[i])),
                        "element " + i + " of " + Arrays.toString(got));
            }
        }
    }
}
