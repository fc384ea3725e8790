package dev.covector.graph;

import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.CompareKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.graph.ir.UnaryKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A symbolic tensor: a dtype, a shape, and how it is computed. Its methods make further ones; nothing is computed until
 * the graph is compiled and called. Names and conventions are NumPy's: operands broadcast, axes count from the end
 * where negative. There is no promotion between dtypes; a number takes the tensor's dtype.
 *
 * <p>Every method throws a {@link GraphException} that names the operands and the user's line if it does not take them.
 */
public final class Expr {
    private final GraphBuilder builder;
    private final Node node;

    Expr(GraphBuilder builder, Node node) {
        this.builder = builder;
        this.node = node;
    }

    /** The element type. */
    public DType dtype() {
        return node.type().dtype();
    }

    /** The shape. */
    public Shape shape() {
        return node.type().shape();
    }

    /** The number of axes. */
    public int rank() {
        return shape().rank();
    }

    /** The builder that this belongs to, for layers and losses of one's own. */
    public GraphBuilder builder() {
        return builder;
    }

    /** This in the intermediate representation, for tools that look at graphs. */
    public Node node() {
        return node;
    }

    /** The same value under a name that dumps and messages use. */
    public Expr named(String name) {
        return builder.named(this, name);
    }

    // ---- arithmetic

    /** Elementwise sum, broadcasting. */
    public Expr plus(Expr other) {
        return binary(BinaryKind.ADD, other);
    }

    /** Adds a number, which takes this dtype. */
    public Expr plus(double other) {
        return plus(like(other));
    }

    /** Elementwise difference, broadcasting. */
    public Expr minus(Expr other) {
        return binary(BinaryKind.SUB, other);
    }

    /** Subtracts a number, which takes this dtype. */
    public Expr minus(double other) {
        return minus(like(other));
    }

    /** Elementwise product, broadcasting. */
    public Expr times(Expr other) {
        return binary(BinaryKind.MUL, other);
    }

    /** Multiplies by a number, which takes this dtype. */
    public Expr times(double other) {
        return times(like(other));
    }

    /** Elementwise quotient, broadcasting; of integers it truncates as Java's, and division by zero fails the call. */
    public Expr div(Expr other) {
        return binary(BinaryKind.DIV, other);
    }

    /** Divides by a number, which takes this dtype. */
    public Expr div(double other) {
        return div(like(other));
    }

    /** Elementwise remainder, with the dividend's sign as Java's, broadcasting. */
    public Expr rem(Expr other) {
        return binary(BinaryKind.REM, other);
    }

    /** Remainder of the division by a number, which takes this dtype. */
    public Expr rem(double other) {
        return rem(like(other));
    }

    /** Elementwise maximum, broadcasting; NaN wins. */
    public Expr maximum(Expr other) {
        return binary(BinaryKind.MAX, other);
    }

    /** Maximum with a number. */
    public Expr maximum(double other) {
        return maximum(like(other));
    }

    /** Elementwise minimum, broadcasting; NaN wins. */
    public Expr minimum(Expr other) {
        return binary(BinaryKind.MIN, other);
    }

    /** Minimum with a number. */
    public Expr minimum(double other) {
        return minimum(like(other));
    }

    /** Elementwise negation. */
    public Expr unaryMinus() {
        return unary(UnaryKind.NEG);
    }

    /** Absolute value; the derivative at 0 is 0. */
    public Expr abs() {
        return unary(UnaryKind.ABS);
    }

    /** -1, 0 or 1 by the sign; zeros and NaN stay what they are. The derivative is 0. */
    public Expr sign() {
        return unary(UnaryKind.SIGN);
    }

    /** e to the power of each element. */
    public Expr exp() {
        return unary(UnaryKind.EXP);
    }

    /** Natural logarithm. */
    public Expr log() {
        return unary(UnaryKind.LOG);
    }

    /** Square root. */
    public Expr sqrt() {
        return unary(UnaryKind.SQRT);
    }

    /** Hyperbolic tangent. */
    public Expr tanh() {
        return unary(UnaryKind.TANH);
    }

    /** 1 / (1 + exp(-x)). */
    public Expr sigmoid() {
        return unary(UnaryKind.SIGMOID);
    }

    /** max(x, 0); NaN stays NaN, and the derivative at 0 is 0. */
    public Expr relu() {
        return unary(UnaryKind.RELU);
    }

    /** x · x. */
    public Expr square() {
        return times(this);
    }

    // ---- comparison and logic

    /** Elementwise =, broadcasting. */
    public Expr eq(Expr other) {
        return compare(CompareKind.EQ, other);
    }

    /** Whether equal to a number. */
    public Expr eq(double other) {
        return eq(like(other));
    }

    /** Elementwise ≠, broadcasting. */
    public Expr ne(Expr other) {
        return compare(CompareKind.NE, other);
    }

    /** Whether different from a number. */
    public Expr ne(double other) {
        return ne(like(other));
    }

    /** Elementwise &lt;, broadcasting. */
    public Expr lt(Expr other) {
        return compare(CompareKind.LT, other);
    }

    /** Whether less than a number. */
    public Expr lt(double other) {
        return lt(like(other));
    }

    /** Elementwise ≤, broadcasting. */
    public Expr le(Expr other) {
        return compare(CompareKind.LE, other);
    }

    /** Whether at most a number. */
    public Expr le(double other) {
        return le(like(other));
    }

    /** Elementwise &gt;, broadcasting. */
    public Expr gt(Expr other) {
        return compare(CompareKind.GT, other);
    }

    /** Whether greater than a number. */
    public Expr gt(double other) {
        return gt(like(other));
    }

    /** Elementwise ≥, broadcasting. */
    public Expr ge(Expr other) {
        return compare(CompareKind.GE, other);
    }

    /** Whether at least a number. */
    public Expr ge(double other) {
        return ge(like(other));
    }

    /** Elementwise conjunction of bools, broadcasting. */
    public Expr and(Expr other) {
        return binary(BinaryKind.AND, other);
    }

    /** Elementwise disjunction of bools, broadcasting. */
    public Expr or(Expr other) {
        return binary(BinaryKind.OR, other);
    }

    /** Elementwise exclusive disjunction of bools, broadcasting. */
    public Expr xor(Expr other) {
        return binary(BinaryKind.XOR, other);
    }

    /** Elementwise negation of bools. */
    public Expr not() {
        return unary(UnaryKind.NOT);
    }

    /** {@code ifTrue} where this bool tensor is true, {@code ifFalse} elsewhere; all three broadcast. */
    public Expr where(Expr ifTrue, Expr ifFalse) {
        Shape common = commonShape(List.of(this, ifTrue, ifFalse));
        return builder.make(new Op.Select(), List.of(broadcastTo(common), ifTrue.broadcastTo(common),
                ifFalse.broadcastTo(common)), null);
    }

    /** Conversion as Java's casts; bool becomes 0 or 1, and a number becomes whether it is not 0. */
    public Expr cast(DType dtype) {
        return dtype == dtype() ? this : builder.make(new Op.Cast(dtype), List.of(this), null);
    }

    // ---- movement

    /**
     * The same elements, in row-major order, under another shape.
     *
     * @param extents one of them may be -1: whatever is left over
     */
    public Expr reshape(int... extents) {
        Dim known = Dim.of(1);
        int open = -1;
        List<Dim> dims = new ArrayList<>();
        for (int axis = 0; axis < extents.length; axis++) {
            if (extents[axis] == -1 && open < 0) {
                open = axis;
                dims.add(Dim.of(1));
            } else if (extents[axis] < 0) {
                throw builder.error("a shape has one -1 at most and nothing else negative, got "
                        + Arrays.toString(extents), List.of(this), "");
            } else {
                dims.add(Dim.of(extents[axis]));
                known = known.times(dims.get(axis));
            }
        }
        if (open >= 0) {
            Dim rest = known.is(0) ? null : shape().size().dividedExactlyBy(known);
            if (rest == null) {
                throw builder
                        .error("can't view " + shape().size() + " elements as " + Arrays.toString(extents)
                                + ": " + known + " does not divide them", List.of(this), "");
            }
            dims.set(open, rest);
        }
        return reshape(Shape.of(dims));
    }

    /** The same elements, in row-major order, under another shape. */
    public Expr reshape(Shape shape) {
        return shape.equals(shape()) ? this : builder.make(new Op.Reshape(shape), List.of(this), null);
    }

    /** Repeated along new leading axes and along axes of extent 1, as NumPy's {@code broadcast_to}. */
    public Expr broadcastTo(Shape shape) {
        if (shape.equals(shape())) {
            return this;
        }
        int added = shape.rank() - rank();
        if (added < 0) {
            throw builder.error("can't broadcast " + shape() + " to " + shape + ", which has fewer axes",
                    List.of(this), "sum over an axis, or squeeze it");
        }
        return builder.make(new Op.Broadcast(shape, IntStream.range(added, shape.rank()).boxed().toList()),
                List.of(this), null);
    }

    /** Axes in another order: axis {@code i} of the result is axis {@code permutation[i]} of this; reversed if empty. */
    public Expr transpose(int... permutation) {
        List<Integer> axes = permutation.length == 0 && rank() > 0
                ? IntStream.range(0, rank()).map(i -> rank() - 1 - i).boxed().toList()
                : Arrays.stream(permutation).map(this::axis).boxed().toList();
        return builder.make(new Op.Transpose(axes), List.of(this), null);
    }

    /** With a new axis of extent 1 at {@code axis} of the result. */
    public Expr expandDims(int axis) {
        int at = axis < 0 ? axis + rank() + 1 : axis;
        if (at < 0 || at > rank()) {
            throw builder.error("axis " + axis + " is outside the result, which has rank " + (rank() + 1),
                    List.of(this), "");
        }
        List<Dim> dims = new ArrayList<>(shape().dims());
        dims.add(at, Dim.of(1));
        return reshape(Shape.of(dims));
    }

    /** Without {@code axis}, whose extent must be 1. */
    public Expr squeeze(int axis) {
        int at = axis(axis);
        if (!shape().dim(at).is(1)) {
            throw builder.error("axis " + axis + " has the extent " + shape().dim(at) + ", not 1",
                    List.of(this), "");
        }
        List<Dim> dims = new ArrayList<>(shape().dims());
        dims.remove(at);
        return reshape(Shape.of(dims));
    }

    // ---- reduction

    /** The sum over {@code axes}, or over all if none is given. */
    public Expr sum(int... axes) {
        return reduce(ReduceKind.SUM, axes);
    }

    /** The maximum over {@code axes}, or over all; NaN wins; -∞ (or the least integer) over nothing. */
    public Expr max(int... axes) {
        return reduce(ReduceKind.MAX, axes);
    }

    /** The mean over {@code axes}, or over all; of float32 or float64. */
    public Expr mean(int... axes) {
        if (!dtype().isFloating()) {
            throw builder.error("takes f32 or f64, got " + dtype(), List.of(this),
                    "cast it first, such as .cast(FLOAT32)");
        }
        Dim count = Dim.of(1);
        for (int axis : normalised(axes)) {
            count = count.times(shape().dim(axis));
        }
        return sum(axes).div(builder.extent(dtype(), count));
    }

    /** The sum over {@code axes}, which stay with extent 1. */
    public Expr sumKeepDims(int... axes) {
        return keepDims(sum(axes), axes);
    }

    /** The maximum over {@code axes}, which stay with extent 1. */
    public Expr maxKeepDims(int... axes) {
        return keepDims(max(axes), axes);
    }

    /** The mean over {@code axes}, which stay with extent 1. */
    public Expr meanKeepDims(int... axes) {
        return keepDims(mean(axes), axes);
    }

    /** The first index (int32) of the greatest element along {@code axis}; NaN counts as greatest. */
    public Expr argmax(int axis) {
        return builder.make(new Op.ArgMax(axis(axis)), List.of(this), null);
    }

    /** exp(x) / sum(exp(x)) along {@code axis}, computed from x - max(x). */
    public Expr softmax(int axis) {
        Expr exp = minus(maxKeepDims(axis).stopGradient()).exp();
        return exp.div(exp.sumKeepDims(axis));
    }

    /** log(softmax(x)) along {@code axis}, finite for all finite x. */
    public Expr logSoftmax(int axis) {
        Expr shifted = minus(maxKeepDims(axis).stopGradient());
        return shifted.minus(shifted.exp().sumKeepDims(axis).log());
    }

    /** 1 at the index that each element names, 0 elsewhere, along a new last axis; all 0 where it is out of range. */
    public Expr oneHot(int depth, DType dtype) {
        if (!dtype().isInteger()) {
            throw builder.error("takes i32 or i64, got " + dtype(), List.of(this),
                    "cast it first, such as .cast(INT32)");
        }
        List<Dim> dims = new ArrayList<>(shape().dims());
        dims.add(Dim.of(depth));
        Expr index = builder.iota(dtype(), Shape.of(dims), -1);
        return index.eq(expandDims(-1)).cast(dtype);
    }

    // ---- contraction

    /**
     * Matrix product with NumPy's rules: vectors count as a row on the left and a column on the right, leading axes
     * broadcast.
     */
    public Expr matmul(Expr other) {
        if (rank() == 0 || other.rank() == 0) {
            throw builder.error("a scalar is not a matrix", List.of(this, other),
                    "multiply by it with times");
        }
        if (other.rank() <= 2) {
            return dot(other, List.of(), List.of(), List.of(-1), List.of(other.rank() == 1 ? -1 : -2));
        }
        if (rank() == 1) {
            return expandDims(0).matmul(other).squeeze(-2);
        }
        List<Dim> leading = broadcastDims(shape().dims().subList(0, rank() - 2),
                other.shape().dims().subList(0, other.rank() - 2), 2, List.of(this, other));
        List<Integer> batch = IntStream.range(0, leading.size()).boxed().toList();
        return withLeading(leading).dot(other.withLeading(leading), batch, batch, List.of(-1), List.of(-2));
    }

    /**
     * The general contraction: products summed over pairs of contracting axes, for each index of the pairs of batch
     * axes. The result's axes: the batch axes, the free ones of this, the free ones of {@code other}.
     */
    public Expr dot(Expr other, List<Integer> batchAxes, List<Integer> otherBatchAxes,
            List<Integer> contractingAxes,
            List<Integer> otherContractingAxes) {
        return builder.make(new Op.Dot(batchAxes.stream().map(this::axis).toList(),
                otherBatchAxes.stream().map(other::axis).toList(),
                contractingAxes.stream().map(this::axis).toList(),
                otherContractingAxes.stream().map(other::axis).toList()), List.of(this, other), null);
    }

    // ---- indexed

    /**
     * NumPy's {@code take}: {@code axis} is replaced by the axes of {@code indices} (int32 or int64). An index out of
     * range fails the call.
     */
    public Expr gather(Expr indices, int axis) {
        return builder.make(new Op.Gather(axis(axis)), List.of(this, indices), null);
    }

    /**
     * This with {@code updates} added at {@code indices} along {@code axis}; the updates are shaped as what
     * {@link #gather} would return. An index out of range fails the call.
     */
    public Expr scatterAdd(Expr indices, Expr updates, int axis) {
        return builder.make(new Op.ScatterAdd(axis(axis)), List.of(this, indices, updates), null);
    }

    // ---- differentiation

    /**
     * The derivative of this scalar with respect to {@code source}, which may be an input, a parameter, or any value
     * that this was computed from. It is an expression like any other, and can be differentiated again.
     *
     * @throws GraphException if this has more than one element, or does not depend on {@code source}
     */
    public Expr gradient(Expr source) {
        checkDifferentiable(source);
        if (!shape().size().is(1)) {
            throw builder.error("a gradient is of one number, this has the shape " + shape(),
                    List.of(this, source),
                    "take its sum or mean first, or give a cotangent of its shape");
        }
        return gradient(source, builder.full(dtype(), shape(), 1));
    }

    /**
     * The vector–Jacobian product: the derivative of {@code sum(this · cotangent)} with respect to {@code source},
     * where the cotangent itself counts as constant.
     */
    public Expr gradient(Expr source, Expr cotangent) {
        checkDifferentiable(source);
        return builder.make(new Op.Gradient(), List.of(this, source, cotangent), null);
    }

    private void checkDifferentiable(Expr source) {
        builder.checkOwn(source);
        for (Expr expr : List.of(this, source)) {
            if (!expr.dtype().isFloating()) {
                throw builder.error("only f32 and f64 have derivatives, the "
                        + (expr == this ? "target" : "source") + " is " + expr.dtype(), List.of(this, source),
                        "");
            }
        }
        if (!builder.differentiable(node).get(source.node.id())) {
            throw builder.error("the target does not depend on " + GraphBuilder.describe(source.node)
                    + " in a way that has a derivative", List.of(this, source),
                    "no derivative passes comparisons, conditions, indices, argmax and casts to integers");
        }
    }

    /** The {@linkplain #gradient(Expr) derivatives} with respect to several sources, computed in one sweep. */
    public List<Expr> gradients(Expr... sources) {
        return Arrays.stream(sources).map(this::gradient).toList();
    }

    /** The same value, which counts as constant where it is differentiated. */
    public Expr stopGradient() {
        return builder.make(new Op.StopGradient(), List.of(this), null);
    }

    /** Name or number, dtype and shape. */
    @Override
    public String toString() {
        return node.toString();
    }

    // ---- how the methods above are made

    private Expr unary(UnaryKind kind) {
        return builder.make(new Op.Unary(kind), List.of(this), null);
    }

    private Expr binary(BinaryKind kind, Expr other) {
        Shape common = commonShape(List.of(this, other));
        return builder.make(new Op.Binary(kind), List.of(broadcastTo(common), other.broadcastTo(common)),
                null);
    }

    private Expr compare(CompareKind kind, Expr other) {
        Shape common = commonShape(List.of(this, other));
        return builder.make(new Op.Compare(kind), List.of(broadcastTo(common), other.broadcastTo(common)),
                null);
    }

    private Expr like(double number) {
        if (dtype() == DType.BOOL) {
            throw builder.error("a number goes with numbers, not with bool", List.of(this),
                    "cast the tensor first, such as .cast(FLOAT32)");
        }
        return builder.constant(dtype(), number, List.of(this));
    }

    private Expr withLeading(List<Dim> leading) {
        List<Dim> dims = new ArrayList<>(leading);
        dims.addAll(shape().dims().subList(rank() - 2, rank()));
        return broadcastTo(Shape.of(dims));
    }

    private Expr reduce(ReduceKind kind, int... axes) {
        return builder.make(new Op.Reduce(kind, normalised(axes)), List.of(this), null);
    }

    private Expr keepDims(Expr reduced, int... axes) {
        List<Dim> dims = new ArrayList<>(shape().dims());
        normalised(axes).forEach(axis -> dims.set(axis, Dim.of(1)));
        return reduced.reshape(Shape.of(dims));
    }

    private List<Integer> normalised(int... axes) {
        if (axes.length == 0) {
            return IntStream.range(0, rank()).boxed().toList();
        }
        TreeSet<Integer> sorted = new TreeSet<>();
        for (int axis : axes) {
            if (!sorted.add(axis(axis))) {
                throw builder.error("axis " + axis + " is named twice", List.of(this), "");
            }
        }
        return List.copyOf(sorted);
    }

    private int axis(int axis) {
        return builder.axis(axis, shape(), List.of(this));
    }

    private Shape commonShape(List<Expr> operands) {
        List<Dim> common = List.of();
        for (Expr operand : operands) {
            builder.checkOwn(operand);
            common = broadcastDims(common, operand.shape().dims(), 0, operands);
        }
        return Shape.of(common);
    }

    /**
     * NumPy's rule: aligned at the last axis, equal or 1. A name is only equal to itself. Messages count the axes that
     * are {@code axesBehind} these.
     */
    private List<Dim> broadcastDims(List<Dim> a, List<Dim> b, int axesBehind, List<Expr> operands) {
        int rank = Math.max(a.size(), b.size());
        List<Dim> common = new ArrayList<>();
        for (int axis = 0; axis < rank; axis++) {
            int inA = axis - (rank - a.size());
            int inB = axis - (rank - b.size());
            Dim left = inA < 0 ? Dim.of(1) : a.get(inA);
            Dim right = inB < 0 ? Dim.of(1) : b.get(inB);
            if (!left.equals(right) && !left.is(1) && !right.is(1)) {
                boolean named = !left.isConstant() || !right.isConstant();
                throw builder.error("the shapes don't broadcast: " + left + " against " + right + " at axis "
                        + (axis - rank - axesBehind), operands,
                        named ? "a named dimension only goes with itself or 1: give both the same Dim"
                                : "extents must be equal or 1: reshape, expandDims or transpose one of them");
            }
            common.add(left.is(1) ? right : left);
        }
        return common;
    }
}
