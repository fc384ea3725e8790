package dev.covector.compiler;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.SourceLine;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a branch of a select that is not taken from spoiling gradients: its cotangent is 0, but 0 · ∞ is NaN. With
 * {@code where(x > 0, log(x), 0)} at 0, the plain rules give 0 / 0.
 *
 * <p>So the cotangent of a branch carries the select's condition with it, and each rule that multiplies is guarded by
 * it: {@code select(p, g · ∂, 0)}. A predicate says where a cotangent may be other than 0; null is everywhere. It ends
 * where the rule itself sums over elements: at broadcasts, gathers and contractions.
 */
final class TakenBranch extends Algebra {
    TakenBranch(NodeFactory nodes, @Nullable SourceLine line) {
        super(nodes, line);
    }

    /** {@code derived}, made by the rule of {@code y} from a cotangent that is 0 where {@code p} is false. */
    Node guard(Node y, Node derived, @Nullable Node p) {
        return p != null && multiplies(y.op()) ? select(p, derived, like(derived, 0)) : derived;
    }

    /** Whether the elementwise rule of {@code op} multiplies by something that may not be finite. */
    private static boolean multiplies(Op op) {
        return switch (op) {
            case Op.Unary unary -> switch (unary.kind()) {
                case ABS, EXP, LOG, SQRT, TANH, SIGMOID -> true;
                case NEG, SIGN, RELU, NOT -> false;
            };
            case Op.Binary binary -> switch (binary.kind()) {
                case MUL, DIV, REM -> true;
                case ADD, SUB, MAX, MIN, AND, OR, XOR -> false;
            };
            default -> false;
        };
    }

    /** The predicate of operand {@code i}'s share in the cotangent of {@code y}, which has the predicate {@code p}. */
    @Nullable
    Node predicate(Node y, int i, @Nullable Node p) {
        if (y.op() instanceof Op.Select) {
            Node taken = i == 1 ? y.input(0) : not(y.input(0));
            return p == null || p == taken ? taken : and(p, taken);
        }
        return p == null ? null : moved(y, i, p);
    }

    private @Nullable Node moved(Node y, int i, Node p) {
        return switch (y.op()) {
            case Op.Unary unary -> p;
            case Op.Binary binary -> p;
            case Op.Cast cast -> p;
            case Op.Reshape reshape -> reshape(p, y.input(0).type().shape());
            case Op.Transpose transpose -> transpose(p, inverse(transpose.permutation()));
            case Op.Reduce reduce -> {
                var shape = y.input(0).type().shape();
                yield broadcast(p, shape, others(shape.rank(), reduce.axes()));
            }
            case Op.ScatterAdd scatter ->
                    i == 0 ? p : make(new Op.Gather(scatter.axis()), p, y.input(1));
            default -> null;
        };
    }

    /** Where {@code p} or {@code q} holds; everywhere if they are complements. */
    @Nullable
    Node either(@Nullable Node p, @Nullable Node q) {
        if (p == null || q == null || p == not(q) || q == not(p)) {
            return null;
        }
        return p == q ? p : or(p, q);
    }
}
