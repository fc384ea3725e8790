package dev.covector.compiler.simplify;

import static dev.covector.graph.ir.BinaryKind.ADD;
import static dev.covector.graph.ir.BinaryKind.AND;
import static dev.covector.graph.ir.BinaryKind.DIV;
import static dev.covector.graph.ir.BinaryKind.MAX;
import static dev.covector.graph.ir.BinaryKind.MIN;
import static dev.covector.graph.ir.BinaryKind.MUL;
import static dev.covector.graph.ir.BinaryKind.OR;
import static dev.covector.graph.ir.BinaryKind.POW;
import static dev.covector.graph.ir.BinaryKind.SHIFT_LEFT;
import static dev.covector.graph.ir.BinaryKind.SHIFT_RIGHT;
import static dev.covector.graph.ir.BinaryKind.SHIFT_RIGHT_LOGICAL;
import static dev.covector.graph.ir.BinaryKind.SUB;
import static dev.covector.graph.ir.BinaryKind.XOR;
import static dev.covector.graph.ir.UnaryKind.ABS;
import static dev.covector.graph.ir.UnaryKind.CEIL;
import static dev.covector.graph.ir.UnaryKind.FLOOR;
import static dev.covector.graph.ir.UnaryKind.NEG;
import static dev.covector.graph.ir.UnaryKind.NOT;
import static dev.covector.graph.ir.UnaryKind.RECIPROCAL;
import static dev.covector.graph.ir.UnaryKind.RELU;
import static dev.covector.graph.ir.UnaryKind.ROUND;
import static dev.covector.graph.ir.UnaryKind.RSQRT;
import static dev.covector.graph.ir.UnaryKind.SQRT;
import static dev.covector.graph.ir.UnaryKind.SQUARE;

import dev.covector.graph.ir.CompareKind;
import dev.covector.graph.ir.Literal;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.DType;
import java.util.List;

/**
 * Elementwise identities that hold for every bit of every value, NaN, infinities and signed zeros included; only powers
 * with small whole exponents become more exact.
 */
final class Identities {
    private Identities() {}

    static final List<Rule> RULES = List.of(

            // ---- neutral elements

            // x + -0 = x; but -0 + 0 is 0
            Rule.on(ADD, "add-zero", (r, x, y) -> r.is(y, -0.0)
                    || r.is(y, 0) && (isInteger(x) || Facts.neverMinusZero(r, x)) ? x : null),
            // x - 0 = x
            Rule.on(SUB, "sub-zero", (r, x, y) -> r.is(y, 0) ? x : null),
            // x · 1 = x
            Rule.on(MUL, "mul-one", (r, x, y) -> r.is(y, 1) ? x : null),
            // x / 1 = x
            Rule.on(DIV, "div-one", (r, x, y) -> r.is(y, 1) ? x : null),
            // x · 0 = 0, of integers
            Rule.on(MUL, "mul-zero", (r, x, y) -> isInteger(x) && r.is(y, 0) ? y : null),
            // x ∧ true = x, x ∧ false = false; of integers, what is true is -1
            Rule.on(AND, "and-constant", (r, x, y) -> isTrue(r, y) ? x : r.is(y, 0) ? y : null),
            // x ∨ false = x, x ∨ true = true
            Rule.on(OR, "or-constant", (r, x, y) -> r.is(y, 0) ? x : isTrue(r, y) ? y : null),
            // x ⊕ false = x, x ⊕ true = ¬x
            Rule.on(XOR, "xor-constant",
                    (r, x, y) -> r.is(y, 0) ? x : isTrue(r, y) ? r.unary(NOT, x) : null),
            // x << 0 = x, and the like to the right
            Rule.on(SHIFT_LEFT, "shift-zero", (r, x, y) -> r.is(y, 0) ? x : null),
            Rule.on(SHIFT_RIGHT, "shift-zero", (r, x, y) -> r.is(y, 0) ? x : null),
            Rule.on(SHIFT_RIGHT_LOGICAL, "shift-zero", (r, x, y) -> r.is(y, 0) ? x : null),

            // ---- a value met twice

            // x - x = 0, of integers
            Rule.on(SUB, "sub-self", (r, x, y) -> isInteger(x) && x == y ? r.full(x.type(), 0) : null),
            // max(x, x) = x
            Rule.on(MAX, "max-self", (r, x, y) -> x == y ? x : null),
            // min(x, x) = x
            Rule.on(MIN, "min-self", (r, x, y) -> x == y ? x : null),
            // x ∧ x = x
            Rule.on(AND, "and-self", (r, x, y) -> x == y ? x : null),
            // x ∨ x = x
            Rule.on(OR, "or-self", (r, x, y) -> x == y ? x : null),
            // x ⊕ x = false
            Rule.on(XOR, "xor-self", (r, x, y) -> x == y ? r.full(x.type(), 0) : null),
            // relu(relu(x)) = relu(x)
            Rule.on(RELU, "relu-relu", (r, x) -> r.argument(x, RELU) != null ? x : null),
            // |-x| = |x|, ||x|| = |x|
            Rule.on(ABS, "abs-sign", (r, x) -> {
                Node negated = r.argument(x, NEG);
                return negated != null ? r.unary(ABS, negated) : r.argument(x, ABS) != null ? x : null;
            }),

            // ---- functions that have names of their own; of constants they are folded

            // x · x = x²
            Rule.on(MUL, "mul-self",
                    (r, x, y) -> x == y && r.constant(x) == null ? r.unary(SQUARE, x) : null),
            // 1 / x, of floats: of integers it may fail
            Rule.on(DIV, "one-div", (r, x, y) -> r.is(x, 1) && !isInteger(x) && r.constant(y) == null
                    ? r.unary(RECIPROCAL, y) : null),

            // 1 / √x, computed as that
            Rule.on(RECIPROCAL, "reciprocal-sqrt", (r, x) -> {
                Node squared = r.argument(x, SQRT);
                return squared == null ? null : r.unary(RSQRT, squared);
            }),
            // x^0 = 1, x^1 = x, x^-1 = 1 / x, x^2 = x²; the last two round less than a power may
            Rule.on(POW, "pow-whole", (r, x, y) -> r.is(y, 0) || r.is(y, -0.0) ? r.full(x.type(), 1)
                    : r.is(y, 1) ? x
                    : r.is(y, -1) ? r.unary(RECIPROCAL, x) : r.is(y, 2) ? r.unary(SQUARE, x) : null),
            // what is whole needs no rounding
            Rule.on(Op.Unary.class, "round-whole", (r, op, in) -> isRounding(op)
                    && r.op(in.get(0)) instanceof Op.Unary inner && isRounding(inner) ? in.get(0) : null),

            // ---- signs

            // -(-x) = x
            Rule.on(NEG, "neg-neg", (r, x) -> r.argument(x, NEG)),
            // x · -1 = -x
            Rule.on(MUL, "mul-minus-one", (r, x, y) -> r.is(y, -1) ? r.neg(x) : null),
            // x / -1 = -x
            Rule.on(DIV, "div-minus-one", (r, x, y) -> r.is(y, -1) ? r.neg(x) : null),
            // x + -y = x - y
            Rule.on(ADD, "add-neg", (r, x, y) -> {
                Node negated = r.argument(y, NEG);
                return negated == null ? null : r.binary(SUB, x, negated);
            }),
            // x - -y = x + y
            Rule.on(SUB, "sub-neg", (r, x, y) -> {
                Node negated = r.argument(y, NEG);
                return negated == null ? null : r.binary(ADD, x, negated);
            }),
            // -x · -y = x · y
            Rule.on(MUL, "neg-mul-neg", (r, x, y) -> {
                Node left = r.argument(x, NEG);
                Node right = r.argument(y, NEG);
                return left == null || right == null ? null : r.binary(MUL, left, right);
            }),
            // (-x)² = x², |x|² = x²
            Rule.on(SQUARE, "square-sign", (r, x) -> {
                Node unsigned = r.argument(x, NEG) != null ? r.argument(x, NEG) : r.argument(x, ABS);
                return unsigned == null ? null : r.unary(SQUARE, unsigned);
            }),
            // -(x - y) = y - x, of integers; of floats the sign of zero would change
            Rule.on(NEG, "neg-sub", (r, x) -> isInteger(x) && r.isBinary(x, SUB)
                    ? r.binary(SUB, x.input(1), x.input(0)) : null),

            // ---- logic and comparison

            // ¬¬x = x
            Rule.on(NOT, "not-not", (r, x) -> r.argument(x, NOT)),
            // ¬(x = y) = (x ≠ y), ¬(x < y) = (x ≥ y); the second not of floats, where NaN is neither
            Rule.on(NOT, "not-compare", (r, x) -> {
                if (!(r.op(x) instanceof Op.Compare compare)) {
                    return null;
                }
                boolean ordered = compare.kind() != CompareKind.EQ && compare.kind() != CompareKind.NE;
                return ordered && x.input(0).type().dtype().isFloating() ? null
                        : r.make(new Op.Compare(opposite(compare.kind())), x.inputs());
            }),
            // (c < x) = (x > c), so that constants are to the right
            Rule.on(Op.Compare.class, "compare-order", (r, op, in) -> {
                boolean swap = r.constant(in.get(0)) != null && r.constant(in.get(1)) == null;
                return swap ? r.make(new Op.Compare(mirrored(op.kind())), List.of(in.get(1), in.get(0)))
                        : null;
            }),
            // (b = true) = b, (b = false) = ¬b, and the like for ≠
            Rule.on(Op.Compare.class, "compare-bool", (r, op, in) -> {
                Literal constant = r.constant(in.get(1));
                if (in.get(0).type().dtype() != DType.BOOL || constant == null) {
                    return null;
                }
                boolean same = constant.isExactly(1) == (op.kind() == CompareKind.EQ);
                return same ? in.get(0) : r.unary(NOT, in.get(0));
            }),

            // ---- selection

            // select(true, x, y) = x, select(false, x, y) = y
            Rule.on(Op.Select.class, "select-constant",
                    (r, op, in) -> r.is(in.get(0), 1) ? in.get(1) : r.is(in.get(0), 0) ? in.get(2) : null),
            // select(c, x, x) = x
            Rule.on(Op.Select.class, "select-equal",
                    (r, op, in) -> in.get(1) == in.get(2) ? in.get(1) : null),
            // select(¬c, x, y) = select(c, y, x)
            Rule.on(Op.Select.class, "select-not", (r, op, in) -> {
                Node negated = r.argument(in.get(0), NOT);
                return negated == null ? null : r.make(op, List.of(negated, in.get(2), in.get(1)));
            }),
            // select(c, select(c, x, y), z) = select(c, x, z), and the like for the other branch
            Rule.on(Op.Select.class, "select-select", (r, op, in) -> {
                Node condition = in.get(0);
                Node ifTrue = isSelect(r, in.get(1), condition) ? in.get(1).input(1) : in.get(1);
                Node ifFalse = isSelect(r, in.get(2), condition) ? in.get(2).input(2) : in.get(2);
                return ifTrue == in.get(1) && ifFalse == in.get(2) ? null
                        : r.make(op, List.of(condition, ifTrue, ifFalse));
            }),
            // select(c, true, false) = c
            Rule.on(Op.Select.class, "select-bool",
                    (r, op, in) -> r.constant(in.get(1)) != null && r.constant(in.get(2)) != null
                            && in.get(1).type().dtype() == DType.BOOL
                                    ? r.is(in.get(1), 1) ? in.get(0) : r.unary(NOT, in.get(0))
                                    : null),

            // ---- conversion

            // cast(x) to its own type = x
            Rule.on(Op.Cast.class, "cast-same",
                    (r, op, in) -> in.get(0).type().dtype() == op.dtype() ? in.get(0) : null),
            // cast(cast(x)) = cast(x), where the inner one loses nothing
            Rule.on(Op.Cast.class, "cast-cast", (r, op, in) -> {
                Node x = in.get(0);
                return r.op(x) instanceof Op.Cast && isExact(x.input(0).type().dtype(), x.type().dtype())
                        ? r.make(op, x.inputs()) : null;
            }),
            // stop(stop(x)) = stop(x)
            Rule.on(Op.StopGradient.class, "stop-stop",
                    (r, op, in) -> r.op(in.get(0)) instanceof Op.StopGradient ? in.get(0) : null));

    private static boolean isRounding(Op.Unary op) {
        return op.kind() == FLOOR || op.kind() == CEIL || op.kind() == ROUND;
    }

    private static boolean isTrue(Rewriter r, Node node) {
        return r.is(node, isInteger(node) ? -1 : 1);
    }

    private static boolean isInteger(Node node) {
        return node.type().dtype().isInteger();
    }

    private static boolean isSelect(Rewriter r, Node node, Node condition) {
        return r.op(node) instanceof Op.Select && node.input(0) == condition;
    }

    /** Whether each value of {@code from} is one of {@code to}. */
    private static boolean isExact(DType from, DType to) {
        return from == to || switch (from) {
            case BOOL -> true;
            case INT32 -> to == DType.INT64 || to == DType.FLOAT64;
            case FLOAT32 -> to == DType.FLOAT64;
            case INT64, FLOAT64 -> false;
        };
    }

    private static CompareKind opposite(CompareKind kind) {
        return switch (kind) {
            case EQ -> CompareKind.NE;
            case NE -> CompareKind.EQ;
            case LT -> CompareKind.GE;
            case LE -> CompareKind.GT;
            case GT -> CompareKind.LE;
            case GE -> CompareKind.LT;
        };
    }

    private static CompareKind mirrored(CompareKind kind) {
        return switch (kind) {
            case EQ, NE -> kind;
            case LT -> CompareKind.GT;
            case LE -> CompareKind.GE;
            case GT -> CompareKind.LT;
            case GE -> CompareKind.LE;
        };
    }
}
