package dev.covector.compiler.reference;

import static dev.covector.runtime.DType.BOOL;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.DType;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** One elementwise op or a few on values of the pool, their arguments kept where the functions are smooth. */
@NullUnmarked // its maps hold what they are asked for
abstract class RandomElementwise extends RandomLargeOps {
    RandomElementwise(long seed, boolean large) {
        super(seed, large);
    }

    final @Nullable Value unary() {
        Value x = any(v -> !v.is(BOOL));
        Expr e = x.expr();
        if (!x.floating()) {
            return switch (random.nextInt(6)) {
                case 0 -> add(e.unaryMinus(), x.bound(), 0);
                case 1 -> add(e.abs(), x.bound(), 0);
                case 2 -> add(e.sign(), 1, 0);
                case 3 -> add(e.square(), x.bound() * x.bound(), 0);
                case 4 -> add(e.not(), x.bound() + 1, 0);
                default -> add(e.relu(), x.bound(), 0);
            };
        }
        return switch (random.nextInt(30)) {
            case 0 -> add(e.unaryMinus(), x.bound(), x.places());
            case 1 -> add(e.abs(), x.bound(), x.places());
            case 2 -> jumping(x) ? add(e.sign(), 1, 0) : null;
            case 3 -> add((x.bound() <= 4 ? e : e.tanh()).exp(), 55, INEXACT);
            case 4 -> add(e.abs().plus(0.5).log(), 5, INEXACT);
            case 5 -> add(e.square().plus(0.25).sqrt(), x.bound() + 1, INEXACT);
            case 6 -> add(e.tanh(), 1, INEXACT);
            case 7 -> add(e.sigmoid(), 1, INEXACT);
            case 8 -> add(e.square(), x.bound() * x.bound(), 2 * x.places());
            case 9 -> add(e.stopGradient(), x.bound(), x.places());
            case 10 -> add(e.square().plus(0.5).reciprocal(), 2, INEXACT);
            case 11 -> add((x.bound() <= 4 ? e : e.tanh()).expm1(), 55, INEXACT);
            case 12 -> add(e.abs().minus(0.5).log1p(), 5, INEXACT);
            case 13 -> add(e.square().plus(0.25).rsqrt(), 2, INEXACT);
            case 14 -> add((x.bound() <= 4 ? e : e.tanh()).sinh(), 28, INEXACT);
            case 15 -> add((x.bound() <= 4 ? e : e.tanh()).cosh(), 28, INEXACT);
            case 16 -> add(e.softplus(), x.bound() + 1, INEXACT);
            case 17 -> add(e.erf(), 1, INEXACT);
            case 18 -> jumping(x) ? add(e.floor(), x.bound() + 1, 0) : null;
            case 19 -> jumping(x) ? add(e.ceil(), x.bound() + 1, 0) : null;
            case 20 -> jumping(x) ? add(e.round(), x.bound() + 1, 0) : null;
            case 22 -> add(e.sin(), 1, INEXACT);
            case 23 -> add(e.cos(), 1, INEXACT);
            case 24 -> add(e.tanh().tan(), 2, INEXACT);
            case 25 -> add(e.sin().times(0.75).asin(), 1, INEXACT);
            case 26 -> add(e.cos().times(0.75).acos(), 3, INEXACT);
            case 27 -> add(e.atan(), 2, INEXACT);
            case 28 -> add(e.pow(random.nextInt(4)), Math.pow(x.bound() + 1, 3), INEXACT);
            case 21 -> add(chance(0.5) ? e.isNaN() : e.isFinite(), 1, 0);
            default -> add(e.relu(), x.bound(), x.places());
        };
    }

    final @Nullable Value binary() {
        Value x = any(v -> !v.is(BOOL));
        Value y = partner(x);
        if (y == null) {
            return null;
        }
        Value a = chance(0.5) ? x : y;
        Value b = a == x ? y : x;
        Expr e = a.expr();
        if (!a.floating() && chance(0.4)) {
            return bits(a, b);
        }
        int places = Math.max(a.places(), b.places());
        double greater = Math.max(a.bound(), b.bound());
        Expr divisor = switch (random.nextInt(3)) {
            case 0 -> b.expr().abs().plus(1);
            case 1 -> g.constant(e.dtype(), a.floating() ? 1.5 : 3);
            default -> b.expr().square().plus(2);
        };
        return switch (random.nextInt(a.floating() ? 11 : 9)) {
            case 9 -> {
                Expr exponent = b.bound() <= 2 ? b.expr() : b.expr().tanh();
                yield add(e.abs().plus(0.5).pow(exponent), Math.max(4, Math.pow(a.bound() + 0.5, 2)),
                        INEXACT);
            }
            case 10 -> add(e.atan2(b.expr().abs().plus(0.25)), 2, INEXACT);
            case 0, 1 -> add(e.plus(b.expr()), a.bound() + b.bound(), places);
            case 2 -> add(e.minus(b.expr()), a.bound() + b.bound(), places);
            case 3, 4 -> add(e.times(b.expr()), a.bound() * b.bound(), a.places() + b.places());
            case 5 -> add(e.div(divisor), a.bound(), a.floating() ? INEXACT : 0);
            case 6 -> jumping(a) && jumping(b) ? add(e.rem(divisor), a.bound(), a.floating() ? INEXACT : 0)
                    : null;
            case 7 -> add(e.maximum(b.expr()), greater, places);
            default -> add(e.minimum(b.expr()), greater, places);
        };
    }

    /** Logic and shifts of integers. */
    private @Nullable Value bits(Value a, Value b) {
        Expr e = a.expr();
        double together = 2 * Math.max(a.bound(), b.bound()) + 1;
        return switch (random.nextInt(6)) {
            case 0 -> add(e.and(b.expr()), together, 0);
            case 1 -> add(e.or(b.expr()), together, 0);
            case 2 -> add(e.xor(b.expr()), together, 0);
            case 3 -> add(e.shl(b.expr()), Long.MAX_VALUE, 0);
            case 4 -> add(e.shr(b.expr()), a.bound(), 0);
            default -> add(e.ushr(b.expr()), Long.MAX_VALUE, 0);
        };
    }

    final @Nullable Value logic() {
        Value x = anyOrNull(v -> v.is(BOOL));
        if (x == null) {
            return compare();
        }
        Value y = partner(x);
        return switch (random.nextInt(4)) {
            case 0 -> add(x.expr().not(), 1, 0);
            case 1 -> y == null ? null : add(x.expr().and(y.expr()), 1, 0);
            case 2 -> y == null ? null : add(x.expr().or(y.expr()), 1, 0);
            default -> y == null ? null : add(x.expr().xor(y.expr()), 1, 0);
        };
    }

    final @Nullable Value compare() {
        Value x = any(this::jumping);
        Value y = partner(x);
        if (y == null || !jumping(y)) {
            return null;
        }
        Expr a = x.expr();
        Expr b = y.expr();
        return add(switch (random.nextInt(x.is(BOOL) ? 2 : 6)) {
            case 0 -> a.eq(b);
            case 1 -> a.ne(b);
            case 2 -> a.lt(b);
            case 3 -> a.le(b);
            case 4 -> a.gt(b);
            default -> a.ge(b);
        }, 1, 0);
    }

    final @Nullable Value select() {
        Value condition = anyOrNull(v -> v.is(BOOL) && !isConstant(v.expr()));
        if (condition == null) {
            condition = compare();
        }
        Value x = any(v -> true);
        Value y = partner(x);
        if (condition == null || isConstant(condition.expr()) || y == null
                || !broadcasts(condition.expr().shape(), x.expr().shape())
                || !broadcasts(condition.expr().shape(), y.expr().shape())) {
            return null;
        }
        return add(condition.expr().where(x.expr(), y.expr()), Math.max(x.bound(), y.bound()),
                Math.max(x.places(), y.places()));
    }

    /**
     * Whether the value is known before a call. A choice by such a condition folds away, and with it the NaN that the
     * derivative of the other branch may make.
     */
    static boolean isConstant(Expr expr) {
        return Graph.reachable(List.of(expr.node())).stream()
                .noneMatch(node -> node.op() instanceof Op.Input || node.op() instanceof Op.Parameter);
    }

    final @Nullable Value cast() {
        Value x = any(v -> true);
        DType to = any(DTYPES);
        if (to == x.expr().dtype() || !to.isFloating() && !jumping(x)) {
            return null;
        }
        boolean keeps = to.isFloating() && (!x.floating() || x.places() != INEXACT);
        return add(x.expr().cast(to), to == BOOL ? 1 : x.bound(),
                to.isFloating() ? keeps ? x.places() : INEXACT : 0);
    }
}
