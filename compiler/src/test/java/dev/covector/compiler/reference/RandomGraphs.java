package dev.covector.compiler.reference;

import static dev.covector.runtime.DType.BOOL;
import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;
import static dev.covector.runtime.DType.INT64;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Updates;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.nn.Initializers;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * Random graphs over all that the language can say, and data for them; a seed always gives the same.
 *
 * <p>Of each value the generator knows a bound, which it keeps small, and how many binary places it needs where it is
 * exact. Ops that jump - comparisons, argmax, casts to integers - mostly take exact values, so that whoever computes
 * them in another way finds the same ties.
 */
@NullUnmarked // its maps hold what they are asked for
public final class RandomGraphs {
    private static final DType[] DTYPES = {FLOAT32, FLOAT32, FLOAT32, FLOAT64, INT32, INT64, BOOL};
    private static final int[] EXTENTS = {1, 1, 2, 2, 3, 3, 4, 5, 8, 17};
    private static final int[] BINDINGS = {0, 1, 1, 2, 3, 5, 16, 17, 33};
    /** One seed in so many has large contractions and reductions in its graph. */
    private static final int LARGE_EVERY = 6;
    /** What a named dimension counts as in the limits on size; the greatest binding is about twice that. */
    private static final int TYPICAL = 17;
    private static final int MOST_ELEMENTS = 600;
    private static final int MOST_ELEMENTS_IF_LARGE = 12_000;
    private static final int MOST_PRODUCTS = 10_000;
    private static final double GREATEST = 64;
    private static final int INEXACT = 1000;

    /**
     * A value that the graph has, and what is known of it.
     *
     * @param bound  of the absolute value, for inputs without ±∞
     * @param places binary places after the point that the value needs, or {@link #INEXACT}
     */
    private record Value(Expr expr, double bound, int places) {
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

    private final Map<String, Expr> binders = new LinkedHashMap<>();
    private final Random random;
    private final boolean large;
    private final GraphBuilder g;
    private final List<Dim> dims = new ArrayList<>();
    private final List<Value> values = new ArrayList<>();
    private final List<Expr> parameters = new ArrayList<>();
    private final Set<Node> used = new HashSet<>();
    private int givens;

    private RandomGraphs(long seed) {
        this.large = isLarge(seed);
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.g = Graph.builder("random" + Long.toUnsignedString(seed));
    }

    /** The graph that {@code seed} stands for, with gradients of first and second order in it. */
    public static Graph make(long seed) {
        return new RandomGraphs(seed).make();
    }

    /** Whether the graph of this seed has contractions for the register tile and sums over many rows. */
    public static boolean isLarge(long seed) {
        return seed % LARGE_EVERY == 0;
    }

    /** Extents for the named dimensions of a graph, 0 and 1 among them. */
    public static Map<String, Integer> binding(Graph graph, long seed) {
        Random random = new Random(~seed * 0x9E3779B97F4A7C15L);
        Map<String, Integer> binding = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            for (String name : node.type().shape().names()) {
                binding.computeIfAbsent(name, n -> BINDINGS[random.nextInt(BINDINGS.length)]);
            }
        }
        return binding;
    }

    /**
     * Data for a function's inputs. Floating values are mostly eighths in [-4, 4], for a quarter of the seeds any
     * numbers there; for an eighth of them, a few are NaN, ±∞ or -0. Integers are small.
     */
    public static Map<String, Tensor> inputs(Graph graph, String function, long seed,
            Map<String, Integer> binding) {
        Random random = new Random(seed * 0xD1342543DE82EF95L + 1);
        boolean fractions = random.nextInt(4) == 0;
        boolean specials = random.nextInt(8) == 0;
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        for (Node node : graph.function(function).inputs()) {
            int[] shape = node.type().shape().evaluate(binding::get);
            DType dtype = node.type().dtype();
            Object array = Tensor.newArray(dtype, Offsets.size(shape));
            for (int i = 0; i < Offsets.size(shape); i++) {
                double real = fractions ? random.nextDouble() * 8 - 4 : (random.nextInt(65) - 32) / 8.0;
                if (specials && random.nextInt(12) == 0) {
                    real = new double[]{Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY,
                        -0.0}[random.nextInt(4)];
                }
                int integer = random.nextInt(15) - 7;
                switch (array) {
                    case float[] a -> a[i] = (float) real;
                    case double[] a -> a[i] = real;
                    case int[] a -> a[i] = integer;
                    case long[] a -> a[i] = integer;
                    case boolean[] a -> a[i] = integer > 0;
                    default -> throw new AssertionError(dtype);
                }
            }
            inputs.put(((Op.Input) node.op()).name(), Tensor.view(array, 0, shape));
        }
        return inputs;
    }

    // ---- the graph as a whole

    private Graph make() {
        for (String name : List.of("n", "m").subList(0, random.nextInt(3))) {
            dims.add(Dim.of(name));
            List<Dim> shape = new ArrayList<>(List.of(Dim.of(name)));
            if (chance(0.7)) {
                shape.add(random.nextInt(2), fixed());
            }
            binders.put(name, input("x" + name, Shape.of(shape), chance(0.8) ? FLOAT32 : any(DTYPES)));
        }
        int inputs = 1 + random.nextInt(3);
        for (int i = 0; i < inputs; i++) {
            input("x" + i, shape(), any(DTYPES));
        }
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            parameter(fixedShape());
        }
        int steps = 4 + random.nextInt(large ? 10 : 24);
        int largeAt = large ? random.nextInt(4) : -1;
        for (int i = 0; i < steps; i++) {
            if (i == largeAt) {
                large();
            } else {
                step();
            }
        }
        int functions = 1 + random.nextInt(2);
        for (int i = 0; i < functions; i++) {
            function("f" + i);
        }
        return g.build();
    }

    private Expr input(String name, Shape shape, DType dtype) {
        Value value = of(g.input(name, dtype, shape));
        add(value.expr, value.bound, value.places);
        return value.expr;
    }

    /** What is known of an input. */
    private static Value of(Expr input) {
        DType dtype = input.dtype();
        return new Value(input, dtype.isFloating() ? 4 : dtype == BOOL ? 1 : 7, dtype.isFloating() ? 3 : 0);
    }

    private @Nullable Value parameter(Shape shape) {
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

    private void function(String functionName) {
        var function = g.function(functionName);
        List<Expr> outputs = new ArrayList<>();
        int results = 1 + random.nextInt(3);
        for (int i = 0; i < results; i++) {
            Value value = chance(0.8) ? unused() : any(v -> true);
            function.returns("r" + i, value.expr);
            outputs.add(value.expr);
            used.addAll(Graph.reachable(List.of(value.expr.node())));
        }
        Updates updates = Updates.none();
        Expr loss = chance(0.6) ? scalar(any(Value::floating)) : null;
        Set<Node> reached = loss == null ? Set.of() : differentiable(loss);
        for (Expr parameter : parameters) {
            Expr update = null;
            if (reached.contains(parameter.node())) {
                update = parameter.minus(loss.gradient(parameter).times(0.125));
            } else if (chance(0.3)) {
                update = values.stream().map(Value::expr)
                        .filter(e -> e != parameter && e.node().type().equals(parameter.node().type()))
                        .reduce((a, b) -> b).orElse(null);
            }
            if (update != null) {
                updates = updates.and(parameter, update);
                outputs.add(update);
            }
        }
        function.updates(updates);
        List<Node> nodes = Graph.reachable(outputs.stream().map(Expr::node).toList());
        for (Map.Entry<String, Expr> binder : binders.entrySet()) {
            String name = binder.getKey();
            boolean needed = nodes.stream().anyMatch(node -> node.type().shape().names().contains(name)
                    || node.op() instanceof Op.Extent extent && extent.dim().names().contains(name));
            boolean bound = nodes.stream().anyMatch(node -> node.op() instanceof Op.Input
                    && node.type().shape().dims().contains(Dim.of(name)));
            if (needed && !bound) {
                function.returns("binds_" + name, binder.getValue());
            }
        }
    }

    /** A late value that no function has returned yet, if there is one. */
    private Value unused() {
        for (int i = values.size() - 1; i >= 0; i--) {
            if (!used.contains(values.get(i).expr.node()) && chance(0.6)) {
                return values.get(i);
            }
        }
        return values.get(values.size() - 1);
    }

    // ---- one step: one to a few ops

    private void step() {
        for (int attempt = 0; attempt < 5; attempt++) {
            Value made = switch (random.nextInt(30)) {
                case 0, 1, 2, 3 -> unary();
                case 4, 5, 6, 7, 8, 9 -> binary();
                case 10 -> logic();
                case 11, 12 -> compare();
                case 13, 14 -> select();
                case 15 -> cast();
                case 16, 17 -> reshape();
                case 18 -> transpose();
                case 19 -> broadcast();
                case 20, 21, 22 -> reduce();
                case 23, 24, 25 -> dot();
                case 26 -> chance(0.5) ? gather() : scatterAdd();
                case 27 -> leaf();
                case 28 -> chance(0.5) ? composite() : argmax();
                default -> gradient();
            };
            if (made != null) {
                return;
            }
        }
    }

    private @Nullable Value unary() {
        Value x = any(v -> !v.is(BOOL));
        Expr e = x.expr;
        if (!x.floating()) {
            return switch (random.nextInt(4)) {
                case 0 -> add(e.unaryMinus(), x.bound, 0);
                case 1 -> add(e.abs(), x.bound, 0);
                case 2 -> add(e.sign(), 1, 0);
                default -> add(e.relu(), x.bound, 0);
            };
        }
        return switch (random.nextInt(11)) {
            case 0 -> add(e.unaryMinus(), x.bound, x.places);
            case 1 -> add(e.abs(), x.bound, x.places);
            case 2 -> jumping(x) ? add(e.sign(), 1, 0) : null;
            case 3 -> add((x.bound <= 4 ? e : e.tanh()).exp(), 55, INEXACT);
            case 4 -> add(e.abs().plus(0.5).log(), 5, INEXACT);
            case 5 -> add(e.square().plus(0.25).sqrt(), x.bound + 1, INEXACT);
            case 6 -> add(e.tanh(), 1, INEXACT);
            case 7 -> add(e.sigmoid(), 1, INEXACT);
            case 8 -> add(e.square(), x.bound * x.bound, 2 * x.places);
            case 9 -> add(e.stopGradient(), x.bound, x.places);
            default -> add(e.relu(), x.bound, x.places);
        };
    }

    private @Nullable Value binary() {
        Value x = any(v -> !v.is(BOOL));
        Value y = partner(x);
        if (y == null) {
            return null;
        }
        Value a = chance(0.5) ? x : y;
        Value b = a == x ? y : x;
        Expr e = a.expr;
        int places = Math.max(a.places, b.places);
        double greater = Math.max(a.bound, b.bound);
        Expr divisor = switch (random.nextInt(3)) {
            case 0 -> b.expr.abs().plus(1);
            case 1 -> g.constant(e.dtype(), a.floating() ? 1.5 : 3);
            default -> b.expr.square().plus(2);
        };
        return switch (random.nextInt(9)) {
            case 0, 1 -> add(e.plus(b.expr), a.bound + b.bound, places);
            case 2 -> add(e.minus(b.expr), a.bound + b.bound, places);
            case 3, 4 -> add(e.times(b.expr), a.bound * b.bound, a.places + b.places);
            case 5 -> add(e.div(divisor), a.bound, a.floating() ? INEXACT : 0);
            case 6 -> jumping(a) && jumping(b) ? add(e.rem(divisor), a.bound, a.floating() ? INEXACT : 0)
                    : null;
            case 7 -> add(e.maximum(b.expr), greater, places);
            default -> add(e.minimum(b.expr), greater, places);
        };
    }

    private @Nullable Value logic() {
        Value x = anyOrNull(v -> v.is(BOOL));
        if (x == null) {
            return compare();
        }
        Value y = partner(x);
        return switch (random.nextInt(4)) {
            case 0 -> add(x.expr.not(), 1, 0);
            case 1 -> y == null ? null : add(x.expr.and(y.expr), 1, 0);
            case 2 -> y == null ? null : add(x.expr.or(y.expr), 1, 0);
            default -> y == null ? null : add(x.expr.xor(y.expr), 1, 0);
        };
    }

    private @Nullable Value compare() {
        Value x = any(this::jumping);
        Value y = partner(x);
        if (y == null || !jumping(y)) {
            return null;
        }
        Expr a = x.expr;
        Expr b = y.expr;
        return add(switch (random.nextInt(x.is(BOOL) ? 2 : 6)) {
            case 0 -> a.eq(b);
            case 1 -> a.ne(b);
            case 2 -> a.lt(b);
            case 3 -> a.le(b);
            case 4 -> a.gt(b);
            default -> a.ge(b);
        }, 1, 0);
    }

    private @Nullable Value select() {
        Value condition = anyOrNull(v -> v.is(BOOL) && !isConstant(v.expr));
        if (condition == null) {
            condition = compare();
        }
        Value x = any(v -> true);
        Value y = partner(x);
        if (condition == null || isConstant(condition.expr) || y == null
                || !broadcasts(condition.expr.shape(), x.expr.shape())
                || !broadcasts(condition.expr.shape(), y.expr.shape())) {
            return null;
        }
        return add(condition.expr.where(x.expr, y.expr), Math.max(x.bound, y.bound),
                Math.max(x.places, y.places));
    }

    /**
     * Whether the value is known before a call. A choice by such a condition folds away, and with it the NaN that the
     * derivative of the other branch may make.
     */
    private static boolean isConstant(Expr expr) {
        return Graph.reachable(List.of(expr.node())).stream()
                .noneMatch(node -> node.op() instanceof Op.Input || node.op() instanceof Op.Parameter);
    }

    private @Nullable Value cast() {
        Value x = any(v -> true);
        DType to = any(DTYPES);
        if (to == x.expr.dtype() || !to.isFloating() && !jumping(x)) {
            return null;
        }
        boolean keeps = to.isFloating() && (!x.floating() || x.places != INEXACT);
        return add(x.expr.cast(to), to == BOOL ? 1 : x.bound,
                to.isFloating() ? keeps ? x.places : INEXACT : 0);
    }

    private @Nullable Value reshape() {
        Value x = any(v -> true);
        List<Dim> shape = new ArrayList<>(x.expr.shape().dims());
        switch (random.nextInt(4)) {
            case 0 -> shape.add(random.nextInt(shape.size() + 1), Dim.of(1));
            case 1 -> shape.removeIf(dim -> dim.is(1));
            case 2 -> {
                if (shape.size() < 2) {
                    return null;
                }
                int axis = random.nextInt(shape.size() - 1);
                shape.set(axis, shape.get(axis).times(shape.remove(axis + 1)));
            }
            default -> {
                return add(x.expr.reshape(Shape.of(List.of(x.expr.shape().size()))), x.bound, x.places);
            }
        }
        return shape.size() > 4 ? null : add(x.expr.reshape(Shape.of(shape)), x.bound, x.places);
    }

    private @Nullable Value transpose() {
        Value x = anyOrNull(v -> v.expr.rank() > 1);
        if (x == null) {
            return null;
        }
        List<Integer> axes = new ArrayList<>(IntStream.range(0, x.expr.rank()).boxed().toList());
        Collections.shuffle(axes, random);
        return add(x.expr.transpose(axes.stream().mapToInt(i -> i).toArray()), x.bound, x.places);
    }

    private @Nullable Value broadcast() {
        Value x = any(v -> v.expr.rank() < 4);
        List<Dim> shape = new ArrayList<>(x.expr.shape().dims());
        for (int axis = 0; axis < shape.size(); axis++) {
            if (shape.get(axis).is(1) && chance(0.7)) {
                shape.set(axis, dim());
            }
        }
        if (shape.size() < 4 && chance(0.7)) {
            shape.add(0, dim());
        }
        return add(x.expr.broadcastTo(Shape.of(shape)), x.bound, x.places);
    }

    private @Nullable Value reduce() {
        Value x = any(v -> !v.is(BOOL));
        int[] axes = IntStream.range(0, x.expr.rank()).filter(axis -> chance(0.5)).toArray();
        if (axes.length == 0 && chance(0.7)) {
            axes = IntStream.range(0, x.expr.rank()).toArray();
        }
        double count = 1;
        for (int axis : axes) {
            count *= extent(x.expr.shape().dim(axis));
        }
        boolean all = axes.length == 0;
        double total = all ? elements(x.expr.shape()) : count;
        return switch (random.nextInt(6)) {
            case 0, 1 -> add(x.expr.sum(axes), x.bound * total, x.places);
            case 2 -> add(x.expr.max(axes), x.bound, x.places);
            case 3 -> add(x.expr.sumKeepDims(axes), x.bound * total, x.places);
            case 4 -> add(x.expr.maxKeepDims(axes), x.bound, x.places);
            default -> x.floating() ? add(x.expr.mean(axes), x.bound, INEXACT) : null;
        };
    }

    private @Nullable Value argmax() {
        Value x = anyOrNull(v -> v.expr.rank() > 0 && !v.is(BOOL) && jumping(v));
        if (x == null) {
            return null;
        }
        int axis = random.nextInt(x.expr.rank());
        return add(x.expr.argmax(axis), extent(x.expr.shape().dim(axis)), 0);
    }

    private @Nullable Value dot() {
        Value x = anyOrNull(v -> v.expr.rank() > 0 && !v.is(BOOL));
        if (x == null) {
            return null;
        }
        Value y = anyOrNull(v -> v.is(x.expr.dtype()) && v.expr.rank() > 0
                && v.expr.shape().dims().stream().anyMatch(x.expr.shape().dims()::contains));
        Dim last = x.expr.shape().dim(-1);
        if (x.floating() && last.isConstant() && chance(0.4)) {
            y = parameter(Shape.of(last, fixed()));
        }
        if (y == null || !y.is(x.expr.dtype())) {
            return null;
        }
        List<Integer> batchX = new ArrayList<>();
        List<Integer> batchY = new ArrayList<>();
        List<Integer> contractX = new ArrayList<>();
        List<Integer> contractY = new ArrayList<>();
        double products = 1;
        double contracted = 1;
        for (int i = x.expr.rank() - 1; i >= 0; i--) {
            Dim dim = x.expr.shape().dim(i);
            products *= extent(dim);
            for (int j = 0; j < y.expr.rank(); j++) {
                if (y.expr.shape().dim(j).equals(dim) && !batchY.contains(j) && !contractY.contains(j)
                        && chance(0.8)) {
                    boolean contract = chance(0.65);
                    (contract ? contractX : batchX).add(i);
                    (contract ? contractY : batchY).add(j);
                    contracted *= contract ? extent(dim) : 1;
                    break;
                }
            }
        }
        for (int j = 0; j < y.expr.rank(); j++) {
            if (!batchY.contains(j) && !contractY.contains(j)) {
                products *= extent(y.expr.shape().dim(j));
            }
        }
        if (products > (large ? 10 : 1) * MOST_PRODUCTS
                || x.expr.rank() + y.expr.rank() - batchX.size() - 2 * contractX.size() > 5) {
            return null;
        }
        return add(x.expr.dot(y.expr, batchX, batchY, contractX, contractY), x.bound * y.bound * contracted,
                x.places + y.places);
    }

    // ---- what only large extents show

    private void large() {
        if (chance(0.75)) {
            tile();
        } else {
            rows();
        }
    }

    /** A contraction that fits the register tile, of operands that may have to be computed and moved first. */
    private void tile() {
        DType dtype = chance(0.8) ? FLOAT32 : FLOAT64;
        List<Dim> batch = chance(0.4) ? extents(random.nextInt(2, 5)) : List.of();
        // Rows, columns and steps: each pair has at least 256 products; a few have several blocks of steps.
        int steps = chance(0.25) ? 395 + random.nextInt(500) : 16 + random.nextInt(60);
        boolean few = steps > 100;
        Dim most = Dim.of(few ? 7 : 16 + random.nextInt(34));
        List<Dim> rows = chance(0.4) && !dims.isEmpty() ? List.of(any(dims))
                : extents(few ? 33 + random.nextInt(20) : 16 + random.nextInt(20));
        List<Dim> columns = chance(0.3) && !dims.isEmpty() ? List.of(any(dims))
                : few ? extents(8 + random.nextInt(3)) : extents((int) most.value());
        List<Dim> contracted = chance(0.15) && !dims.isEmpty() ? List.of(any(dims)) : extents(steps);
        Operand a = operand("a", dtype, batch, rows, contracted);
        Operand b = operand("b", dtype, batch, columns, contracted);
        double count = elements(Shape.of(contracted));
        Value product = add(
                a.value.expr.dot(b.value.expr, a.groups.get(0), b.groups.get(0), a.groups.get(2),
                        b.groups.get(2)),
                a.value.bound * b.value.bound * count, a.value.places + b.value.places);
        for (int i = random.nextInt(4); i > 0 && product != null; i--) {
            product = elementwise(product);
        }
    }

    /** @param groups where the axes of each group (batch, free, contracted) are, in the order of the group */
    private record Operand(Value value, List<List<Integer>> groups) {}

    private Operand operand(String name, DType dtype, List<Dim> batch, List<Dim> free, List<Dim> contracted) {
        List<Dim> inOrder = new ArrayList<>(batch);
        inOrder.addAll(free);
        inOrder.addAll(contracted);
        List<Integer> axes = new ArrayList<>(IntStream.range(0, inOrder.size()).boxed().toList());
        if (chance(0.5)) {
            Collections.shuffle(axes, random);
        }
        Shape shape = Shape.of(axes.stream().map(inOrder::get).toList());
        DType given = chance(0.8) ? dtype : any(DTYPES);
        boolean constant = shape.dims().stream().allMatch(Dim::isConstant);
        Value parameter =
                constant && elements(shape) <= mostElements() && chance(0.3) ? parameter(shape) : null;
        Value value;
        if (parameter != null) {
            value = parameter;
        } else if (chance(0.15)) {
            int axis = random.nextInt(shape.rank());
            Shape some = Shape.of(IntStream.range(0, shape.rank())
                    .mapToObj(i -> i == axis ? Dim.of(1) : shape.dim(i)).toList());
            Value narrow = given(name, some, given);
            value = new Value(narrow.expr.broadcastTo(shape), narrow.bound, narrow.places);
        } else if (chance(0.1)) {
            value = new Value(g.iota(dtype, shape, random.nextInt(shape.rank())).times(0.125), 100, 3);
        } else {
            value = given(name, shape, given);
        }
        if (!value.is(dtype)) {
            value = new Value(value.expr.cast(dtype), value.bound, value.floating() ? INEXACT : value.places);
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            value = elementwise(value);
        }
        List<List<Integer>> groups = new ArrayList<>();
        int next = 0;
        for (List<Dim> group : List.of(batch, free, contracted)) {
            groups.add(IntStream.range(next, next + group.size()).map(axes::indexOf).boxed().toList());
            next += group.size();
        }
        return new Operand(value, groups);
    }

    /** A new input, which others find too if it is not too large. */
    private Value given(String name, Shape shape, DType dtype) {
        Expr input = g.input(name + givens++, dtype, shape);
        Value value = of(input);
        add(input, value.bound, value.places);
        return value;
    }

    /** Axes that have about so many elements together, at least one. */
    private List<Dim> extents(int elements) {
        List<Dim> dims = new ArrayList<>();
        int rest = elements;
        while (chance(0.4) && rest > 3) {
            int first = 1 + random.nextInt(4);
            dims.add(Dim.of(first));
            rest = (rest + first - 1) / first;
        }
        dims.add(random.nextInt(dims.size() + 1), Dim.of(rest));
        return dims;
    }

    /** A value of the same shape and dtype: by itself, or with something that is broadcast to it. */
    private Value elementwise(Value x) {
        Expr e = x.expr;
        Shape shape = e.shape();
        DType dtype = e.dtype();
        return switch (random.nextInt(9)) {
            case 0 -> new Value(e.relu(), x.bound, x.places);
            case 1 -> new Value(e.times(-0.5), x.bound, x.places + 1);
            case 2 -> new Value(e.tanh(), 1, INEXACT);
            case 3 -> {
                int axis = random.nextInt(shape.rank());
                yield new Value(e.plus(g.iota(dtype, shape, axis).times(0.0625)), x.bound + 40,
                        x.places == INEXACT ? INEXACT : Math.max(4, x.places));
            }
            case 4 -> new Value(e.plus(g.extent(dtype, shape.dim(random.nextInt(shape.rank())))),
                    x.bound + 800, x.places);
            case 5 -> {
                // A mask that others may want too; no saturated tanh is near its threshold.
                Value mask = add(e.gt(0.2573), 1, 0);
                yield mask == null ? x : new Value(mask.expr.where(e, g.constant(dtype, -1)), x.bound + 1,
                        x.places);
            }
            case 6 -> {
                Value mask = add(e.lt(0.0331).cast(dtype), 1, 0);
                yield mask == null ? x : new Value(mask.expr.times(e), x.bound, x.places);
            }
            default -> {
                List<Dim> some = new ArrayList<>();
                for (Dim dim : shape.dims()) {
                    some.add(chance(0.5) ? dim : Dim.of(1));
                }
                Value bias = given("bias", Shape.of(some), dtype);
                yield chance(0.6)
                        ? new Value(e.plus(bias.expr), x.bound + bias.bound, Math.max(x.places, bias.places))
                        : new Value(e.times(bias.expr), x.bound * bias.bound, x.places + bias.places);
            }
        };
    }

    /** A reduction over so many rows or elements that it is done by blocks. */
    private void rows() {
        boolean vector = chance(0.4);
        Dim count = !dims.isEmpty() && chance(0.4) ? any(dims)
                : Dim.of(vector ? 4000 + random.nextInt(3000) : 120 + random.nextInt(300));
        Shape shape = vector ? Shape.of(List.of(count))
                : Shape.of(List.of(count, Dim.of(1 + random.nextInt(20)),
                        Dim.of(1 + random.nextInt(2))).subList(0, 2 + random.nextInt(2)));
        Value x = given("rows", shape, any(DTYPES));
        if (x.is(BOOL)) {
            x = new Value(x.expr.cast(FLOAT32), 1, 0);
        }
        if (x.floating() && chance(0.7)) {
            x = elementwise(x);
        }
        Value y = x.floating() && chance(0.5) ? elementwise(x) : x;
        double all = elements(shape);
        add(x.expr.sum(chance(0.5) ? new int[0] : new int[]{0}), x.bound * all, x.places);
        if (chance(0.5)) {
            add(y.expr.sum(0), y.bound * all, y.places);
        }
        if (chance(0.3)) {
            add(y.expr, y.bound, y.places);
        }
    }

    private @Nullable Value gather() {
        Value data = anyOrNull(v -> axisToIndex(v) >= 0);
        if (data == null) {
            return null;
        }
        int axis = axisToIndex(data);
        Expr indices = indices(data.expr.shape().dim(axis));
        return data.expr.rank() + indices.rank() > 5 ? null
                : add(data.expr.gather(indices, axis), data.bound, data.places);
    }

    private @Nullable Value scatterAdd() {
        Value data = anyOrNull(v -> axisToIndex(v) >= 0 && !v.is(BOOL));
        if (data == null) {
            return null;
        }
        int axis = axisToIndex(data);
        Expr indices = indices(data.expr.shape().dim(axis));
        List<Dim> shape = new ArrayList<>(data.expr.shape().dims());
        shape.remove(axis);
        shape.addAll(axis, indices.shape().dims());
        Value updates = anyOrNull(v -> v.is(data.expr.dtype()) && v.expr.rank() <= shape.size()
                && broadcastsTo(v.expr.shape(), Shape.of(shape)));
        if (updates == null || elements(Shape.of(shape)) > mostElements() || shape.size() > 5) {
            return null;
        }
        return add(data.expr.scatterAdd(indices, updates.expr.broadcastTo(Shape.of(shape)), axis),
                data.bound + updates.bound * elements(indices.shape()),
                Math.max(data.places, updates.places));
    }

    private static int axisToIndex(Value value) {
        List<Dim> dims = value.expr.shape().dims();
        for (int axis = 0; axis < dims.size(); axis++) {
            if (dims.get(axis).isConstant() && dims.get(axis).value() > 0) {
                return axis;
            }
        }
        return -1;
    }

    /** Integers in [0, {@code extent}). */
    private Expr indices(Dim extent) {
        Value x = anyOrNull(v -> v.expr.dtype().isInteger() && v.expr.rank() <= 2);
        Expr any = x != null ? x.expr : g.iota(chance(0.5) ? INT32 : INT64, Shape.of(dim()), 0);
        return any.rem((double) extent.value()).abs();
    }

    private @Nullable Value leaf() {
        DType floating = chance(0.7) ? FLOAT32 : FLOAT64;
        return switch (random.nextInt(6)) {
            case 0 -> {
                Shape shape = chance(0.5) ? Shape.of(List.of(dim())) : Shape.of(dim(), dim());
                DType dtype = chance(0.5) ? floating : chance(0.5) ? INT32 : INT64;
                yield add(g.iota(dtype, shape, random.nextInt(shape.rank())), 2 * TYPICAL, 0);
            }
            case 1 -> add(g.extent(chance(0.5) ? floating : INT64, dim().plus(1)), 2 * TYPICAL, 0);
            case 2 -> add(g.randomUniform(floating, shape()), 1, INEXACT);
            case 3 -> add(g.randomNormal(floating, shape()), 4, INEXACT);
            case 4 -> add(g.constant(floating, (random.nextInt(33) - 16) / 8.0), 2, 3);
            default -> {
                Shape shape = fixedShape();
                int[] extents = shape.evaluate(name -> 0);
                float[] data = new float[Offsets.size(extents)];
                for (int i = 0; i < data.length; i++) {
                    data[i] = (random.nextInt(33) - 16) / 8f;
                }
                yield add(g.constant(Tensor.of(data, extents)), 2, 3);
            }
        };
    }

    private @Nullable Value composite() {
        Value x = anyOrNull(v -> v.floating() && v.expr.rank() > 0);
        if (x == null) {
            return null;
        }
        int axis = random.nextInt(x.expr.rank());
        Value labels = anyOrNull(v -> v.expr.dtype().isInteger() && v.expr.rank() < 3);
        if (labels != null && chance(0.3)) {
            return add(labels.expr.oneHot(4, x.expr.dtype()), 1, 0);
        }
        return chance(0.5) ? add(x.expr.softmax(axis), 1, INEXACT)
                : add(x.expr.logSoftmax(axis), 2 * x.bound + 5, INEXACT);
    }

    /** A first or second derivative of a number made of some value, with respect to what it was made of. */
    private @Nullable Value gradient() {
        Expr loss = scalar(any(Value::floating));
        Expr source = source(loss);
        if (source == null) {
            return null;
        }
        Expr gradient = loss.gradient(source);
        if (chance(0.3)) {
            Expr again = (chance(0.5) ? gradient.square() : gradient.tanh()).sum();
            Expr second = source(again);
            gradient = second == null ? gradient : again.gradient(second);
        }
        return add(chance(0.5) ? gradient : gradient.tanh(), 8, INEXACT);
    }

    private Expr scalar(Value value) {
        Expr e = value.expr;
        return switch (random.nextInt(3)) {
            case 0 -> e.tanh().sum();
            case 1 -> e.square().mean();
            default -> e.mean();
        };
    }

    private @Nullable Expr source(Expr target) {
        Set<Node> reached = differentiable(target);
        List<Expr> sources =
                values.stream().map(Value::expr).filter(e -> reached.contains(e.node())).toList();
        return sources.isEmpty() ? null : sources.get(random.nextInt(sources.size()));
    }

    /** As the language decides it: floating values, along floating operands. */
    private static Set<Node> differentiable(Expr target) {
        Set<Node> reached = new HashSet<>();
        List<Node> open = new ArrayList<>(List.of(target.node()));
        while (!open.isEmpty()) {
            Node node = open.remove(open.size() - 1);
            if (node.type().dtype().isFloating() && reached.add(node)) {
                open.addAll(node.inputs());
            }
        }
        return reached;
    }

    // ---- choosing

    /** Keeps a value, scaled down where it may be great; null where it has too many elements. */
    private @Nullable Value add(Expr expr, double bound, int places) {
        if (elements(expr.shape()) > mostElements()) {
            return null;
        }
        Value value = new Value(expr, bound, Math.min(places, INEXACT));
        if (bound > GREATEST && expr.dtype().isFloating()) {
            value = switch (random.nextInt(3)) {
                case 0 -> new Value(expr.tanh(), 1, INEXACT);
                case 1 -> new Value(expr.maximum(-4).minimum(4), 4, value.places);
                default -> {
                    int shift = (int) Math.ceil(Math.log(bound / GREATEST) / Math.log(2));
                    yield new Value(expr.times(Math.scalb(1.0, -shift)), GREATEST, value.places + shift);
                }
            };
        } else if (bound > 1e4 && expr.dtype().isInteger()) {
            value = new Value(expr.rem(1000), 1000, 0);
        }
        values.add(value);
        return value;
    }

    private int mostElements() {
        return large ? MOST_ELEMENTS_IF_LARGE : MOST_ELEMENTS;
    }

    private boolean jumping(Value value) {
        return value.exact() || chance(0.1);
    }

    /** Another value of the same dtype that broadcasts with this one, made if there is none. */
    private @Nullable Value partner(Value x) {
        if (!x.is(BOOL) && chance(0.2)) {
            int number = random.nextInt(9) - 4;
            return x.floating() ? new Value(g.constant(x.expr.dtype(), number / 4.0), 1, 2)
                    : new Value(g.constant(x.expr.dtype(), (long) number), 4, 0);
        }
        Value found =
                anyOrNull(v -> v.is(x.expr.dtype()) && v != x && broadcasts(x.expr.shape(), v.expr.shape()));
        if (found != null || x.is(BOOL)) {
            return found;
        }
        Value other = any(v -> broadcasts(x.expr.shape(), v.expr.shape()));
        if (!x.floating() && !jumping(other)) {
            return null;
        }
        int places = x.floating() ? other.places : 0;
        return new Value(other.expr.cast(x.expr.dtype()), Math.max(1, other.bound), places);
    }

    private boolean broadcasts(Shape a, Shape b) {
        double elements = 1;
        for (int i = 1; i <= Math.max(a.rank(), b.rank()); i++) {
            Dim left = i <= a.rank() ? a.dim(-i) : Dim.of(1);
            Dim right = i <= b.rank() ? b.dim(-i) : Dim.of(1);
            if (!left.equals(right) && !left.is(1) && !right.is(1)) {
                return false;
            }
            elements *= extent(left.is(1) ? right : left);
        }
        return elements <= mostElements();
    }

    private static boolean broadcastsTo(Shape from, Shape to) {
        for (int i = 1; i <= from.rank(); i++) {
            if (!from.dim(-i).is(1) && !from.dim(-i).equals(to.dim(-i))) {
                return false;
            }
        }
        return true;
    }

    /** One of the values, late ones more often. */
    private Value any(Predicate<Value> wanted) {
        Value found = anyOrNull(wanted);
        return found != null ? found : add(g.constant(FLOAT32, 1.5), 1.5, 1);
    }

    private @Nullable Value anyOrNull(Predicate<Value> wanted) {
        List<Value> found = values.stream().filter(wanted).toList();
        if (found.isEmpty()) {
            return null;
        }
        return found.get(Math.max(random.nextInt(found.size()), random.nextInt(found.size())));
    }

    private Dim any(List<Dim> of) {
        return of.get(random.nextInt(of.size()));
    }

    private DType any(DType[] of) {
        return of[random.nextInt(of.length)];
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    private Dim fixed() {
        return Dim.of(chance(0.02) ? 0 : EXTENTS[random.nextInt(EXTENTS.length)]);
    }

    private Dim dim() {
        return !dims.isEmpty() && chance(0.4) ? dims.get(random.nextInt(dims.size())) : fixed();
    }

    private Shape shape() {
        List<Dim> shape = new ArrayList<>();
        for (int rank = new int[]{0, 1, 1, 2, 2, 2, 3, 4}[random.nextInt(8)]; rank > 0; rank--) {
            shape.add(dim());
        }
        return elements(Shape.of(shape)) > MOST_ELEMENTS ? shape() : Shape.of(shape);
    }

    private Shape fixedShape() {
        Shape shape = shape();
        return Shape.of(shape.dims().stream().map(dim -> dim.isConstant() ? dim : fixed()).toList());
    }

    private static double elements(Shape shape) {
        return shape.dims().stream().mapToDouble(RandomGraphs::extent).reduce(1, (a, b) -> a * b);
    }

    private static double extent(Dim dim) {
        return Math.max(1, dim.evaluate(name -> TYPICAL));
    }
}
