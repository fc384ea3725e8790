package dev.covector.compiler.simplify;

import static dev.covector.graph.ir.BinaryKind.ADD;
import static dev.covector.graph.ir.BinaryKind.DIV;
import static dev.covector.graph.ir.BinaryKind.MUL;
import static dev.covector.graph.ir.BinaryKind.SUB;
import static dev.covector.graph.ir.UnaryKind.NEG;

import dev.covector.compiler.reference.Interpreter;
import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.Literal;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.Requirement;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Constants pushed together until they are one. Below, c and d are constants, or, next to a tensor, any scalars: a
 * product of scalars is computed once, not for each element.
 */
final class Constants {
    /** Elements of the largest constant that folding makes. */
    static final int LIMIT = 1024;

    private Constants() {}

    static final List<Rule> RULES = List.of(

            // the extent of a fixed dimension
            Rule.on(Op.Extent.class, "extent-fixed", (r, op, in) -> op.dim().isConstant()
                    ? r.make(new Op.Constant(Literal.of(op.dtype(), op.dim().value())), List.of()) : null),

            // ---- factors; the products round differently, and one that over- or underflows is not made

            // (x · c) · d = x · (c · d)
            Rule.on(MUL, "mul-mul", (r, x, y) -> scaled(r, x, MUL, y, (c, d) -> r.binary(MUL, c, d), MUL)),
            // (x / c) · d = x · (d / c)
            Rule.on(MUL, "div-mul", (r, x, y) -> scaled(r, x, DIV, y, (c, d) -> r.binary(DIV, d, c), MUL)),
            // (x · c) / d = x · (c / d)
            Rule.on(DIV, "mul-div", (r, x, y) -> isFloating(x)
                    ? scaled(r, x, MUL, y, (c, d) -> r.binary(DIV, c, d), MUL) : null),
            // (x / c) / d = x / (c · d)
            Rule.on(DIV, "div-div", (r, x, y) -> scaled(r, x, DIV, y, (c, d) -> r.binary(MUL, c, d), DIV)),
            // x / 2^k = x · 2^-k, exactly
            Rule.on(DIV, "div-power-of-two", (r, x, y) -> {
                Literal c = r.constant(y);
                return c != null && isFloating(x) && isPowerOfTwo(c)
                        ? r.binary(MUL, x, r.full(x.type(), 1 / c.tensor().item())) : null;
            }),

            // ---- signs go into factors

            // -(x · c) = x · -c
            Rule.on(NEG, "neg-mul", (r, x) -> negated(r, x, MUL)),
            // -(x / c) = x / -c
            Rule.on(NEG, "neg-div", (r, x) -> isFloating(x) ? negated(r, x, DIV) : null),
            // -x · c = x · -c
            Rule.on(MUL, "mul-neg", (r, x, y) -> {
                Node unsigned = r.argument(x, NEG);
                Node c = factor(r, y);
                return unsigned == null || c == null ? null : spread(r, MUL, unsigned, r.neg(c));
            }),
            // -x / c = x / -c
            Rule.on(DIV, "div-neg", (r, x, y) -> {
                Node unsigned = r.argument(x, NEG);
                Node c = factor(r, y);
                return unsigned == null || c == null || !isFloating(x) ? null
                        : spread(r, DIV, unsigned, r.neg(c));
            }),
            // -x - c = -c - x
            Rule.on(SUB, "neg-minus", (r, x, y) -> {
                Node unsigned = r.argument(x, NEG);
                Node c = factor(r, y);
                return unsigned == null || c == null ? null
                        : r.binary(SUB, r.broadcast(r.neg(c), x.type().shape(), List.of()), unsigned);
            }),

            // x + y · -c = x - y · c, of floats: the negation of the least integer is itself
            Rule.on(ADD, "add-negative", (r, x, y) -> {
                Node positive = withoutSign(r, y);
                return positive == null ? null : r.binary(SUB, x, positive);
            }),
            // x - y · -c = x + y · c
            Rule.on(SUB, "sub-negative", (r, x, y) -> {
                Node positive = withoutSign(r, y);
                return positive == null ? null : r.binary(ADD, x, positive);
            }),

            // ---- sums, of integers: of floats, (x + c) - c may be meant to round

            // x - c = x + -c
            Rule.on(SUB, "sub-constant", (r, x, y) -> {
                Literal c = r.constant(y);
                return c == null || isFloating(x) ? null : r.binary(ADD, x, r.neg(y));
            }),
            // (x + c) + d = x + (c + d)
            Rule.on(ADD, "add-add", (r, x, y) -> isFloating(x) || !r.isBinary(x, ADD)
                    || r.constant(y) == null || r.constant(x.input(1)) == null ? null
                            : r.binary(ADD, x.input(0), r.binary(ADD, x.input(1), y))));

    /**
     * The value of a node whose operands are all constants: a new constant, or null if it is large, has no value (an
     * integer divided by zero), or repeats elements, which a broadcast does better.
     */
    static @Nullable Literal fold(Rewriter r, Node node) {
        for (Node input : node.inputs()) {
            if (!(r.op(input) instanceof Op.Constant) || !isSmall(input)) {
                return null;
            }
        }
        if (!isSmall(node)) {
            return null;
        }
        boolean folds = switch (node.op()) {
            case Op.Unary o -> true;
            case Op.Binary binary ->
                    isFloating(node) || binary.kind() != DIV && binary.kind() != BinaryKind.REM
                            || !hasZero(r, node.input(1));
            case Op.Compare o -> true;
            case Op.Select o -> true;
            case Op.Cast o -> true;
            case Op.Reshape o -> true;
            case Op.Transpose o -> true;
            case Op.Slice o -> Requirement.names(node).isEmpty();
            case Op.Reverse o -> true;
            case Op.Pad o -> Requirement.names(node).isEmpty();
            case Op.Concat o -> true;
            case Op.Reduce o -> true;
            case Op.Arg o -> true;
            case Op.Windows o -> true;
            case Op.PartialSum o -> true;
            case Op.CumSum o -> true;
            case Op.ArgSort o -> true;
            case Op.ReduceWindow o -> true;
            case Op.ArgWindow o -> true;
            case Op.Dot o -> true;
            case Op.Conv o -> Requirement.names(node).isEmpty();
            case Op.StopGradient o -> true;
            case Op.Placeholder o -> false;
            case Op.CustomGradient o -> false;
            case Op.Input o -> false;
            case Op.Parameter o -> false;
            case Op.Constant o -> false;
            case Op.Iota o -> false;
            case Op.Extent o -> false;
            case Op.RandomBits o -> false;
            case Op.Broadcast o -> false;
            case Op.Gather o -> false;
            case Op.ScatterAdd o -> false;
            case Op.Gradient o -> false;
        };
        if (!folds) {
            return null;
        }
        List<Tensor> operands =
                node.inputs().stream().map(input -> ((Op.Constant) input.op()).value().tensor()).toList();
        return Literal.of(node.op() instanceof Op.StopGradient ? operands.get(0)
                : Interpreter.evaluate(node.op(), node.type(), operands));
    }

    private static boolean hasZero(Rewriter r, Node node) {
        if (!(r.op(node) instanceof Op.Constant constant)) {
            return true;
        }
        for (double value : constant.value().tensor().toDoubles()) {
            if (value == 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isSmall(Node node) {
        Dim size = node.type().shape().size();
        return size.isConstant() && size.value() <= LIMIT;
    }

    private static boolean isFloating(Node node) {
        return node.type().dtype().isFloating();
    }

    // ---- factors

    /** From c and d. */
    private interface Combine {
        Node apply(Node c, Node d);
    }

    /**
     * Of {@code (u inner c)} with a factor d: {@code u outer combine(c, d)}.
     *
     * @param outer what is left to do
     */
    private static @Nullable Node scaled(Rewriter r, Node x, BinaryKind inner, Node y, Combine combine,
            BinaryKind outer) {
        Node d = factor(r, y);
        if (d == null || !r.isBinary(x, inner) || inner == DIV && !isFloating(x)) {
            return null;
        }
        Node c = factor(r, x.input(1));
        Node u = x.input(0);
        if (c == null && inner == MUL) {
            c = factor(r, u);
            u = x.input(1);
        }
        if (c == null || factor(r, u) != null) {
            return null;
        }
        Node both = combine.apply(c, d);
        Literal known = r.constant(both);
        return known != null && !isUsable(known) ? null : spread(r, outer, u, both);
    }

    private static @Nullable Node negated(Rewriter r, Node x, BinaryKind kind) {
        if (!r.isBinary(x, kind)) {
            return null;
        }
        Node c = factor(r, x.input(1));
        return c == null ? null : spread(r, kind, x.input(0), r.neg(c));
    }

    /** Of {@code x · -c} that is {@code x · c}. */
    private static @Nullable Node withoutSign(Rewriter r, Node node) {
        if (!isFloating(node) || !r.isBinary(node, MUL)) {
            return null;
        }
        for (int side = 1; side >= 0; side--) {
            Node c = factor(r, node.input(side));
            Literal known = r.constant(node.input(side));
            if (c != null && (known != null ? known.tensor().item() < 0 : r.argument(c, NEG) != null)) {
                return spread(r, MUL, node.input(1 - side), r.neg(c));
            }
        }
        return null;
    }

    /** The constant that each element of {@code node} is, or the scalar that a tensor repeats. */
    private static @Nullable Node factor(Rewriter r, Node node) {
        return r.constant(node) != null || node.type().shape().rank() > 0 ? r.scalar(node) : null;
    }

    private static Node spread(Rewriter r, BinaryKind kind, Node x, Node scalar) {
        return r.binary(kind, x, r.broadcast(scalar, x.type().shape(), List.of()));
    }

    /** Whether a product of constants neither overflowed nor lost digits to underflow. */
    private static boolean isUsable(Literal literal) {
        double value = Math.abs(literal.tensor().item());
        return switch (literal.tensor().dtype()) {
            case FLOAT32 -> value >= Float.MIN_NORMAL && value <= Float.MAX_VALUE;
            case FLOAT64 -> value >= Double.MIN_NORMAL && value <= Double.MAX_VALUE;
            case INT32, INT64, BOOL -> true;
        };
    }

    /** Whether this is ±2^k, and so is its inverse, both normal. */
    private static boolean isPowerOfTwo(Literal literal) {
        double value = literal.tensor().item();
        int exponent = Math.getExponent(value);
        int limit = literal.tensor().dtype() == DType.FLOAT32 ? Float.MAX_EXPONENT : Double.MAX_EXPONENT;
        return Math.abs(exponent) < limit && Math.abs(value) == Math.scalb(1.0, exponent);
    }
}
