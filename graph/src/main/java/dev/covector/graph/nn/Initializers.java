package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Initializer;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/**
 * The usual ways to start a parameter.
 *
 * <p>Xavier's and Kaiming's keep the variance of what passes through a weight, by the numbers of values that one output
 * is computed from, its <em>fan in</em>, and that one input goes to, its <em>fan out</em>. A weight has its inputs in the
 * second last axis, its outputs in the last one, and a kernel's window in those before.
 */
public final class Initializers {
    private Initializers() {}

    /** All zeros. */
    public static Initializer zeros() {
        return constant(0);
    }

    /** All {@code value}. */
    public static Initializer constant(double value) {
        return (g, dtype, shape) -> g.full(dtype, shape, value);
    }

    /** Normal with mean 0. */
    public static Initializer normal(double standardDeviation) {
        return (g, dtype, shape) -> normal(g, dtype, shape, standardDeviation);
    }

    /** Uniform in [{@code from}, {@code to}). */
    public static Initializer uniform(double from, double to) {
        return (g, dtype, shape) -> uniform(g, dtype, shape, from, to);
    }

    /**
     * Uniform in ±√(6 / (fan in + fan out)), for tanh and the like. Glorot and Bengio,
     * <a href="https://proceedings.mlr.press/v9/glorot10a.html">Understanding the difficulty of training deep
     * feedforward neural networks</a>.
     */
    public static Initializer xavierUniform() {
        return uniformOfVariance((in, out) -> 2 / (in + out));
    }

    /** Normal with mean 0 and the variance 2 / (fan in + fan out), as {@link #xavierUniform}'s. */
    public static Initializer xavierNormal() {
        return normalOfVariance((in, out) -> 2 / (in + out));
    }

    /**
     * Uniform in ±√(6 / fan in), for what relu makes smaller. He et al.,
     * <a href="https://arxiv.org/abs/1502.01852">Delving deep into rectifiers</a>.
     */
    public static Initializer kaimingUniform() {
        return uniformOfVariance((in, out) -> 2 / in);
    }

    /** Normal with mean 0 and the variance 2 / fan in, as {@link #kaimingUniform}'s. */
    public static Initializer kaimingNormal() {
        return normalOfVariance((in, out) -> 2 / in);
    }

    private static Initializer uniformOfVariance(DoubleBinaryOperator variance) {
        return (g, dtype, shape) -> {
            double bound = Math.sqrt(3 * ofFans(g, shape, variance));
            return uniform(g, dtype, shape, -bound, bound);
        };
    }

    private static Initializer normalOfVariance(DoubleBinaryOperator variance) {
        return (g, dtype, shape) -> normal(g, dtype, shape, Math.sqrt(ofFans(g, shape, variance)));
    }

    private static Expr normal(GraphBuilder g, DType dtype, Shape shape, double standardDeviation) {
        return g.randomNormal(dtype, shape).times(standardDeviation);
    }

    private static Expr uniform(GraphBuilder g, DType dtype, Shape shape, double from, double to) {
        return g.randomUniform(dtype, shape).times(to - from).plus(from);
    }

    private static double ofFans(GraphBuilder g, Shape shape, DoubleBinaryOperator variance) {
        List<Dim> dims = shape.dims();
        int rank = dims.size();
        if (rank < 2) {
            throw g.error("a parameter of the shape " + shape + " has no inputs and outputs", List.of(),
                    "biases start with zeros() or uniform(…)");
        }
        double window = Shape.of(dims.subList(0, rank - 2)).size().value();
        return variance.applyAsDouble(window * dims.get(rank - 2).value(),
                window * dims.get(rank - 1).value());
    }
}
