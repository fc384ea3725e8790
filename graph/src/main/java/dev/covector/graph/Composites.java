package dev.covector.graph;

import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;

/** The methods of {@link Expr} that are written with others of them, so that the compiler needs to know none. */
final class Composites {
    private Composites() {}

    static Expr mean(Expr x, int... axes) {
        requireFloating(x);
        return x.sum(axes).div(x.builder().extent(x.dtype(), Axes.count(x, axes)));
    }

    static Expr softmax(Expr x, int axis) {
        requireFloating(x);
        Expr exp = x.minus(x.maxKeepDims(axis).stopGradient()).exp();
        return exp.div(exp.sumKeepDims(axis));
    }

    static Expr logSoftmax(Expr x, int axis) {
        requireFloating(x);
        Expr shifted = x.minus(x.maxKeepDims(axis).stopGradient());
        return shifted.minus(shifted.exp().sumKeepDims(axis).log());
    }

    static Expr oneHot(Expr x, int depth, DType dtype) {
        if (!x.dtype().isInteger()) {
            throw x.builder().error("takes i32 or i64, got " + x.dtype(), List.of(x),
                    "cast it first, such as .cast(INT32)");
        }
        List<Dim> dims = new ArrayList<>(x.shape().dims());
        dims.add(Dim.of(depth));
        Expr index = x.builder().iota(x.dtype(), Shape.of(dims), -1);
        return index.eq(x.expandDims(-1)).cast(dtype);
    }

    /** From the greatest, unless that is infinite: ∞ - ∞ has no value. */
    static Expr logSumExp(Expr x, int... axes) {
        requireFloating(x);
        Expr greatest = x.maxKeepDims(axes).stopGradient();
        Expr from = greatest.isFinite().where(greatest, zero(x));
        Expr sum = x.minus(from).exp().sum(axes);
        return sum.log().plus(from.reshape(sum.shape()));
    }

    static Expr variance(Expr x, int[] axes, int correction) {
        Expr squares = x.minus(x.meanKeepDims(axes)).square().sum(axes);
        Expr count = x.builder().extent(x.dtype(), Axes.count(x, axes));
        return squares.div(correction == 0 ? count : count.minus(correction));
    }

    static Expr std(Expr x, int[] axes, int correction) {
        return root(variance(x, axes, correction));
    }

    static Expr norm(Expr x, int... axes) {
        requireFloating(x);
        return root(x.square().sum(axes));
    }

    /** The axes are looked at first, so that a mistake in them is told of x. */
    static Expr normL1(Expr x, int... axes) {
        List<Integer> checked = Axes.reduced(x, axes);
        return x.abs().sum(checked.stream().mapToInt(axis -> axis).toArray());
    }

    /** The square root, with the derivative 0 at 0 instead of an infinite one, which would make NaN of sums of squares. */
    private static Expr root(Expr x) {
        return x.eq(0).where(zero(x), x.sqrt());
    }

    static Expr outer(Expr a, Expr b) {
        return a.dot(b, List.of(), List.of(), List.of(), List.of());
    }

    /** x where the column is at most {@code last} ahead of the row ({@code below}), or at least that much; else 0. */
    static Expr triangle(Expr x, int last, boolean below) {
        if (x.rank() < 2) {
            throw x.builder().error("takes a matrix or a batch of them, got " + x.shape(), List.of(x), "");
        }
        Shape matrix = Shape.of(x.shape().dims().subList(x.rank() - 2, x.rank()));
        Expr row = x.builder().iota(DType.INT32, matrix, 0);
        Expr column = x.builder().iota(DType.INT32, matrix, 1);
        Expr ahead = column.minus(row);
        return (below ? ahead.le(last) : ahead.ge(last)).where(x, zero(x));
    }

    private static Expr zero(Expr like) {
        return like.builder().constant(like.dtype(), 0.0);
    }

    private static void requireFloating(Expr x) {
        if (!x.dtype().isFloating()) {
            throw x.builder().error("takes f32 or f64, got " + x.dtype(), List.of(x),
                    "cast it first, such as .cast(FLOAT32)");
        }
    }
}
