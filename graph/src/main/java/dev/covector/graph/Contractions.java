package dev.covector.graph;

import dev.covector.graph.ir.Op;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Products of tensors as general contractions. */
final class Contractions {
    private Contractions() {}

    static Expr dot(Expr a, Expr b, List<Integer> batchA, List<Integer> batchB, List<Integer> contractA,
            List<Integer> contractB) {
        return a.builder().make(new Op.Dot(Axes.of(a, batchA), Axes.of(b, batchB), Axes.of(a, contractA),
                Axes.of(b, contractB)), List.of(a, b), null);
    }

    static Expr matmul(Expr a, Expr b) {
        if (a.rank() == 0 || b.rank() == 0) {
            throw a.builder().error("a scalar is not a matrix", List.of(a, b), "multiply by it with times");
        }
        if (b.rank() <= 2) {
            return dot(a, b, List.of(), List.of(), List.of(-1), List.of(b.rank() == 1 ? -1 : -2));
        }
        if (a.rank() == 1) {
            return a.expandDims(0).matmul(b).squeeze(-2);
        }
        List<Dim> leading = Broadcasting.commonDims(a.shape().dims().subList(0, a.rank() - 2),
                b.shape().dims().subList(0, b.rank() - 2), 2, List.of(a, b));
        List<Integer> batch = IntStream.range(0, leading.size()).boxed().toList();
        return dot(withLeading(a, leading), withLeading(b, leading), batch, batch, List.of(-1), List.of(-2));
    }

    private static Expr withLeading(Expr x, List<Dim> leading) {
        List<Dim> dims = new ArrayList<>(leading);
        dims.addAll(x.shape().dims().subList(x.rank() - 2, x.rank()));
        return x.broadcastTo(Shape.of(dims));
    }
}
