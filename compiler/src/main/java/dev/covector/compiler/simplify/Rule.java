package dev.covector.compiler.simplify;

import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.UnaryKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One rewrite. It sees an op and its operands, which are simple already, and answers with an equal node, or with null
 * where it does not apply. A rule asks {@link Rewriter#op} what an operand is, never the operand itself: some must not
 * be looked into.
 *
 * @param name what tests and dumps call this
 * @param op   the ops that this is tried on
 */
record Rule(String name, Class<? extends Op> op, Rewrite<Op> rewrite) {

    /** From an op of type {@code O} over {@code in}. */
    interface Rewrite<O extends Op> {
        @Nullable
        Node apply(Rewriter r, O op, List<Node> in);
    }

    /** From a function of x. */
    interface OfOne {
        @Nullable
        Node apply(Rewriter r, Node x);
    }

    /** From a function of x and y. */
    interface OfTwo {
        @Nullable
        Node apply(Rewriter r, Node x, Node y);
    }

    static <O extends Op> Rule on(Class<O> op, String name, Rewrite<O> rewrite) {
        return new Rule(name, op, (r, any, in) -> rewrite.apply(r, op.cast(any), in));
    }

    static Rule on(UnaryKind kind, String name, OfOne rewrite) {
        return on(Op.Unary.class, name,
                (r, op, in) -> op.kind() == kind ? rewrite.apply(r, in.get(0)) : null);
    }

    /** Tried with both orders of the operands if the op commutes. */
    static Rule on(BinaryKind kind, String name, OfTwo rewrite) {
        return on(Op.Binary.class, name, (r, op, in) -> {
            if (op.kind() != kind) {
                return null;
            }
            Node found = rewrite.apply(r, in.get(0), in.get(1));
            return found == null && kind.isCommutative() ? rewrite.apply(r, in.get(1), in.get(0)) : found;
        });
    }
}
