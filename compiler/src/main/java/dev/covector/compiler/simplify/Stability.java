package dev.covector.compiler.simplify;

import static dev.covector.graph.ir.BinaryKind.ADD;
import static dev.covector.graph.ir.BinaryKind.DIV;
import static dev.covector.graph.ir.BinaryKind.MUL;
import static dev.covector.graph.ir.BinaryKind.SUB;
import static dev.covector.graph.ir.UnaryKind.EXP;
import static dev.covector.graph.ir.UnaryKind.EXPM1;
import static dev.covector.graph.ir.UnaryKind.IS_FINITE;
import static dev.covector.graph.ir.UnaryKind.LOG;
import static dev.covector.graph.ir.UnaryKind.LOG1P;
import static dev.covector.graph.ir.UnaryKind.NEG;
import static dev.covector.graph.ir.UnaryKind.RECIPROCAL;
import static dev.covector.graph.ir.UnaryKind.SIGMOID;
import static dev.covector.graph.ir.UnaryKind.SOFTPLUS;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.graph.ir.UnaryKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Logarithms and exponentials where they meet: what would overflow, or lose all its digits, on the way to a number
 * that is neither too large nor too small. These rules run before differentiation only, so that derivatives are those of the
 * stable form. They change more than last bits, always towards the exact value: {@code log(softmax(x))} is -∞ for most
 * elements of x between ±10⁴ when it is computed as it is written.
 *
 * <p>Most of them look through movement: {@code log} of a transposed slice of a softmax is the transposed slice of its log.
 * Following the chain of movement ops is what a question costs, so the chain is only followed for {@link #DEPTH} ops.
 */
final class Stability {
    private static final int DEPTH = 16;

    private Stability() {}

    static final List<Rule> RULES = List.of(

            // ---- exp(x) - 1 and log(1 + x)

            // e^x - 1 = expm1(x)
            Rule.on(SUB, "exp-minus-one", (r, x, y) -> r.is(y, 1) ? apply(r, EXPM1, of(r, x, EXP)) : null),
            // e^x + -1 = expm1(x)
            Rule.on(ADD, "exp-plus-minus-one",
                    (r, x, y) -> r.is(y, -1) ? apply(r, EXPM1, of(r, x, EXP)) : null),
            // 1 - e^x = -expm1(x)
            Rule.on(SUB, "one-minus-exp",
                    (r, x, y) -> r.is(x, 1) ? negated(r, apply(r, EXPM1, of(r, y, EXP))) : null),
            // log(1 - σ(x)) = -softplus(x)
            Rule.on(LOG, "log-one-minus-sigmoid", (r, x) -> r.isBinary(x, SUB) && r.is(x.input(0), 1)
                    ? negated(r, apply(r, SOFTPLUS, of(r, x.input(1), SIGMOID))) : null),
            // log(1 + x) = log1p(x)
            Rule.on(LOG, "log-one-plus", (r, x) -> {
                Node rest = besides(r, x, 1);
                return rest == null ? null : r.unary(LOG1P, rest);
            }),
            // log(1 - x) = log1p(-x)
            Rule.on(LOG, "log-one-minus", (r, x) -> r.isBinary(x, SUB) && r.is(x.input(0), 1)
                    ? r.unary(LOG1P, r.neg(x.input(1))) : null),
            // log1p(e^x) = softplus(x)
            Rule.on(LOG1P, "log1p-exp", (r, x) -> apply(r, SOFTPLUS, of(r, x, EXP))),
            // log1p(-σ(x)) = -softplus(x)
            Rule.on(LOG1P, "log1p-minus-sigmoid", (r, x) -> {
                Node positive = r.argument(x, NEG);
                return positive == null ? null : negated(r, apply(r, SOFTPLUS, of(r, positive, SIGMOID)));
            }),

            // ---- sigmoid

            // 1 / (1 + e^x) = σ(-x)
            Rule.on(DIV, "one-over-one-plus-exp", (r, x, y) -> r.is(x, 1) ? sigmoidOfMinus(r, y) : null),
            // 1 / (1 + e^x) = σ(-x)
            Rule.on(RECIPROCAL, "reciprocal-one-plus-exp", (r, x) -> sigmoidOfMinus(r, x)),
            // e^x / (1 + e^x) = σ(x)
            Rule.on(DIV, "exp-over-one-plus-exp",
                    (r, x, y) -> x == besides(r, y, 1) ? apply(r, SIGMOID, of(r, x, EXP)) : null),
            // e^x / (e^x + e^y) = σ(x - y)
            Rule.on(DIV, "exp-over-two-exps", (r, x, y) -> {
                Node a = of(r, x, EXP);
                if (a == null || !r.isBinary(y, ADD) || y.input(0) != x && y.input(1) != x) {
                    return null;
                }
                Node b = of(r, y.input(y.input(0) == x ? 1 : 0), EXP);
                return b == null ? null : r.unary(SIGMOID, r.binary(SUB, a, b));
            }),
            // log(σ(x)) = -softplus(-x)
            Rule.on(LOG, "log-sigmoid", (r, x) -> {
                Node argument = of(r, x, SIGMOID);
                return argument == null ? null : r.neg(r.unary(SOFTPLUS, r.neg(argument)));
            }),

            // ---- softmax

            // e^x / sum(e^y) = e^(x - m) / sum(e^(y - m)), where m = max(y)
            Rule.on(DIV, "softmax", (r, x, y) -> softmax(r, x, y)),
            // e^x · (1 / sum(e^y)), likewise
            Rule.on(MUL, "softmax-reciprocal", (r, x, y) -> {
                Node sum = of(r, y, RECIPROCAL);
                return sum == null ? null : softmax(r, x, sum);
            }),

            // ---- logarithms

            // log(e^x) = x
            Rule.on(LOG, "log-exp", (r, x) -> of(r, x, EXP)),
            // log(sum(e^x)) = m + log(sum(e^(x - m))), where m = max(x)
            Rule.on(LOG, "log-sum-exp", (r, x) -> {
                Shift shift = Shift.of(r, x);
                return shift == null ? null : r.binary(ADD, shift.max(), r.unary(LOG, shift.sum()));
            }),
            // log(e^x + e^y) = y + softplus(x - y)
            Rule.on(LOG, "log-two-exps", (r, x) -> {
                Node a = r.isBinary(x, ADD) ? of(r, x.input(0), EXP) : null;
                Node b = a == null ? null : of(r, x.input(1), EXP);
                return a == null || b == null ? null
                        : r.binary(ADD, b, r.unary(SOFTPLUS, r.binary(SUB, a, b)));
            }),
            // log(x / y) = log(x) - log(y), where one of both logarithms needs no x or y
            Rule.on(LOG, "log-div", (r, x) -> r.isBinary(x, DIV) && eitherHasLog(r, x)
                    ? r.binary(SUB, r.unary(LOG, x.input(0)), r.unary(LOG, x.input(1))) : null),
            // log(x · y) = log(x) + log(y), likewise
            Rule.on(LOG, "log-mul", (r, x) -> r.isBinary(x, MUL) && eitherHasLog(r, x)
                    ? r.binary(ADD, r.unary(LOG, x.input(0)), r.unary(LOG, x.input(1))) : null),
            // log(1 / x) = -log(x), likewise
            Rule.on(LOG, "log-reciprocal", (r, x) -> {
                Node inverse = r.argument(x, RECIPROCAL);
                return inverse != null && hasLog(r, inverse, DEPTH) ? r.neg(r.unary(LOG, inverse)) : null;
            }),
            // log(move(x)) = move(log(x)), likewise
            Rule.on(LOG, "log-movement", (r, x) -> isMovement(r, x) && hasLog(r, x, DEPTH)
                    ? moved(r, x, r.unary(LOG, x.input(0))) : null));

    // ---- what an operand is

    /** x, if {@code node} is {@code kind(x)}; if that is moved, x moved. */
    private static @Nullable Node of(Rewriter r, Node node, UnaryKind kind) {
        Deque<Node> movement = new ArrayDeque<>();
        Node at = unmoved(r, node, movement);
        Node argument = r.argument(at, kind);
        return argument == null ? null : movedBack(r, movement, argument);
    }

    /** x, if {@code node} is {@code x + c}. */
    private static @Nullable Node besides(Rewriter r, Node node, double c) {
        if (!r.isBinary(node, ADD)) {
            return null;
        }
        return r.is(node.input(1), c) ? node.input(0) : r.is(node.input(0), c) ? node.input(1) : null;
    }

    /** Whether the logarithm of a value that can't be negative is known without computing the value. */
    private static boolean hasLog(Rewriter r, Node node, int depth) {
        return depth > 0 && switch (r.op(node)) {
            case Op.Unary unary -> switch (unary.kind()) {
                case EXP, SIGMOID -> true;
                case RECIPROCAL -> hasLog(r, node.input(0), depth - 1);
                default -> false;
            };
            case Op.Binary binary -> switch (binary.kind()) {
                case ADD -> of(r, node.input(0), EXP) != null
                        && (r.is(node.input(1), 1) || of(r, node.input(1), EXP) != null);
                case SUB -> r.is(node.input(0), 1) && of(r, node.input(1), SIGMOID) != null;
                case MUL, DIV -> hasLog(r, node.input(0), depth / 2) || hasLog(r, node.input(1), depth / 2);
                default -> false;
            };
            case Op.Reduce reduce -> reduce.kind() == ReduceKind.SUM && of(r, node.input(0), EXP) != null;
            default -> isMovement(r, node) && hasLog(r, node.input(0), depth - 1);
        };
    }

    private static boolean eitherHasLog(Rewriter r, Node node) {
        return hasLog(r, node.input(0), DEPTH) || hasLog(r, node.input(1), DEPTH);
    }

    // ---- movement

    /** Whether each element is one of the first operand's. */
    private static boolean isMovement(Rewriter r, Node node) {
        return switch (r.op(node)) {
            case Op.Broadcast o -> true;
            case Op.Reshape o -> true;
            case Op.Transpose o -> true;
            case Op.Slice o -> true;
            case Op.Reverse o -> true;
            case Op.Gather o -> true;
            default -> false;
        };
    }

    /** What {@code node} moves, and the movement ops on the way there, the last one first. */
    private static Node unmoved(Rewriter r, Node node, Deque<Node> movement) {
        Node at = node;
        for (int i = 0; i < DEPTH && isMovement(r, at); i++) {
            movement.push(at);
            at = at.input(0);
        }
        return at;
    }

    private static Node movedBack(Rewriter r, Iterable<Node> movement, Node x) {
        Node moved = x;
        for (Node op : movement) {
            moved = moved(r, op, moved);
        }
        return moved;
    }

    /** The movement of {@code op}, of x. */
    private static Node moved(Rewriter r, Node op, Node x) {
        List<Node> operands = new ArrayList<>(op.inputs());
        operands.set(0, x);
        return r.make(op.op(), operands);
    }

    // ---- sums of exponentials

    /**
     * Of sum(e^x): max(x), or 0 where that is infinite, and sum(e^(x - max)).
     */
    private record Shift(Node max, Node sum) {

        /** Null if {@code node} is no sum of exponentials, or of exponents whose greatest is 0 already. */
        static @Nullable Shift of(Rewriter r, Node node) {
            if (!(r.op(node) instanceof Op.Reduce reduce) || reduce.kind() != ReduceKind.SUM) {
                return null;
            }
            Node x = Stability.of(r, node.input(0), EXP);
            if (x == null || isShifted(r, x, reduce.axes())) {
                return null;
            }
            Node greatest = r.make(new Op.StopGradient(),
                    List.of(r.reduce(ReduceKind.MAX, x, reduce.axes())));
            Node max = r.make(new Op.Select(),
                    List.of(r.unary(IS_FINITE, greatest), greatest, r.full(greatest.type(), 0)));
            List<Integer> kept = Movement.Axes.without(x.type().shape().rank(), reduce.axes());
            Node shifted = r.binary(SUB, x, r.broadcast(max, x.type().shape(), kept));
            return new Shift(max, r.reduce(ReduceKind.SUM, r.unary(EXP, shifted), reduce.axes()));
        }

        /** Whether this is y - max(y). */
        private static boolean isShifted(Rewriter r, Node x, List<Integer> axes) {
            Deque<Node> movement = new ArrayDeque<>();
            Node difference = unmoved(r, x, movement);
            if (!r.isBinary(difference, SUB)) {
                return false;
            }
            Node max = difference.input(1);
            for (int i = 0; i < DEPTH; i++) {
                if (isMovement(r, max) || r.op(max) instanceof Op.StopGradient) {
                    max = max.input(0);
                } else if (r.op(max) instanceof Op.Select) {
                    max = max.input(1);
                }
            }
            return r.op(max) instanceof Op.Reduce reduce && reduce.kind() == ReduceKind.MAX
                    && max.input(0) == difference.input(0)
                    && (!movement.isEmpty() || reduce.axes().equals(axes));
        }
    }

    private static @Nullable Node softmax(Rewriter r, Node x, Node y) {
        Node exponent = of(r, x, EXP);
        Deque<Node> movement = new ArrayDeque<>();
        Shift shift = exponent == null ? null : Shift.of(r, unmoved(r, y, movement));
        if (exponent == null || shift == null) {
            return null;
        }
        Node max = movedBack(r, movement, shift.max());
        return r.binary(DIV, r.unary(EXP, r.binary(SUB, exponent, max)),
                movedBack(r, movement, shift.sum()));
    }

    // ---- making

    private static @Nullable Node sigmoidOfMinus(Rewriter r, Node onePlusExp) {
        Node exp = besides(r, onePlusExp, 1);
        Node x = exp == null ? null : of(r, exp, EXP);
        return x == null ? null : r.unary(SIGMOID, r.neg(x));
    }

    private static @Nullable Node apply(Rewriter r, UnaryKind kind, @Nullable Node x) {
        return x == null ? null : r.unary(kind, x);
    }

    private static @Nullable Node negated(Rewriter r, @Nullable Node x) {
        return x == null ? null : r.neg(x);
    }
}
