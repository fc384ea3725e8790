package dev.covector.compiler.simplify;

import static dev.covector.graph.ir.BinaryKind.ADD;
import static dev.covector.graph.ir.BinaryKind.DIV;
import static dev.covector.graph.ir.BinaryKind.MUL;
import static dev.covector.graph.ir.BinaryKind.SUB;
import static dev.covector.graph.ir.UnaryKind.EXP;

import dev.covector.compiler.simplify.Movement.Axes;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The derivative of a softmax. What differentiation makes of exponentials over their sum divides each element of the
 * cotangent by the sum, though the quotient that the forward pass has anyway is all that is needed.
 */
final class Softmax {
    private Softmax() {}

    static final List<Rule> RULES = List.of(
            // e · (d/s - sum(p · d/s)) = p · (d - sum(p · d)), where e = exp(x), s = sum(e) and p = e/s. What is divided by a tiny
            // sum may overflow, p · d doesn't.
            Rule.on(MUL, "softmax-gradient", Softmax::gradient));

    private static @Nullable Node gradient(Rewriter r, Node e, Node difference) {
        if (r.argument(e, EXP) == null || !r.isBinary(difference, ADD)) {
            return null;
        }
        Node found = gradient(r, e, difference.input(0), difference.input(1));
        return found == null ? gradient(r, e, difference.input(1), difference.input(0)) : found;
    }

    /** Of {@code e · (quotient + minus)}. */
    private static @Nullable Node gradient(Rewriter r, Node e, Node quotient, Node minus) {
        if (!r.isBinary(quotient, DIV) || !(r.op(minus) instanceof Op.Broadcast back)
                || !r.isBinary(minus.input(0), SUB) || !r.is(minus.input(0).input(0), 0)) {
            return null;
        }
        Node sum = minus.input(0).input(1);
        if (!(r.op(sum) instanceof Op.Reduce reduce) || reduce.kind() != ReduceKind.SUM
                || !isSumOf(r, quotient.input(1), e, reduce) || !isBack(back, e, reduce)
                || !r.isBinary(sum.input(0), MUL)) {
            return null;
        }
        Node x = sum.input(0).input(0);
        Node y = sum.input(0).input(1);
        Node p = x == quotient ? y : x;
        if (x != quotient && y != quotient || !r.isBinary(p, DIV) || p.input(0) != e
                || p.input(1) != quotient.input(1)) {
            return null;
        }
        Node d = quotient.input(0);
        Node all = r.reduce(ReduceKind.SUM, r.binary(MUL, p, d), reduce.axes());
        return r.binary(MUL, p, r.binary(SUB, d, r.broadcast(all, e.type().shape(), back.axes())));
    }

    /** Whether {@code node} is the sum of {@code e} as {@code reduce} takes it, at each element again. */
    private static boolean isSumOf(Rewriter r, Node node, Node e, Op.Reduce reduce) {
        return r.op(node) instanceof Op.Broadcast back && isBack(back, e, reduce)
                && r.op(node.input(0)) instanceof Op.Reduce sum && sum.equals(reduce)
                && node.input(0).input(0) == e;
    }

    /** Whether {@code back} gives each element of {@code e} what {@code reduce} has made of its row. */
    private static boolean isBack(Op.Broadcast back, Node e, Op.Reduce reduce) {
        return back.shape().equals(e.type().shape())
                && back.axes().equals(Axes.without(back.shape().rank(), reduce.axes()));
    }
}
