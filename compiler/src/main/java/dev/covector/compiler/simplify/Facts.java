package dev.covector.compiler.simplify;

import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.graph.ir.UnaryKind;
import java.util.Arrays;

/** What holds of every element of a value, as far as a short look tells. */
final class Facts {
    /** How far operands are followed; it keeps the cost of a question constant. */
    private static final int DEPTH = 4;

    private Facts() {}

    /** Whether no element of a floating value is -0. */
    static boolean neverMinusZero(Rewriter r, Node node) {
        return neverMinusZero(r, node, DEPTH);
    }

    private static boolean neverMinusZero(Rewriter r, Node node, int depth) {
        return depth > 0 && switch (r.op(node)) {
            case Op.Constant constant ->
                    isSmall(constant) && Arrays.stream(constant.value().tensor().toDoubles())
                            .noneMatch(value -> Double.compare(value, -0.0) == 0);
            case Op.Extent e -> true;
            case Op.Iota i -> true;
            case Op.Unary unary -> switch (unary.kind()) {
                case ABS, EXP, RSQRT, SQUARE, COSH, SIGMOID, SOFTPLUS -> true;
                case NEG, SIGN, EXPM1, LOG, LOG1P, SQRT, RECIPROCAL, SIN, COS, TAN, ASIN, ACOS,
                        ATAN, SINH, TANH, RELU, ERF, FLOOR, CEIL, ROUND, NOT, IS_NAN, IS_FINITE -> false;
            };
            case Op.Binary binary -> switch (binary.kind()) {
                // -0 + y is -0 only for y = -0
                case ADD -> neverMinusZero(r, node.input(0), depth - 1)
                        || neverMinusZero(r, node.input(1), depth - 1);
                // x - y is -0 only for x = -0
                case SUB -> neverMinusZero(r, node.input(0), depth - 1);
                case MUL, DIV, REM, POW, MAX, MIN, ATAN2, AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT,
                        SHIFT_RIGHT_LOGICAL ->
                        false;
            };
            case Op.Select s -> neverMinusZero(r, node.input(1), depth - 1)
                    && neverMinusZero(r, node.input(2), depth - 1);
            case Op.Cast c -> !node.input(0).type().dtype().isFloating();
            // A sum starts from +0, and adding never underflows.
            case Op.Reduce reduce -> reduce.kind() == ReduceKind.SUM;
            case Op.CumSum c -> true;
            case Op.ReduceWindow window -> window.kind() == ReduceKind.SUM;
            case Op.Reshape m -> neverMinusZero(r, node.input(0), depth - 1);
            case Op.Broadcast m -> neverMinusZero(r, node.input(0), depth - 1);
            case Op.Transpose m -> neverMinusZero(r, node.input(0), depth - 1);
            case Op.Slice m -> neverMinusZero(r, node.input(0), depth - 1);
            case Op.Reverse m -> neverMinusZero(r, node.input(0), depth - 1);
            case Op.Pad m -> neverMinusZero(r, node.input(0), depth - 1)
                    && neverMinusZero(r, node.input(1), depth - 1);
            default -> false;
        };
    }

    /** Whether each element is made of positive constants and of extents by multiplying and dividing only. */
    static boolean positive(Rewriter r, Node node) {
        return positive(r, node, DEPTH);
    }

    private static boolean positive(Rewriter r, Node node, int depth) {
        return depth > 0 && switch (r.op(node)) {
            case Op.Constant constant ->
                    isSmall(constant) && Arrays.stream(constant.value().tensor().toDoubles())
                            .allMatch(value -> value > 0 && Double.isFinite(value));
            case Op.Extent e -> true;
            case Op.Unary unary ->
                    (unary.kind() == UnaryKind.SQUARE || unary.kind() == UnaryKind.RECIPROCAL)
                            && positive(r, node.input(0), depth - 1);
            case Op.Binary binary ->
                    (binary.kind() == BinaryKind.MUL || binary.kind() == BinaryKind.DIV)
                            && positive(r, node.input(0), depth - 1) && positive(r, node.input(1), depth - 1);
            default -> false;
        };
    }

    /** Data is not looked through: it may be large, and is asked about by each of its users. */
    private static boolean isSmall(Op.Constant constant) {
        return constant.value().tensor().size() <= Constants.LIMIT;
    }
}
