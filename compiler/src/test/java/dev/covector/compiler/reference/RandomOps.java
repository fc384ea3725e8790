package dev.covector.compiler.reference;

import static dev.covector.runtime.DType.BOOL;
import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;
import static dev.covector.runtime.DType.INT64;

import dev.covector.graph.CustomGradient;
import dev.covector.graph.Expr;
import dev.covector.graph.ir.Node;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** One op or a few on values of the pool; elementwise ones are in the class above. */
@NullUnmarked // its maps hold what they are asked for
abstract class RandomOps extends RandomWindows {
    RandomOps(long seed, boolean large) {
        super(seed, large);
    }

    final void step() {
        for (int attempt = 0; attempt < 5; attempt++) {
            Value made = switch (random.nextInt(37)) {
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
                case 27 -> chance(0.6) ? leaf() : sorted();
                case 28 -> chance(0.5) ? composite() : chance(0.5) ? argmax() : cumsum();
                case 29, 30, 31, 32 -> movement();
                case 33, 34 -> conv();
                case 35 -> pool();
                default -> chance(0.7) ? gradient() : customGradient();
            };
            if (made != null) {
                return;
            }
        }
    }

    final @Nullable Value reshape() {
        Value x = any(v -> true);
        List<Dim> shape = new ArrayList<>(x.expr().shape().dims());
        switch (random.nextInt(4)) {
            case 0 -> shape.add(random.nextInt(shape.size() + 1), Dim.of(1));
            case 1 -> shape.removeIf(dim -> dim.isExactly(1));
            case 2 -> {
                if (shape.size() < 2) {
                    return null;
                }
                int axis = random.nextInt(shape.size() - 1);
                shape.set(axis, shape.get(axis).times(shape.remove(axis + 1)));
            }
            default -> {
                return add(x.expr().reshape(Shape.of(List.of(x.expr().shape().size()))), x.bound(),
                        x.places());
            }
        }
        return shape.size() > 4 ? null : add(x.expr().reshape(Shape.of(shape)), x.bound(), x.places());
    }

    final @Nullable Value transpose() {
        Value x = anyOrNull(v -> v.expr().rank() > 1);
        if (x == null) {
            return null;
        }
        List<Integer> axes = new ArrayList<>(IntStream.range(0, x.expr().rank()).boxed().toList());
        Collections.shuffle(axes, random);
        return add(x.expr().transpose(axes.stream().mapToInt(i -> i).toArray()), x.bound(), x.places());
    }

    final @Nullable Value broadcast() {
        Value x = any(v -> v.expr().rank() < 4);
        List<Dim> shape = new ArrayList<>(x.expr().shape().dims());
        for (int axis = 0; axis < shape.size(); axis++) {
            if (shape.get(axis).isExactly(1) && chance(0.7)) {
                shape.set(axis, dim());
            }
        }
        if (shape.size() < 4 && chance(0.7)) {
            shape.add(0, dim());
        }
        return add(x.expr().broadcastTo(Shape.of(shape)), x.bound(), x.places());
    }

    final @Nullable Value reduce() {
        Value x = any(v -> !v.is(BOOL) || chance(0.3));
        int[] axes = IntStream.range(0, x.expr().rank()).filter(axis -> chance(0.5)).toArray();
        if (axes.length == 0 && chance(0.7)) {
            axes = IntStream.range(0, x.expr().rank()).toArray();
        }
        double count = 1;
        for (int axis : axes) {
            count *= extent(x.expr().shape().dim(axis));
        }
        boolean all = axes.length == 0;
        double total = all ? elements(x.expr().shape()) : count;
        if (x.is(BOOL)) {
            return switch (random.nextInt(4)) {
                case 0 -> add(x.expr().any(axes), 1, 0);
                case 1 -> add(x.expr().all(axes), 1, 0);
                case 2 -> add(x.expr().anyKeepDims(axes), 1, 0);
                default -> add(x.expr().allKeepDims(axes), 1, 0);
            };
        }
        return switch (random.nextInt(9)) {
            case 0, 1 -> add(x.expr().sum(axes), x.bound() * total, x.places());
            case 6 -> add(x.expr().min(axes), x.bound(), x.places());
            case 7 -> add(x.expr().minKeepDims(axes), x.bound(), x.places());
            case 8 -> {
                Expr small = x.bound() <= 1 ? x.expr() : x.floating() ? x.expr().tanh() : x.expr().sign();
                yield add(chance(0.5) ? small.prod(axes) : small.prodKeepDims(axes), 1,
                        x.floating() ? INEXACT : 0);
            }
            case 2 -> add(x.expr().max(axes), x.bound(), x.places());
            case 3 -> add(x.expr().sumKeepDims(axes), x.bound() * total, x.places());
            case 4 -> add(x.expr().maxKeepDims(axes), x.bound(), x.places());
            default -> x.floating() ? add(x.expr().mean(axes), x.bound(), INEXACT) : null;
        };
    }

    final @Nullable Value argmax() {
        Value x = anyOrNull(v -> v.expr().rank() > 0 && !v.is(BOOL) && jumping(v));
        if (x == null) {
            return null;
        }
        int axis = random.nextInt(x.expr().rank());
        return add(chance(0.5) ? x.expr().argmax(axis) : x.expr().argmin(axis),
                extent(x.expr().shape().dim(axis)), 0);
    }

    final @Nullable Value cumsum() {
        Value x = anyOrNull(v -> v.expr().rank() > 0 && !v.is(BOOL));
        if (x == null) {
            return null;
        }
        int axis = random.nextInt(x.expr().rank());
        return add(x.expr().cumsum(axis, chance(0.3), chance(0.3)),
                x.bound() * extent(x.expr().shape().dim(axis)), x.places());
    }

    final @Nullable Value sorted() {
        Value x = anyOrNull(v -> v.expr().rank() > 0 && jumping(v));
        if (x == null) {
            return null;
        }
        int axis = random.nextInt(x.expr().rank());
        Dim extent = x.expr().shape().dim(axis);
        Expr order = x.expr().argSort(axis, chance(0.5));
        return switch (random.nextInt(4)) {
            case 0 -> add(order, extent(extent), 0);
            case 1 -> {
                Value y = any(v -> v.expr().shape().equals(x.expr().shape()));
                yield add(y.expr().takeAlongAxis(order, axis), y.bound(), y.places());
            }
            case 2 -> extent.isConstant()
                    ? add(x.expr().topK(random.nextInt((int) extent.value() + 1), axis).values(), x.bound(),
                            x.places())
                    : null;
            default -> add(x.expr().sort(axis, chance(0.5)), x.bound(), x.places());
        };
    }

    final @Nullable Value dot() {
        Value x = anyOrNull(v -> v.expr().rank() > 0 && !v.is(BOOL));
        if (x == null) {
            return null;
        }
        Value y = anyOrNull(v -> v.is(x.expr().dtype()) && v.expr().rank() > 0
                && v.expr().shape().dims().stream().anyMatch(x.expr().shape().dims()::contains));
        Dim last = x.expr().shape().dim(-1);
        if (x.floating() && last.isConstant() && chance(0.4)) {
            y = parameter(Shape.of(last, fixed()));
        }
        if (y == null || !y.is(x.expr().dtype())) {
            return null;
        }
        List<Integer> batchX = new ArrayList<>();
        List<Integer> batchY = new ArrayList<>();
        List<Integer> contractX = new ArrayList<>();
        List<Integer> contractY = new ArrayList<>();
        double products = 1;
        double contracted = 1;
        for (int i = x.expr().rank() - 1; i >= 0; i--) {
            Dim dim = x.expr().shape().dim(i);
            products *= extent(dim);
            for (int j = 0; j < y.expr().rank(); j++) {
                if (y.expr().shape().dim(j).equals(dim) && !batchY.contains(j) && !contractY.contains(j)
                        && chance(0.8)) {
                    boolean contract = chance(0.65);
                    (contract ? contractX : batchX).add(i);
                    (contract ? contractY : batchY).add(j);
                    contracted *= contract ? extent(dim) : 1;
                    break;
                }
            }
        }
        for (int j = 0; j < y.expr().rank(); j++) {
            if (!batchY.contains(j) && !contractY.contains(j)) {
                products *= extent(y.expr().shape().dim(j));
            }
        }
        if (products > (large ? 10 : 1) * MOST_PRODUCTS
                || x.expr().rank() + y.expr().rank() - batchX.size() - 2 * contractX.size() > 5) {
            return null;
        }
        return add(x.expr().dot(y.expr(), batchX, batchY, contractX, contractY),
                x.bound() * y.bound() * contracted,
                x.places() + y.places());
    }

    final @Nullable Value gather() {
        Value data = anyOrNull(v -> axisToIndex(v) >= 0);
        if (data == null) {
            return null;
        }
        int axis = axisToIndex(data);
        Expr indices = indices(data.expr().shape().dim(axis));
        return data.expr().rank() + indices.rank() > 5 ? null
                : add(data.expr().gather(indices, axis), data.bound(), data.places());
    }

    final @Nullable Value scatterAdd() {
        Value data = anyOrNull(v -> axisToIndex(v) >= 0 && !v.is(BOOL));
        if (data == null) {
            return null;
        }
        int axis = axisToIndex(data);
        Expr indices = indices(data.expr().shape().dim(axis));
        List<Dim> shape = new ArrayList<>(data.expr().shape().dims());
        shape.remove(axis);
        shape.addAll(axis, indices.shape().dims());
        Value updates = anyOrNull(v -> v.is(data.expr().dtype()) && v.expr().rank() <= shape.size()
                && broadcastsTo(v.expr().shape(), Shape.of(shape)));
        if (updates == null || elements(Shape.of(shape)) > mostElements() || shape.size() > 5) {
            return null;
        }
        return add(data.expr().scatterAdd(indices, updates.expr().broadcastTo(Shape.of(shape)), axis),
                data.bound() + updates.bound() * elements(indices.shape()),
                Math.max(data.places(), updates.places()));
    }

    static int axisToIndex(Value value) {
        List<Dim> dims = value.expr().shape().dims();
        for (int axis = 0; axis < dims.size(); axis++) {
            if (dims.get(axis).isConstant() && dims.get(axis).value() > 0) {
                return axis;
            }
        }
        return -1;
    }

    /** Integers in [0, {@code extent}). */
    final Expr indices(Dim extent) {
        Value x = anyOrNull(v -> v.expr().dtype().isInteger() && v.expr().rank() <= 2);
        Expr any = x != null ? x.expr() : g.iota(chance(0.5) ? INT32 : INT64, Shape.of(dim()), 0);
        return any.rem((double) extent.value()).abs();
    }

    final @Nullable Value leaf() {
        DType floating = chance(0.7) ? FLOAT32 : FLOAT64;
        return switch (random.nextInt(8)) {
            case 0 -> {
                Shape shape = chance(0.5) ? Shape.of(List.of(dim())) : Shape.of(dim(), dim());
                DType dtype = chance(0.5) ? floating : chance(0.5) ? INT32 : INT64;
                yield add(g.iota(dtype, shape, random.nextInt(shape.rank())), 2 * TYPICAL, 0);
            }
            case 1 -> add(g.extent(chance(0.5) ? floating : INT64, dim().plus(1)), 2 * TYPICAL, 0);
            case 2 -> add(g.randomUniform(floating, shape()), 1, INEXACT);
            case 6 -> add(g.randomBits(chance(0.5) ? INT32 : INT64, shape()).rem(7), 6, 0);
            case 7 -> add(g.randomBernoulli(0.3, shape()), 1, 0);
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

    final @Nullable Value composite() {
        Value x = anyOrNull(v -> v.floating() && v.expr().rank() > 0);
        if (x == null) {
            return null;
        }
        int axis = random.nextInt(x.expr().rank());
        Value labels = anyOrNull(v -> v.expr().dtype().isInteger() && v.expr().rank() < 3);
        if (labels != null && chance(0.3)) {
            return add(labels.expr().oneHot(4, x.expr().dtype()), 1, 0);
        }
        return chance(0.5) ? add(x.expr().softmax(axis), 1, INEXACT)
                : add(x.expr().logSoftmax(axis), 2 * x.bound() + 5, INEXACT);
    }

    /** A first or second derivative of a number made of some value, with respect to what it was made of. */
    final @Nullable Value gradient() {
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

    /** A function with a rule of its own, which may use other values, the result, and another such function. */
    final @Nullable Value customGradient() {
        Value x = any(Value::floating);
        Value other = any(v -> v.expr().node().type().equals(x.expr().node().type()));
        return switch (random.nextInt(5)) {
            case 0 -> add(x.expr().customGradient(v -> v, (c, v, y) -> c.maximum(-1).minimum(1)), x.bound(),
                    x.places());
            case 1 -> jumping(x) ? add(x.expr().customGradient(Expr::sign, (c, v, y) -> c), 1, 0) : null;
            case 2 -> add(x.expr().customGradient(Expr::tanh,
                    (c, v, y) -> c.times(y.square().unaryMinus().plus(1)).times(other.expr())), 1, INEXACT);
            case 3 -> add(x.expr().customGradient(Expr::mean,
                    (c, v, y) -> c.times(y.plus(0.5))
                            .times(v.customGradient(Expr::tanh, (d, w, z) -> d.times(z)))),
                    x.bound(), INEXACT);
            default -> add(CustomGradient.of(List.of(x.expr(), other.expr()),
                    in -> in.get(0).minus(in.get(1)).tanh(),
                    (c, in, y) -> List.of(c.times(y), c.times(in.get(0).sigmoid()).unaryMinus())), 1,
                    INEXACT);
        };
    }

    final Expr scalar(Value value) {
        Expr e = value.expr();
        return switch (random.nextInt(3)) {
            case 0 -> e.tanh().sum();
            case 1 -> e.square().mean();
            default -> e.mean();
        };
    }

    final @Nullable Expr source(Expr target) {
        Set<Node> reached = differentiable(target);
        List<Expr> sources =
                values.stream().map(Value::expr).filter(e -> reached.contains(e.node())).toList();
        return sources.isEmpty() ? null : sources.get(random.nextInt(sources.size()));
    }

    /** As the language decides it: floating values, along floating operands of what has a derivative. */
    static Set<Node> differentiable(Expr target) {
        Set<Node> reached = new HashSet<>();
        List<Node> open = new ArrayList<>(List.of(target.node()));
        while (!open.isEmpty()) {
            Node node = open.remove(open.size() - 1);
            if (node.type().dtype().isFloating() && reached.add(node)) {
                open.addAll(node.differentiableInputs());
            }
        }
        return reached;
    }
}
