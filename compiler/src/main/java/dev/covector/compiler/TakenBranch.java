package dev.covector.compiler;

import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.graph.ir.SourceLine;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a branch of a select that is not taken from spoiling gradients: its cotangent is 0, but 0 · ∞ is NaN. With
 * {@code where(x > 0, log(x), 0)} at 0, the plain rules give 0 / 0.
 *
 * <p>So the cotangent of a branch carries the select's condition with it, and each rule that multiplies is guarded by
 * it: {@code select(p, g · ∂, 0)}. A predicate says where a cotangent may be other than 0; null is everywhere. It ends
 * where the rule itself sums over elements: at broadcasts, cumulative sums, gathers and
 * contractions.
 */
final class TakenBranch extends Algebra {
    TakenBranch(NodeFactory nodes, @Nullable SourceLine line) {
        super(nodes, line);
    }

    /** What the rule of {@code y} made for operand {@code i} from a cotangent that is 0 where {@code p} is false. */
    Node guard(Node y, int i, Node derived, @Nullable Node p) {
        Node where = p != null && canSpoil(y, i) ? moved(y, i, p) : null;
        return where == null ? derived : select(where, derived, like(derived, 0));
    }

    /** Whether the rule of {@code y} multiplies or divides by what may be infinite, NaN or 0. */
    private static boolean canSpoil(Node y, int i) {
        return switch (y.op()) {
            case Op.Unary unary -> switch (unary.kind()) {
                case ABS, EXP, EXPM1, LOG, LOG1P, SQRT, RSQRT, SQUARE, RECIPROCAL, SIN, COS, TAN, ASIN,
                        ACOS, ATAN, SINH, COSH, TANH, SIGMOID, SOFTPLUS, ERF -> true;
                case NEG, SIGN, RELU, FLOOR, CEIL, ROUND, NOT, IS_NAN, IS_FINITE -> false;
            };
            case Op.Binary binary -> switch (binary.kind()) {
                case MUL, DIV -> i == 1 && binary.kind() == BinaryKind.DIV || !isOrdinary(y.input(1 - i));
                case REM, POW, ATAN2 -> true;
                case ADD, SUB, MAX, MIN, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_LOGICAL -> false;
            };
            case Op.Reduce reduce -> reduce.kind() == ReduceKind.PROD;
            default -> false;
        };
    }

    /** Whether all elements are one known number, finite and not 0. */
    private static boolean isOrdinary(Node factor) {
        Op op = factor.op() instanceof Op.Broadcast ? factor.input(0).op() : factor.op();
        return op instanceof Op.Constant constant && constant.value().isScalar()
                && Double.isFinite(constant.value().tensor().item()) && constant.value().tensor().item() != 0;
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

    /** {@code p} over the elements of operand {@code i}; null where the rule sums, or is none. */
    private @Nullable Node moved(Node y, int i, Node p) {
        return switch (y.op()) {
            case Op.Unary unary -> p;
            case Op.Binary binary -> p;
            case Op.Cast cast -> p;
            case Op.Reshape reshape -> reshape(p, y.input(0).type().shape());
            case Op.Transpose transpose -> transpose(p, inverse(transpose.permutation()));
            case Op.Slice slice -> movedBack(y, i, p);
            case Op.Reverse reverse -> movedBack(y, i, p);
            case Op.Pad pad -> i == 0 ? movedBack(y, i, p) : null;
            case Op.Concat concat -> movedBack(y, i, p);
            case Op.Reduce reduce -> {
                var shape = y.input(0).type().shape();
                yield broadcast(p, shape, others(shape.rank(), reduce.axes()));
            }
            case Op.ScatterAdd scatter ->
                    i == 0 ? p : make(new Op.Gather(scatter.axis()), p, y.input(1));
            case Op.Broadcast broadcast -> null;
            case Op.ReduceWindow window -> null;
            case Op.ArgWindow window -> null;
            case Op.Dot dot -> null;
            case Op.Conv conv -> null;
            case Op.Gather gather -> null;
            case Op.Select select -> null;
            case Op.Compare compare -> null;
            case Op.Arg arg -> null;
            case Op.Windows windows -> null;
            case Op.PartialSum partial -> null;
            case Op.CumSum cumSum -> null;
            case Op.ArgSort sort -> null;
            case Op.StopGradient stop -> null;
            case Op.Placeholder placeholder -> null;
            case Op.CustomGradient custom -> null;
            case Op.Gradient gradient -> null;
            case Op.Input input -> null;
            case Op.Parameter parameter -> null;
            case Op.Constant constant -> null;
            case Op.Iota iota -> null;
            case Op.Extent extent -> null;
            case Op.RandomBits bits -> null;
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
