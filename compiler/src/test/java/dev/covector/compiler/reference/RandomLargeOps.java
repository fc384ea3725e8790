package dev.covector.compiler.reference;

import static dev.covector.runtime.DType.BOOL;
import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;

import dev.covector.graph.Expr;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;

/** What only large extents show: contractions on the register tile, and sums by blocks of rows. */
@NullUnmarked // its maps hold what they are asked for
abstract class RandomLargeOps extends RandomPool {
    RandomLargeOps(long seed, boolean large) {
        super(seed, large);
    }

    final void large() {
        if (chance(0.75)) {
            tile();
        } else {
            rows();
        }
    }

    /** A contraction that fits the register tile, of operands that may have to be computed and moved first. */
    final void tile() {
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
                a.value().expr().dot(b.value().expr(), a.groups().get(0), b.groups().get(0),
                        a.groups().get(2),
                        b.groups().get(2)),
                a.value().bound() * b.value().bound() * count, a.value().places() + b.value().places());
        for (int i = random.nextInt(4); i > 0 && product != null; i--) {
            product = elementwise(product);
        }
    }

    /** @param groups where the axes of each group (batch, free, contracted) are, in the order of the group */
    record Operand(Value value, List<List<Integer>> groups) {}

    Operand operand(String name, DType dtype, List<Dim> batch, List<Dim> free, List<Dim> contracted) {
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
            value = new Value(narrow.expr().broadcastTo(shape), narrow.bound(), narrow.places());
        } else if (chance(0.1)) {
            value = new Value(g.iota(dtype, shape, random.nextInt(shape.rank())).times(0.125), 100, 3);
        } else {
            value = given(name, shape, given);
        }
        if (!value.is(dtype)) {
            value = new Value(value.expr().cast(dtype), value.bound(),
                    value.floating() ? INEXACT : value.places());
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

    /** Axes that have about so many elements together, at least one. */
    List<Dim> extents(int elements) {
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
    final Value elementwise(Value x) {
        Expr e = x.expr();
        Shape shape = e.shape();
        DType dtype = e.dtype();
        return switch (random.nextInt(9)) {
            case 0 -> new Value(e.relu(), x.bound(), x.places());
            case 1 -> new Value(e.times(-0.5), x.bound(), x.places() + 1);
            case 2 -> new Value(e.tanh(), 1, INEXACT);
            case 3 -> {
                int axis = random.nextInt(shape.rank());
                yield new Value(e.plus(g.iota(dtype, shape, axis).times(0.0625)), x.bound() + 40,
                        x.places() == INEXACT ? INEXACT : Math.max(4, x.places()));
            }
            case 4 -> new Value(e.plus(g.extent(dtype, shape.dim(random.nextInt(shape.rank())))),
                    x.bound() + 800, x.places());
            case 5 -> {
                // A mask that others may want too; no saturated tanh is near its threshold.
                Value mask = add(e.gt(0.2573), 1, 0);
                yield mask == null ? x : new Value(mask.expr().where(e, g.constant(dtype, -1)), x.bound() + 1,
                        x.places());
            }
            case 6 -> {
                Value mask = add(e.lt(0.0331).cast(dtype), 1, 0);
                yield mask == null ? x : new Value(mask.expr().times(e), x.bound(), x.places());
            }
            default -> {
                List<Dim> some = new ArrayList<>();
                for (Dim dim : shape.dims()) {
                    some.add(chance(0.5) ? dim : Dim.of(1));
                }
                Value bias = given("bias", Shape.of(some), dtype);
                yield chance(0.6)
                        ? new Value(e.plus(bias.expr()), x.bound() + bias.bound(),
                                Math.max(x.places(), bias.places()))
                        : new Value(e.times(bias.expr()), x.bound() * bias.bound(),
                                x.places() + bias.places());
            }
        };
    }

    /** A reduction over so many rows or elements that it is done by blocks. */
    final void rows() {
        boolean vector = chance(0.4);
        Dim count = !dims.isEmpty() && chance(0.4) ? any(dims)
                : Dim.of(vector ? 4000 + random.nextInt(3000) : 120 + random.nextInt(300));
        Shape shape = vector ? Shape.of(List.of(count))
                : Shape.of(List.of(count, Dim.of(1 + random.nextInt(20)),
                        Dim.of(1 + random.nextInt(2))).subList(0, 2 + random.nextInt(2)));
        Value x = given("rows", shape, any(DTYPES));
        if (x.is(BOOL)) {
            x = new Value(x.expr().cast(FLOAT32), 1, 0);
        }
        if (x.floating() && chance(0.7)) {
            x = elementwise(x);
        }
        Value y = x.floating() && chance(0.5) ? elementwise(x) : x;
        double all = elements(shape);
        add(x.expr().sum(chance(0.5) ? new int[0] : new int[]{0}), x.bound() * all, x.places());
        if (chance(0.5)) {
            add(y.expr().sum(0), y.bound() * all, y.places());
        }
        if (chance(0.3)) {
            add(y.expr(), y.bound(), y.places());
        }
    }
}
