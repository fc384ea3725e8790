package dev.covector.compiler;

import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.CompareKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.NodeFactory;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.graph.ir.SourceLine;
import dev.covector.graph.ir.Type;
import dev.covector.graph.ir.UnaryKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The vector–Jacobian products of the primitives, one rule each. For {@code y = op(…)} and the cotangent {@code g} of
 * {@code y}, a rule gives what one operand's cotangent receives; null where nothing passes. The result {@code y} is
 * used where that saves computing something again.
 *
 * <p>Conventions at points without a derivative: {@code abs} and {@code relu} have 0 at 0, and 0^0 by its exponent; equal
 * operands of max and min get half each; the greatest elements of a max reduction share equally, and the least ones of a
 * min reduction; the first greatest or least element of a window gets all of it.
 */
final class GradientRules extends Algebra {
    private final WindowGradients windows;

    GradientRules(NodeFactory nodes, @Nullable SourceLine line) {
        super(nodes, line);
        windows = new WindowGradients(nodes, line);
    }

    /** What operand {@code i} of {@code y} receives from {@code y}'s cotangent {@code g}. */
    @Nullable
    Node cotangent(Node y, int i, Node g) {
        return switch (y.op()) {
            case Op.Unary unary -> unary(unary.kind(), y.input(0), y, g);
            case Op.Binary binary -> binary(binary.kind(), y.input(0), y.input(1), y, i, g);
            case Op.Select select -> select(y.input(0), i, g);
            case Op.Cast cast -> cast(g, y.input(0).type().dtype());
            case Op.Reshape reshape -> reshape(g, y.input(0).type().shape());
            case Op.Broadcast broadcast -> broadcast(broadcast, y.input(0), g);
            case Op.Transpose transpose -> transpose(g, inverse(transpose.permutation()));
            case Op.Slice slice -> movedBack(y, i, g);
            case Op.Reverse reverse -> movedBack(y, i, g);
            case Op.Pad pad -> i == 0 ? movedBack(y, i, g) : paddingValue(y, g);
            case Op.Concat concat -> movedBack(y, i, g);
            case Op.Reduce reduce -> reduce(reduce, y.input(0), y, g);
            case Op.CumSum cumSum ->
                    make(new Op.CumSum(cumSum.axis(), cumSum.exclusive(), !cumSum.reverse()), g);
            case Op.ArgSort sort -> null;
            case Op.Dot dot -> i == 0
                    ? dot(dot.batchA(), dot.contractA(), dot.batchB(), dot.contractB(), y, i, g)
                    : dot(dot.batchB(), dot.contractB(), dot.batchA(), dot.contractA(), y, i, g);
            case Op.ReduceWindow window -> windows.reduce(window, y.input(0), g);
            case Op.Conv conv -> i == 0
                    ? windows.byData(conv, y, g) : windows.byKernel(conv, y, g);
            case Op.Gather gather ->
                    make(new Op.ScatterAdd(gather.axis()), like(y.input(0), 0), y.input(1), g);
            case Op.ScatterAdd scatter ->
                    i == 0 ? g : make(new Op.Gather(scatter.axis()), g, y.input(1));
            case Op.Compare compare -> null;
            case Op.Arg arg -> null;
            case Op.ArgWindow arg -> null;
            case Op.StopGradient stop -> null;
            case Op.Placeholder placeholder -> null;
            case Op.CustomGradient custom -> null;
            case Op.Input input -> null;
            case Op.Parameter parameter -> null;
            case Op.Constant constant -> null;
            case Op.Iota iota -> null;
            case Op.Extent extent -> null;
            case Op.RandomBits bits -> null;
            case Op.Windows windows -> throw unexpected(y);
            case Op.PartialSum partial -> throw unexpected(y);
            case Op.Gradient gradient -> throw unexpected(y);
        };
    }

    private @Nullable Node unary(UnaryKind kind, Node x, Node y, Node g) {
        return switch (kind) {
            case NEG -> neg(g);
            case ABS -> mul(g, sign(x));
            case EXP -> mul(g, y);
            // y + 1 would lose what is left of e^x where that is small.
            case EXPM1 -> mul(g, make(UnaryKind.EXP, x));
            case LOG -> div(g, x);
            case LOG1P -> div(g, add(like(x, 1), x));
            case SQRT -> div(mul(g, 0.5), y);
            case RSQRT -> mul(mul(g, y), mul(square(y), -0.5));
            case SQUARE -> mul(g, mul(x, 2));
            case RECIPROCAL -> neg(mul(mul(g, y), y));
            case SIN -> mul(g, make(UnaryKind.COS, x));
            case COS -> neg(mul(g, make(UnaryKind.SIN, x)));
            case TAN -> mul(g, add(like(y, 1), square(y)));
            case ASIN -> mul(g, overCosine(x));
            case ACOS -> neg(mul(g, overCosine(x)));
            case ATAN -> div(g, add(like(x, 1), square(x)));
            case SINH -> mul(g, make(UnaryKind.COSH, x));
            case COSH -> mul(g, make(UnaryKind.SINH, x));
            case TANH -> mul(g, sub(like(y, 1), square(y)));
            case SIGMOID -> mul(g, mul(y, sub(like(y, 1), y)));
            case SOFTPLUS -> mul(g, make(UnaryKind.SIGMOID, x));
            case RELU -> select(compare(CompareKind.GT, y, like(y, 0)), g, like(g, 0));
            case ERF -> mul(g, mul(make(UnaryKind.EXP, neg(square(x))), 2 / Math.sqrt(Math.PI)));
            case SIGN, FLOOR, CEIL, ROUND, NOT, IS_NAN, IS_FINITE -> null;
        };
    }

    private @Nullable Node binary(BinaryKind kind, Node a, Node b, Node y, int i, Node g) {
        boolean first = i == 0;
        return switch (kind) {
            case ADD -> g;
            case SUB -> first ? g : neg(g);
            case MUL -> mul(g, first ? b : a);
            case DIV -> first ? div(g, b) : neg(mul(div(g, b), y));
            case REM -> first ? g : neg(mul(g, truncatedQuotient(a, b, y)));
            case POW -> mul(g, first ? byBase(a, b) : byExponent(a, b, y));
            case ATAN2 -> {
                Node share = div(first ? b : a, add(square(a), square(b)));
                yield first ? mul(g, share) : neg(mul(g, share));
            }
            case MAX -> first ? winner(CompareKind.GT, a, b, g) : winner(CompareKind.GT, b, a, g);
            case MIN -> first ? winner(CompareKind.LT, a, b, g) : winner(CompareKind.LT, b, a, g);
            case AND, OR, XOR, SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_LOGICAL -> null;
        };
    }

    /** 1 / √(1 - x²), of which 1 - x and 1 + x are exact where the difference of squares would lose most. */
    private Node overCosine(Node x) {
        Node one = like(x, 1);
        return make(UnaryKind.RSQRT, mul(sub(one, x), add(one, x)));
    }

    /** b a^(b-1), but 0 for b = 0, where a^(b-1) may be infinite. */
    private Node byBase(Node a, Node b) {
        Node power = mul(b, pow(a, sub(b, like(b, 1))));
        return select(compare(CompareKind.EQ, b, like(b, 0)), like(power, 0), power);
    }

    /** y ln a; but 0 where y is, which stays 0 however the exponent moves, and at 0 to the power of 0. */
    private Node byExponent(Node a, Node b, Node y) {
        Node zero = like(y, 0);
        Node origin = and(compare(CompareKind.EQ, a, zero), compare(CompareKind.EQ, b, zero));
        return select(or(compare(CompareKind.EQ, y, zero), origin), zero, mul(y, make(UnaryKind.LOG, a)));
    }

    /** trunc(a / b) from {@code y = a rem b}: a / b itself may round up to the next integer. Constant in pieces. */
    private Node truncatedQuotient(Node a, Node b, Node y) {
        return make(new Op.StopGradient(), div(sub(a, y), b));
    }

    /** g where a wins over b, half of it where they are equal. */
    private Node winner(CompareKind wins, Node a, Node b, Node g) {
        Node tie = select(compare(CompareKind.EQ, a, b), mul(g, 0.5), like(g, 0));
        return select(compare(wins, a, b), g, tie);
    }

    private @Nullable Node select(Node condition, int i, Node g) {
        return switch (i) {
            case 1 -> select(condition, g, like(g, 0));
            case 2 -> select(condition, like(g, 0), g);
            default -> null;
        };
    }

    /** The sum over all that one element was copied to. */
    private Node broadcast(Op.Broadcast op, Node x, Node g) {
        List<Integer> copied = new ArrayList<>(others(op.shape().rank(), op.axes()));
        for (int i = 0; i < op.axes().size(); i++) {
            if (!x.type().shape().dim(i).equals(op.shape().dim(op.axes().get(i)))) {
                copied.add(op.axes().get(i));
            }
        }
        return reshape(sum(g, copied.stream().sorted().toList()), x.type().shape());
    }

    /** The sum over all that the padding value was copied to: where true, padded by false, is false. */
    private Node paddingValue(Node y, Node g) {
        Op.Pad pad = (Op.Pad) y.op();
        Node x = y.input(0);
        Node ofX = pad(full(new Type(DType.BOOL, x.type().shape()), 1), 0, pad.low(), pad.high(),
                pad.interior());
        return sum(select(ofX, like(g, 0), g), range(0, g.type().shape().rank()));
    }

    private @Nullable Node reduce(Op.Reduce op, Node x, Node y, Node g) {
        Shape shape = x.type().shape();
        List<Integer> kept = others(shape.rank(), op.axes());
        return switch (op.kind()) {
            case SUM -> broadcast(g, shape, kept);
            case PROD -> mul(broadcast(g, shape, kept), productOfOthers(x, op.axes(), kept));
            case MAX, MIN -> {
                Node winner = compare(CompareKind.EQ, x, broadcast(y, shape, kept));
                Node count = sum(cast(winner, g.type().dtype()), op.axes());
                yield select(winner, broadcast(div(g, count), shape, kept), like(x, 0));
            }
            case ANY, ALL -> null;
        };
    }

    /**
     * For each element of x, the product of those it is reduced with: the product of all over it, but right where
     * elements are 0. With P the product of what is not 0, and Z the sum of what is (0, but with a derivative):
     *
     * <pre>
     *                     x ≠ 0       x = 0
     * no zero             P / x
     * one zero            Z P / x     P
     * two zeros           0           (Z - x) P
     * more                0           0
     * </pre>
     */
    private Node productOfOthers(Node x, List<Integer> axes, List<Integer> kept) {
        Shape shape = x.type().shape();
        Node none = like(x, 0);
        Node isZero = compare(CompareKind.EQ, x, none);
        Node nonZeros = select(isZero, like(x, 1), x);
        Node product = broadcast(reduce(ReduceKind.PROD, nonZeros, axes), shape, kept);
        Node zeros = broadcast(sum(select(isZero, x, none), axes), shape, kept);
        Node count = broadcast(sum(cast(isZero, DType.INT32), axes), shape, kept);
        Node noZero = compare(CompareKind.EQ, count, like(count, 0));
        Node oneZero = compare(CompareKind.EQ, count, like(count, 1));
        Node twoZeros = compare(CompareKind.EQ, count, like(count, 2));
        Node ofZero = select(oneZero, like(x, 1), select(twoZeros, sub(zeros, x), none));
        Node ofOther = select(noZero, like(x, 1), select(oneZero, zeros, none));
        return mul(select(isZero, ofZero, ofOther), div(product, nonZeros));
    }

    /**
     * For either operand: the product of g and the other operand over the other's free axes. Its axes are the batch
     * axes, then those that were free in this operand and those that were contracted, which of the two first depends on
     * the order of the factors: the order is taken that gives this operand's layout, if one does.
     */
    private Node dot(List<Integer> batch, List<Integer> contract, List<Integer> otherBatch,
            List<Integer> otherContract, Node y, int i, Node g) {
        Node other = y.input(1 - i);
        int batches = batch.size();
        List<Integer> free = others(y.input(i).type().shape().rank(), concat(batch, contract));
        List<Integer> otherFree = others(other.type().shape().rank(), concat(otherBatch, otherContract));
        int start = i == 0 ? batches + free.size() : batches;
        List<Integer> summed = range(start, start + otherFree.size());
        List<Integer> contracted =
                otherContract.stream().sorted().map(otherContract::indexOf).map(contract::get).toList();

        List<Integer> otherFirst = concat(batch, contracted, free);
        if (otherFirst.equals(range(0, otherFirst.size()))) {
            return make(new Op.Dot(otherBatch, range(0, batches), otherFree, summed), other, g);
        }
        Node product = make(new Op.Dot(range(0, batches), otherBatch, summed, otherFree), g, other);
        return transpose(product, inverse(concat(batch, free, contracted)));
    }

    private static IllegalStateException unexpected(Node y) {
        return new IllegalStateException("internal error: " + y.op() + " is made or gone after "
                + "differentiation, and was met during it" + (y.line() == null ? "" : " at " + y.line()));
    }
}
