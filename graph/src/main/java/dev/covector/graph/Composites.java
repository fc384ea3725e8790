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
        Expr exp = x.minus(x.maxKeepDims(axis).stopGradient()).exp();
        return exp.div(exp.sumKeepDims(axis));
    }

    static Expr logSoftmax(Expr x, int axis) {
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

    private static void requireFloating(Expr x) {
        if (!x.dtype().isFloating()) {
            throw x.builder().error("takes f32 or f64, got " + x.dtype(), List.of(x),
                    "cast it first, such as .cast(FLOAT32)");
        }
    }
}
