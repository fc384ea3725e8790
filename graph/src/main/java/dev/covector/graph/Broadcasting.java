package dev.covector.graph;

import dev.covector.graph.ir.Op;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** NumPy's broadcasting, with named dimensions: a name goes with itself or 1. */
final class Broadcasting {
    private Broadcasting() {}

    /** The shape that all operands broadcast to. */
    static Shape commonShape(List<Expr> operands) {
        List<Dim> common = List.of();
        for (Expr operand : operands) {
            operands.get(0).builder().checkOwn(operand);
            common = commonDims(common, operand.shape().dims(), 0, operands);
        }
        return Shape.of(common);
    }

    /** All operands in the shape that they have in common. */
    static List<Expr> toCommonShape(Expr... operands) {
        List<Expr> all = List.of(operands);
        Shape common = commonShape(all);
        return all.stream().map(operand -> to(operand, common)).toList();
    }

    static Expr to(Expr x, Shape shape) {
        if (shape.equals(x.shape())) {
            return x;
        }
        int added = shape.rank() - x.rank();
        if (added < 0) {
            throw x.builder().error(
                    "can't broadcast " + x.shape() + " to " + shape + ", which has fewer axes",
                    List.of(x), "sum over an axis, or squeeze it");
        }
        return x.builder().make(
                new Op.Broadcast(shape, IntStream.range(added, shape.rank()).boxed().toList()), List.of(x),
                null);
    }

    /** Aligned at the last axis, equal or 1. Messages count the axes that are {@code axesBehind} these. */
    static List<Dim> commonDims(List<Dim> a, List<Dim> b, int axesBehind, List<Expr> operands) {
        int rank = Math.max(a.size(), b.size());
        List<Dim> common = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            int inA = axis - (rank - a.size());
            int inB = axis - (rank - b.size());
            Dim left = inA < 0 ? Dim.of(1) : a.get(inA);
            Dim right = inB < 0 ? Dim.of(1) : b.get(inB);
            if (!left.equals(right) && !left.isExactly(1) && !right.isExactly(1)) {
                boolean named = !left.isConstant() || !right.isConstant();
                throw operands.get(0).builder().error(
                        "the shapes don't broadcast: " + left + " against " + right + " at axis "
                                + (axis - rank - axesBehind),
                        operands,
                        named ? "a named dimension only goes with itself or 1: give both the same Dim"
                                : "extents must be equal or 1: reshape, expandDims or transpose one of them");
            }
            common.add(left.isExactly(1) ? right : left);
        }
        return common;
    }
}
