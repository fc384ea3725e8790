package dev.covector.compiler.simplify;

import dev.covector.compiler.simplify.Movement.Axes;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Contractions that read their operands as they lie, and do nothing to many elements that could be done to few. */
final class Contractions {
    /** What a named extent counts as where sizes are compared; only speed depends on it. */
    private static final long TYPICAL_EXTENT = 256;

    private Contractions() {}

    static final List<Rule> RULES = List.of(
            // dot(transpose(a), b) = dot(a, b), where a's free axes stay in order
            Rule.on(Op.Dot.class, "dot-transpose-first", (r, op, in) -> {
                Side side = Side.withoutTranspose(r, in.get(0), op.batchA(), op.contractA());
                return side == null ? null : r.make(
                        new Op.Dot(side.batch(), op.batchB(), side.contract(), op.contractB()),
                        List.of(side.operand(), in.get(1)));
            }),
            // dot(a, transpose(b)) = dot(a, b), likewise
            Rule.on(Op.Dot.class, "dot-transpose-second", (r, op, in) -> {
                Side side = Side.withoutTranspose(r, in.get(1), op.batchB(), op.contractB());
                return side == null ? null : r.make(
                        new Op.Dot(op.batchA(), side.batch(), op.contractA(), side.contract()),
                        List.of(in.get(0), side.operand()));
            }),
            // transpose(dot(a, b)) = dot(b, a), where it swaps a's free axes with b's
            Rule.on(Op.Transpose.class, "transpose-dot", (r, op, in) -> {
                if (!(r.op(in.get(0)) instanceof Op.Dot dot) || !r.usedOnce(in.get(0))) {
                    return null;
                }
                int rank = op.permutation().size();
                int batch = dot.batchA().size();
                int freeA = in.get(0).input(0).type().shape().rank() - batch - dot.contractA().size();
                List<Integer> swap = new ArrayList<>(Axes.all(batch));
                swap.addAll(Axes.all(rank).subList(batch + freeA, rank));
                swap.addAll(Axes.all(rank).subList(batch, batch + freeA));
                return op.permutation().equals(swap)
                        ? r.make(new Op.Dot(dot.batchB(), dot.batchA(), dot.contractB(), dot.contractA()),
                                List.of(in.get(0).input(1), in.get(0).input(0)))
                        : null;
            }),
            // dot(reshape(a): [1,k], b) = reshape(dot(a: [k], b))
            Rule.on(Op.Dot.class, "dot-unit-axes-first", (r, op, in) -> {
                Side side = Side.withoutUnitAxes(r, in.get(0), op.batchA(), op.contractA());
                return side == null ? null : r.reshape(r.make(
                        new Op.Dot(side.batch(), op.batchB(), side.contract(), op.contractB()),
                        List.of(side.operand(), in.get(1))), shape(op, in));
            }),
            // dot(a, reshape(b): [k,1]) = reshape(dot(a, b: [k]))
            Rule.on(Op.Dot.class, "dot-unit-axes-second", (r, op, in) -> {
                Side side = Side.withoutUnitAxes(r, in.get(1), op.batchB(), op.contractB());
                return side == null ? null : r.reshape(r.make(
                        new Op.Dot(op.batchA(), side.batch(), op.contractA(), side.contract()),
                        List.of(in.get(0), side.operand())), shape(op, in));
            }),
            // dot(a · c, b) = dot(a, b) · c or dot(a, b · c), where that is smaller, for scalars c > 0
            Rule.on(Op.Dot.class, "dot-scaled-first", (r, op, in) -> withoutFactor(r, op, in, 0)),
            // dot(a, b · c) = dot(a, b) · c or dot(a · c, b), likewise
            Rule.on(Op.Dot.class, "dot-scaled-second", (r, op, in) -> withoutFactor(r, op, in, 1)));

    private static @Nullable Node withoutFactor(Rewriter r, Op.Dot op, List<Node> in, int side) {
        Scaled scaled = Scaled.of(r, in.get(side));
        if (scaled == null) {
            return null;
        }
        double here = typicalSize(in.get(side).type().shape());
        double other = typicalSize(in.get(1 - side).type().shape());
        double result = typicalSize(shape(op, in));
        List<Node> operands = new ArrayList<>(in);
        operands.set(side, scaled.x());
        if (result < here && result <= other) {
            return Scaled.times(r, r.make(op, operands), scaled.c());
        }
        if (other < here) {
            operands.set(1 - side, Scaled.times(r, in.get(1 - side), scaled.c()));
            return r.make(op, operands);
        }
        return null;
    }

    private static Shape shape(Op.Dot op, List<Node> in) {
        Shape a = in.get(0).type().shape();
        Shape b = in.get(1).type().shape();
        List<Integer> freeA = new ArrayList<>(op.batchA());
        freeA.addAll(op.contractA());
        List<Integer> freeB = new ArrayList<>(op.batchB());
        freeB.addAll(op.contractB());
        var dims = new ArrayList<>(Axes.at(a, op.batchA()).dims());
        dims.addAll(Axes.at(a, Axes.without(a.rank(), freeA)).dims());
        dims.addAll(Axes.at(b, Axes.without(b.rank(), freeB)).dims());
        return Shape.of(dims);
    }

    private static double typicalSize(Shape shape) {
        return shape.dims().stream().mapToDouble(dim -> dim.evaluate(name -> TYPICAL_EXTENT))
                .reduce(1, (a, b) -> a * b);
    }

    /** One operand of a contraction. */
    private record Side(Node operand, List<Integer> batch, List<Integer> contract) {

        static @Nullable Side withoutTranspose(Rewriter r, Node node, List<Integer> batch,
                List<Integer> contract) {
            if (!(r.op(node) instanceof Op.Transpose transpose)) {
                return null;
            }
            List<Integer> permutation = transpose.permutation();
            return Axes.ascend(Axes.at(permutation, free(permutation.size(), batch, contract)))
                    ? new Side(node.input(0), Axes.at(permutation, batch), Axes.at(permutation, contract))
                    : null;
        }

        static @Nullable Side withoutUnitAxes(Rewriter r, Node node, List<Integer> batch,
                List<Integer> contract) {
            if (!(r.op(node) instanceof Op.Reshape)) {
                return null;
            }
            Movement.Spread spread = Movement.Spread.of(r, node);
            return spread != null && spread.axes().containsAll(batch) && spread.axes().containsAll(contract)
                    ? new Side(spread.source(), batch.stream().map(spread.axes()::indexOf).toList(),
                            contract.stream().map(spread.axes()::indexOf).toList())
                    : null;
        }

        private static List<Integer> free(int rank, List<Integer> batch, List<Integer> contract) {
            return Axes.without(rank, batch).stream().filter(axis -> !contract.contains(axis)).toList();
        }
    }
}
