package dev.covector.compiler.reference;

import static dev.covector.runtime.DType.BOOL;
import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;
import static dev.covector.runtime.DType.INT64;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * The values of a random graph in the making, what is known of them, and how to choose among them.
 *
 * <p>Of each value a bound is known, which is kept small, and how many binary places it needs where it is exact. Ops that jump -
 * comparisons, argmax, casts to integers - mostly take exact values, so that whoever computes them in another way finds
 * the same ties.
 */
@NullUnmarked // its maps hold what they are asked for
abstract class RandomPool {
    static final DType[] DTYPES = {FLOAT32, FLOAT32, FLOAT32, FLOAT64, INT32, INT64, BOOL};
    static final int[] EXTENTS = {1, 1, 2, 2, 3, 3, 4, 5, 8, 17};
    /** What a named dimension counts as in the limits on size; the greatest binding is about twice that. */
    static final int TYPICAL = 17;
    static final int MOST_ELEMENTS = 600;
    static final int MOST_ELEMENTS_IF_LARGE = 12_000;
    static final int MOST_PRODUCTS = 10_000;
    static final double GREATEST = 64;
    static final int INEXACT = 1000;

    /**
     * A value that the graph has, and what is known of it.
     *
     * @param bound  of the absolute value, for inputs without ±∞
     * @param places binary places after the point that the value needs, or {@link #INEXACT}
     */
    record Value(Expr expr, double bound, int places) {
        boolean exact() {
            return places + Math.log(bound + 1) / Math.log(2) <= 20;
        }

        boolean is(DType dtype) {
            return expr.dtype() == dtype;
        }

        boolean floating() {
            return expr.dtype().isFloating();
        }
    }

    final Random random;
    final boolean large;
    final GraphBuilder g;
    final List<Dim> dims = new ArrayList<>();
    final List<Value> values = new ArrayList<>();
    final List<Expr> parameters = new ArrayList<>();
    int givens;

    RandomPool(long seed, boolean large) {
        this.large = large;
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.g = Graph.builder("random" + Long.toUnsignedString(seed));
    }

    final Expr input(String name, Shape shape, DType dtype) {
        Value value = of(g.input(name, dtype, shape));
        add(value.expr(), value.bound(), value.places());
        return value.expr();
    }

    /** What is known of an input. */
    static Value of(Expr input) {
        DType dtype = input.dtype();
        return new Value(input, dtype.isFloating() ? 4 : dtype == BOOL ? 1 : 7, dtype.isFloating() ? 3 : 0);
    }

    final @Nullable Value parameter(Shape shape) {
        DType dtype = chance(0.7) ? FLOAT32 : FLOAT64;
        String path = "p" + parameters.size();
        Expr parameter = switch (random.nextInt(4)) {
            case 0 -> g.parameter(path, dtype, shape, Initializers.constant(0.5));
            case 1 -> g.parameter(path, dtype, shape, Initializers.uniform(-1, 1));
            case 2 -> g.state(path, dtype, shape, Initializers.normal(0.5));
            default -> g.parameter(path, dtype, shape, Initializers.normal(1));
        };
        parameters.add(parameter);
        return add(parameter, 3, INEXACT);
    }

    /** A new input, which others find too if it is not too large. */
    final Value given(String name, Shape shape, DType dtype) {
        Expr input = g.input(name + givens++, dtype, shape);
        Value value = of(input);
        add(input, value.bound(), value.places());
        return value;
    }

    // ---- choosing

    /** Keeps a value, scaled down where it may be great; null where it has too many elements. */
    final @Nullable Value add(Expr expr, double bound, int places) {
        if (elements(expr.shape()) > mostElements()) {
            return null;
        }
        Value value = new Value(expr, bound, Math.min(places, INEXACT));
        if (bound > GREATEST && expr.dtype().isFloating()) {
            value = switch (random.nextInt(3)) {
                case 0 -> new Value(expr.tanh(), 1, INEXACT);
                case 1 -> new Value(expr.maximum(-4).minimum(4), 4, value.places());
                default -> {
                    int shift = (int) Math.ceil(Math.log(bound / GREATEST) / Math.log(2));
                    yield new Value(expr.times(Math.scalb(1.0, -shift)), GREATEST, value.places() + shift);
                }
            };
        } else if (bound > 1e4 && expr.dtype().isInteger()) {
            value = new Value(expr.rem(1000), 1000, 0);
        }
        values.add(value);
        return value;
    }

    final int mostElements() {
        return large ? MOST_ELEMENTS_IF_LARGE : MOST_ELEMENTS;
    }

    final boolean jumping(Value value) {
        return value.exact() || chance(0.1);
    }

    /** Another value of the same dtype that broadcasts with this one, made if there is none. */
    final @Nullable Value partner(Value x) {
        if (!x.is(BOOL) && chance(0.2)) {
            int number = random.nextInt(9) - 4;
            return x.floating() ? new Value(g.constant(x.expr().dtype(), number / 4.0), 1, 2)
                    : new Value(g.constant(x.expr().dtype(), (long) number), 4, 0);
        }
        Value found =
                anyOrNull(v -> v.is(x.expr().dtype()) && v != x
                        && broadcasts(x.expr().shape(), v.expr().shape()));
        if (found != null || x.is(BOOL)) {
            return found;
        }
        Value other = any(v -> broadcasts(x.expr().shape(), v.expr().shape()));
        if (!x.floating() && !jumping(other)) {
            return null;
        }
        int places = x.floating() ? other.places() : 0;
        return new Value(other.expr().cast(x.expr().dtype()), Math.max(1, other.bound()), places);
    }

    final boolean broadcasts(Shape a, Shape b) {
        double elements = 1;
        for (int i = 1; i <= Math.max(a.rank(), b.rank()); i++) {
            Dim left = i <= a.rank() ? a.dim(-i) : Dim.of(1);
            Dim right = i <= b.rank() ? b.dim(-i) : Dim.of(1);
            if (!left.equals(right) && !left.isExactly(1) && !right.isExactly(1)) {
                return false;
            }
            elements *= extent(left.isExactly(1) ? right : left);
        }
        return elements <= mostElements();
    }

    static boolean broadcastsTo(Shape from, Shape to) {
        for (int i = 1; i <= from.rank(); i++) {
            if (!from.dim(-i).isExactly(1) && !from.dim(-i).equals(to.dim(-i))) {
                return false;
            }
        }
        return true;
    }

    /** One of the values, late ones more often. */
    final Value any(Predicate<Value> wanted) {
        Value found = anyOrNull(wanted);
        return found != null ? found : add(g.constant(FLOAT32, 1.5), 1.5, 1);
    }

    final @Nullable Value anyOrNull(Predicate<Value> wanted) {
        List<Value> found = values.stream().filter(wanted).toList();
        if (found.isEmpty()) {
            return null;
        }
        return found.get(Math.max(random.nextInt(found.size()), random.nextInt(found.size())));
    }

    final Dim any(List<Dim> of) {
        return of.get(random.nextInt(of.size()));
    }

    final DType any(DType[] of) {
        return of[random.nextInt(of.length)];
    }

    final boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    final Dim fixed() {
        return Dim.of(chance(0.02) ? 0 : EXTENTS[random.nextInt(EXTENTS.length)]);
    }

    final Dim dim() {
        return !dims.isEmpty() && chance(0.4) ? dims.get(random.nextInt(dims.size())) : fixed();
    }

    final Shape shape() {
        List<Dim> shape = new ArrayList<>();
        for (int rank = new int[]{0, 1, 1, 2, 2, 2, 3, 4}[random.nextInt(8)]; rank > 0; rank--) {
            shape.add(dim());
        }
        return elements(Shape.of(shape)) > MOST_ELEMENTS ? shape() : Shape.of(shape);
    }

    final Shape fixedShape() {
        Shape shape = shape();
        return Shape.of(shape.dims().stream().map(dim -> dim.isConstant() ? dim : fixed()).toList());
    }

    static double elements(Shape shape) {
        return shape.dims().stream().mapToDouble(RandomGraphs::extent).reduce(1, (a, b) -> a * b);
    }

    static double extent(Dim dim) {
        return Math.max(1, dim.evaluate(name -> TYPICAL));
    }
}
