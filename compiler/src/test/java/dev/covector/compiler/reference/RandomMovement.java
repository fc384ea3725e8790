package dev.covector.compiler.reference;

import static dev.covector.runtime.DType.BOOL;

import dev.covector.graph.Expr;
import dev.covector.graph.Slice;
import dev.covector.graph.ir.Requirement;
import dev.covector.runtime.Dim;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** Parts of values, and values made of parts. */
@NullUnmarked // its maps hold what they are asked for
abstract class RandomMovement extends RandomElementwise {
    RandomMovement(long seed, boolean large) {
        super(seed, large);
    }

    final @Nullable Value movement() {
        Value x = anyOrNull(v -> v.expr().rank() > 0);
        if (x == null) {
            return null;
        }
        int axis = random.nextInt(x.expr().rank());
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> slices(x);
            case 3 -> moved(x.expr().flip(chance(0.3) ? new int[0] : new int[]{axis}), x);
            case 4, 5 -> padded(x, axis);
            case 6, 7 -> joined(x, axis);
            case 8 -> moved(x.expr().roll(axis, random.nextInt(5) - 2), x);
            default -> chance(0.5) ? moved(x.expr().repeat(axis, random.nextInt(3)), x)
                    : moved(Expr.stack(axis, x.expr(), x.expr()), x);
        };
    }

    /** Not what only some calls could compute, nor what has too many axes. */
    private @Nullable Value moved(Expr expr, Value x) {
        return Requirement.of(expr.node()).isEmpty() && expr.rank() < 5 && hasExtents(expr)
                ? add(expr, x.bound(), x.places()) : null;
    }

    private static boolean hasExtents(Expr expr) {
        return expr.node().inputs().stream().allMatch(input -> Requirement.of(input).isEmpty());
    }

    private @Nullable Value slices(Value x) {
        List<Slice> slices = new ArrayList<>();
        boolean none = chance(0.2);
        for (Dim dim : x.expr().shape().dims()) {
            if (chance(0.1)) {
                slices.add(Slice.newAxis());
            }
            slices.add(none || chance(0.4) ? Slice.all() : slice(dim));
        }
        return moved(x.expr().get(slices.toArray(Slice[]::new)), x);
    }

    private Slice slice(Dim dim) {
        int step = new int[]{1, 1, 1, 2, 3, -1, -2}[random.nextInt(7)];
        if (!dim.isConstant()) {
            int some = 1 + random.nextInt(2);
            return switch (random.nextInt(4)) {
                case 0 -> Slice.from(chance(0.5) ? some : -some).step(Math.abs(step));
                case 1 -> Slice.to(-some).step(Math.abs(step));
                case 2 -> Slice.at(chance(0.5) ? 0 : -1);
                default -> Slice.all().step(step);
            };
        }
        int extent = (int) dim.value();
        if (extent > 0 && chance(0.2)) {
            return Slice.at(random.nextInt(2 * extent) - extent);
        }
        int a = random.nextInt(2 * extent + 3) - extent - 1;
        int b = random.nextInt(2 * extent + 3) - extent - 1;
        return switch (random.nextInt(4)) {
            case 0 -> Slice.from(a).step(step);
            case 1 -> Slice.to(a).step(step);
            case 2 -> Slice.range(a, b).step(step);
            default -> Slice.all().step(step);
        };
    }

    private @Nullable Value padded(Value x, int axis) {
        int low = random.nextInt(4) - 1;
        int high = random.nextInt(4) - 1;
        Dim extent = x.expr().shape().dim(axis);
        if (extent.isConstant() && extent.value() + low + high < 0) {
            return null;
        }
        double value = x.is(BOOL) || !x.floating() ? random.nextInt(2) : random.nextInt(3) / 2.0;
        Expr padded = x.expr().pad(axis, low, high, value);
        return Requirement.of(padded.node()).isEmpty()
                ? add(padded, Math.max(1, x.bound()), Math.max(1, x.places())) : null;
    }

    private @Nullable Value joined(Value x, int axis) {
        List<Dim> dims = new ArrayList<>(x.expr().shape().dims());
        dims.set(axis, Dim.of(0));
        List<Value> parts = new ArrayList<>(List.of(x));
        int count = chance(0.1) ? 9 : 1 + random.nextInt(3);
        while (parts.size() < count) {
            Value next = any(v -> {
                if (!v.is(x.expr().dtype()) || v.expr().rank() != dims.size()) {
                    return false;
                }
                List<Dim> others = new ArrayList<>(v.expr().shape().dims());
                others.set(axis, Dim.of(0));
                return others.equals(dims);
            });
            parts.add(random.nextInt(parts.size() + 1), next);
        }
        Expr joined = Expr.concat(axis, parts.stream().map(Value::expr).toList());
        return add(joined, parts.stream().mapToDouble(Value::bound).max().orElseThrow(),
                parts.stream().mapToInt(Value::places).max().orElseThrow());
    }
}
