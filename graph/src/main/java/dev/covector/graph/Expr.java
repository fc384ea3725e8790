package dev.covector.graph;

import com.google.common.collect.Lists;
import dev.covector.graph.ir.ArgKind;
import dev.covector.graph.ir.BinaryKind;
import dev.covector.graph.ir.CompareKind;
import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.ReduceKind;
import dev.covector.graph.ir.UnaryKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A symbolic tensor: a dtype, a shape, and how it is computed. Its methods make further ones; nothing is computed until
 * the graph is compiled and called. Names and conventions are NumPy's: operands broadcast, axes count from the end
 * where negative. There is no promotion between dtypes; a number takes the tensor's dtype.
 *
 * <p>Every method throws a {@link GraphException} that names the operands and the user's line if it does not take them.
 */
public final class Expr {
    private static final String CAST = "cast the tensor first, such as .cast(FLOAT32)";

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

    /**
     * A number as a scalar of this dtype, for where it comes first: {@code x.constant(1.0).minus(x)} is 1 - x.
     *
     * @throws GraphException if this is bool, or an integer dtype that does not have the number
     */
    public Expr constant(double number) {
        return like(number);
    }

    /**
     * A whole number as a scalar of this dtype, exactly where that has so many digits.
     *
     * @throws GraphException if this is bool, or int32 and the number does not fit
     */
    public Expr constant(long number) {
        refuseBool(CAST);
        return builder.constant(dtype(), number, List.of(this));
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

    /**
     * This to the power of {@code exponent}, of float32 or float64, broadcasting; as {@link Math#pow}: anything to the power
     * of 0 is 1, and a negative number has powers with whole exponents only, all others are NaN. The derivative by the
     * exponent at 0 to the power of 0 is 0.
     */
    public Expr pow(Expr exponent) {
        return binary(BinaryKind.POW, exponent);
    }

    /** This to the power of a number, which takes this dtype; of float32 or float64. */
    public Expr pow(double exponent) {
        return pow(like(exponent));
    }

    /**
     * The angle in (-π, π] from the positive first axis to the point whose second coordinate is this and whose first is
     * {@code x}, of float32 or float64, broadcasting. At the origin its derivatives are NaN.
     */
    public Expr atan2(Expr x) {
        return binary(BinaryKind.ATAN2, x);
    }

    /** Elementwise negation. */
    public Expr unaryMinus() {
        return unary(UnaryKind.NEG);
    }

    /** Absolute value; the derivative at 0 is 0. */
    public Expr abs() {
        return unary(UnaryKind.ABS);
    }

    /** -1, 0 or 1 by the sign; zeros and NaN stay what they are. It has no derivative. */
    public Expr sign() {
        return unary(UnaryKind.SIGN);
    }

    /** e to the power of each element. */
    public Expr exp() {
        return unary(UnaryKind.EXP);
    }

    /** exp(x) - 1, which keeps its digits near 0; of float32 or float64. */
    public Expr expm1() {
        return unary(UnaryKind.EXPM1);
    }

    /** Natural logarithm. */
    public Expr log() {
        return unary(UnaryKind.LOG);
    }

    /** log(1 + x), which keeps its digits near 0; of float32 or float64. */
    public Expr log1p() {
        return unary(UnaryKind.LOG1P);
    }

    /** Square root. */
    public Expr sqrt() {
        return unary(UnaryKind.SQRT);
    }

    /** 1 / sqrt(x), of float32 or float64. */
    public Expr rsqrt() {
        return unary(UnaryKind.RSQRT);
    }

    /** x · x. */
    public Expr square() {
        return unary(UnaryKind.SQUARE);
    }

    /** 1 / x, of float32 or float64. */
    public Expr reciprocal() {
        return unary(UnaryKind.RECIPROCAL);
    }

    /** Sine of an angle in radians, of float32 or float64. */
    public Expr sin() {
        return unary(UnaryKind.SIN);
    }

    /** Cosine of an angle in radians, of float32 or float64. */
    public Expr cos() {
        return unary(UnaryKind.COS);
    }

    /** Tangent of an angle in radians, of float32 or float64. */
    public Expr tan() {
        return unary(UnaryKind.TAN);
    }

    /** The angle in [-π/2, π/2] that has this sine; NaN outside [-1, 1]. Of float32 or float64. */
    public Expr asin() {
        return unary(UnaryKind.ASIN);
    }

    /** The angle in [0, π] that has this cosine; NaN outside [-1, 1]. Of float32 or float64. */
    public Expr acos() {
        return unary(UnaryKind.ACOS);
    }

    /** The angle in [-π/2, π/2] that has this tangent; of float32 or float64. */
    public Expr atan() {
        return unary(UnaryKind.ATAN);
    }

    /** Hyperbolic sine, of float32 or float64. */
    public Expr sinh() {
        return unary(UnaryKind.SINH);
    }

    /** Hyperbolic cosine, of float32 or float64. */
    public Expr cosh() {
        return unary(UnaryKind.COSH);
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

    /** log(1 + exp(x)), which neither overflows nor loses digits; of float32 or float64. Its derivative is the sigmoid. */
    public Expr softplus() {
        return unary(UnaryKind.SOFTPLUS);
    }

    /** The error function, of float32 or float64. */
    public Expr erf() {
        return unary(UnaryKind.ERF);
    }

    /** The greatest whole number that is not above x, of float32 or float64. It has no derivative. */
    public Expr floor() {
        return unary(UnaryKind.FLOOR);
    }

    /** The least whole number that is not below x, of float32 or float64. It has no derivative. */
    public Expr ceil() {
        return unary(UnaryKind.CEIL);
    }

    /** The nearest whole number, of two the even one; of float32 or float64. It has no derivative. */
    public Expr round() {
        return unary(UnaryKind.ROUND);
    }

    /** max(x, 0), plus {@code slope} · min(x, 0); the derivative at 0 is the slope. */
    public Expr leakyRelu(double slope) {
        return Activations.leakyRelu(this, slope);
    }

    /** x where it is positive, {@code alpha} · (exp(x) - 1) elsewhere; the derivative at 0 is alpha. */
    public Expr elu(double alpha) {
        return Activations.elu(this, alpha);
    }

    /** x · sigmoid(x), also called swish. */
    public Expr silu() {
        return Activations.silu(this);
    }

    /** x · Φ(x), where Φ is the distribution function of the standard normal distribution. */
    public Expr gelu() {
        return Activations.gelu(this);
    }

    /** x · Φ(x) approximated by tanh: {@code gelu(approximate="tanh")} of PyTorch. */
    public Expr geluTanh() {
        return Activations.geluTanh(this);
    }

    /** x / 6 + 1/2 clipped to [0, 1]. */
    public Expr hardSigmoid() {
        return Activations.hardSigmoid(this);
    }

    /** min(max(x, {@code min}), {@code max}); NaN stays NaN, and the derivative at the ends is 1/2. */
    public Expr clip(double min, double max) {
        return maximum(min).minimum(max);
    }

    // ---- comparison and logic

    /** Whether float32 or float64 is NaN, as bool. */
    public Expr isNaN() {
        return unary(UnaryKind.IS_NAN);
    }

    /** Whether float32 or float64 is neither NaN nor infinite, as bool. */
    public Expr isFinite() {
        return unary(UnaryKind.IS_FINITE);
    }

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

    /** Elementwise conjunction of bools, or of the bits of integers, broadcasting. */
    public Expr and(Expr other) {
        return binary(BinaryKind.AND, other);
    }

    /** The bits of integers that {@code mask} has too. */
    public Expr and(long mask) {
        return and(like(mask));
    }

    /** Elementwise disjunction of bools, or of the bits of integers, broadcasting. */
    public Expr or(Expr other) {
        return binary(BinaryKind.OR, other);
    }

    /** The bits of integers and those of {@code mask}. */
    public Expr or(long mask) {
        return or(like(mask));
    }

    /** Elementwise exclusive disjunction of bools, or of the bits of integers, broadcasting. */
    public Expr xor(Expr other) {
        return binary(BinaryKind.XOR, other);
    }

    /** The bits of integers, those of {@code mask} inverted. */
    public Expr xor(long mask) {
        return xor(like(mask));
    }

    /** Elementwise negation of bools, or of the bits of integers. */
    public Expr not() {
        return unary(UnaryKind.NOT);
    }

    /**
     * Integers shifted to the left by {@code bits} of the same dtype, broadcasting: 0 where those are negative, or as many
     * as there are or more.
     */
    public Expr shl(Expr bits) {
        return binary(BinaryKind.SHIFT_LEFT, bits);
    }

    /** Integers shifted to the left; 0 if {@code bits} is negative, or as many as there are or more. */
    public Expr shl(int bits) {
        return shl(like((long) bits));
    }

    /**
     * Integers shifted to the right by {@code bits} of the same dtype, keeping the sign, broadcasting: 0 or -1 by the sign
     * where those are negative, or as many as there are or more.
     */
    public Expr shr(Expr bits) {
        return binary(BinaryKind.SHIFT_RIGHT, bits);
    }

    /** Integers shifted to the right, keeping the sign; only that is left if {@code bits} is negative or too many. */
    public Expr shr(int bits) {
        return shr(like((long) bits));
    }

    /**
     * Integers shifted to the right by {@code bits} of the same dtype, with zeros from the left, broadcasting: 0 where
     * those are negative, or as many as there are or more.
     */
    public Expr ushr(Expr bits) {
        return binary(BinaryKind.SHIFT_RIGHT_LOGICAL, bits);
    }

    /** Integers shifted to the right, with zeros from the left; 0 if {@code bits} is negative or too many. */
    public Expr ushr(int bits) {
        return ushr(like((long) bits));
    }

    /** {@code ifTrue} where this bool tensor is true, {@code ifFalse} elsewhere; all three broadcast. */
    public Expr where(Expr ifTrue, Expr ifFalse) {
        return builder.make(new Op.Select(), Broadcasting.toCommonShape(this, ifTrue, ifFalse), null);
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
        return Reshaping.reshape(this, extents);
    }

    /** The same elements, in row-major order, under another shape. */
    public Expr reshape(Shape shape) {
        return shape.equals(shape()) ? this : builder.make(new Op.Reshape(shape), List.of(this), null);
    }

    /** Repeated along new leading axes and along axes of extent 1, as NumPy's {@code broadcast_to}. */
    public Expr broadcastTo(Shape shape) {
        return Broadcasting.to(this, shape);
    }

    /** Axes in another order: axis {@code i} of the result is axis {@code permutation[i]} of this; reversed if empty. */
    public Expr transpose(int... permutation) {
        List<Integer> axes = permutation.length == 0 && rank() > 0
                ? IntStream.range(0, rank()).map(i -> rank() - 1 - i).boxed().toList()
                : Arrays.stream(permutation).map(axis -> Axes.of(this, axis)).boxed().toList();
        return builder.make(new Op.Transpose(axes), List.of(this), null);
    }

    /** With a new axis of extent 1 at {@code axis} of the result. */
    public Expr expandDims(int axis) {
        return Reshaping.expandDims(this, axis);
    }

    /** Without {@code axis}, whose extent must be 1. */
    public Expr squeeze(int axis) {
        return Reshaping.squeeze(this, axis);
    }

    /**
     * NumPy's {@code x[...]}: one slice for each axis, from the first on; axes that are not spoken of are taken whole.
     *
     * <p>Of a named extent, bounds count as they are, and a call fails that has too few elements for them. A stop that
     * is not counted from the end is refused, unless there are surely so many elements.
     */
    public Expr get(Slice... slices) {
        return Slicing.get(this, slices);
    }

    /** The elements at these indices of the first axes, which disappear; negative ones count from the end. */
    public Expr get(int first, int... others) {
        return Slicing.get(this,
                IntStream.concat(IntStream.of(first), Arrays.stream(others)).mapToObj(Slice::at)
                        .toArray(Slice[]::new));
    }

    /** The indices from {@code start} up to, not including, {@code stop} of one axis, as {@link Slice#range}. */
    public Expr slice(int axis, int start, int stop) {
        return slice(axis, start, stop, 1);
    }

    /** Every {@code step}-th index from {@code start} up to, not including, {@code stop} of one axis. */
    public Expr slice(int axis, int start, int stop, int step) {
        if (step == 0) {
            throw builder.error("the step is 0", List.of(this), "negative steps go backwards");
        }
        return Slicing.along(this, axis, Slice.range(start, stop).step(step));
    }

    /** In the opposite order along {@code axes}, or along all if none is given. */
    public Expr flip(int... axes) {
        return builder.make(new Op.Reverse(Axes.reduced(this, axes)), List.of(this), null);
    }

    /**
     * With {@code low} elements more before the first and {@code high} more after the last along {@code axis}, which are
     * all {@code value}. Where these are negative, so many elements are taken away.
     */
    public Expr pad(int axis, int low, int high, double value) {
        return Joining.pad(this, axis, low, high, value);
    }

    /** One after the other along {@code axis}; dtypes and all other extents are the same. */
    public static Expr concat(int axis, Expr first, Expr... others) {
        return Joining.concat(axis, Lists.asList(first, others));
    }

    /**
     * One after the other along {@code axis}; dtypes and all other extents are the same.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Expr concat(int axis, List<Expr> parts) {
        return Joining.concat(axis, parts);
    }

    /** Side by side along a new axis, which is {@code axis} of the result; all have one shape. */
    public static Expr stack(int axis, Expr first, Expr... others) {
        return Joining.stack(axis, Lists.asList(first, others));
    }

    /**
     * Side by side along a new axis, which is {@code axis} of the result; all have one shape.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Expr stack(int axis, List<Expr> parts) {
        return Joining.stack(axis, parts);
    }

    /** Equal parts of {@code axis}, one after the other: what {@link #concat} would join again. */
    public List<Expr> split(int axis, int sections) {
        return Joining.split(this, axis, sections);
    }

    /**
     * Parts of {@code axis}, one after the other.
     *
     * @param sizes how long each is; one of them may be -1: whatever is left over
     */
    public List<Expr> split(int axis, int[] sizes) {
        return Joining.split(this, axis, sizes);
    }

    /** Shifted by {@code shift} places along {@code axis}; what is shifted out comes in at the other end. */
    public Expr roll(int axis, int shift) {
        return Joining.roll(this, axis, shift);
    }

    /** Each element along {@code axis} so many times, one after the other: NumPy's {@code repeat}. */
    public Expr repeat(int axis, int times) {
        return Joining.copies(this, axis, times, true);
    }

    /** The whole of {@code axis} so many times, one after the other: NumPy's {@code tile}. */
    public Expr tile(int axis, int times) {
        return Joining.copies(this, axis, times, false);
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

    /** The minimum over {@code axes}, or over all; NaN wins; ∞ (or the greatest integer) over nothing. */
    public Expr min(int... axes) {
        return reduce(ReduceKind.MIN, axes);
    }

    /** The product over {@code axes}, or over all; 1 over nothing. */
    public Expr prod(int... axes) {
        return reduce(ReduceKind.PROD, axes);
    }

    /** Whether any of these bools is true over {@code axes}, or over all; false over nothing. */
    public Expr any(int... axes) {
        return reduce(ReduceKind.ANY, axes);
    }

    /** Whether all of these bools are true over {@code axes}, or over all; true over nothing. */
    public Expr all(int... axes) {
        return reduce(ReduceKind.ALL, axes);
    }

    /** The mean over {@code axes}, or over all; of float32 or float64. */
    public Expr mean(int... axes) {
        return Composites.mean(this, axes);
    }

    /** The mean squared distance from the mean over {@code axes}, or over all: NumPy's {@code var}. */
    public Expr variance(int... axes) {
        return variance(axes, 0);
    }

    /** The sum of squared distances from the mean, divided by the count less {@code correction}; 1 is PyTorch's default. */
    public Expr variance(int[] axes, int correction) {
        return Composites.variance(this, axes, correction);
    }

    /** The standard deviation over {@code axes}, or over all: √{@link #variance}. The derivative at 0 is 0. */
    public Expr std(int... axes) {
        return std(axes, 0);
    }

    /** √{@link #variance(int[], int)}; the derivative at 0 is 0. */
    public Expr std(int[] axes, int correction) {
        return Composites.std(this, axes, correction);
    }

    /**
     * The Euclidean norm over {@code axes}, √Σx²; over two or all axes, the Frobenius norm. The derivative at 0 is 0.
     * Squares that overflow make it infinite.
     */
    public Expr norm(int... axes) {
        return Composites.norm(this, axes);
    }

    /** Σ|x| over {@code axes}, or over all. */
    public Expr normL1(int... axes) {
        return Composites.normL1(this, axes);
    }

    /** log(Σexp(x)) over {@code axes}, or over all, finite for all finite x; -∞ over nothing. */
    public Expr logSumExp(int... axes) {
        return Composites.logSumExp(this, axes);
    }

    /** The sum over {@code axes}, which stay with extent 1. */
    public Expr sumKeepDims(int... axes) {
        return Axes.keep(sum(axes), this, axes);
    }

    /** The maximum over {@code axes}, which stay with extent 1. */
    public Expr maxKeepDims(int... axes) {
        return Axes.keep(max(axes), this, axes);
    }

    /** The minimum over {@code axes}, which stay with extent 1. */
    public Expr minKeepDims(int... axes) {
        return Axes.keep(min(axes), this, axes);
    }

    /** The product over {@code axes}, which stay with extent 1. */
    public Expr prodKeepDims(int... axes) {
        return Axes.keep(prod(axes), this, axes);
    }

    /** Whether any is true over {@code axes}, which stay with extent 1. */
    public Expr anyKeepDims(int... axes) {
        return Axes.keep(any(axes), this, axes);
    }

    /** Whether all are true over {@code axes}, which stay with extent 1. */
    public Expr allKeepDims(int... axes) {
        return Axes.keep(all(axes), this, axes);
    }

    /** The mean over {@code axes}, which stay with extent 1. */
    public Expr meanKeepDims(int... axes) {
        return Axes.keep(mean(axes), this, axes);
    }

    /** The first index (int32) of the greatest element along {@code axis}; NaN counts as greatest. */
    public Expr argmax(int axis) {
        return builder.make(new Op.Arg(ArgKind.ARGMAX, Axes.of(this, axis)), List.of(this), null);
    }

    /** The first index (int32) of the least element along {@code axis}; NaN counts as least. */
    public Expr argmin(int axis) {
        return builder.make(new Op.Arg(ArgKind.ARGMIN, Axes.of(this, axis)), List.of(this), null);
    }

    /** For each element, the sum along {@code axis} of those before it and itself: NumPy's {@code cumsum}. */
    public Expr cumsum(int axis) {
        return cumsum(axis, false, false);
    }

    /**
     * Sums along {@code axis} up to each element, taken in the order of the index.
     *
     * @param exclusive whether an element leaves itself out, so that the first one is 0
     * @param reverse   whether to begin at the end of the axis
     */
    public Expr cumsum(int axis, boolean exclusive, boolean reverse) {
        return builder.make(new Op.CumSum(Axes.of(this, axis), exclusive, reverse), List.of(this), null);
    }

    // ---- order

    /** {@link #argSort(int, boolean)}, ascending. */
    public Expr argSort(int axis) {
        return argSort(axis, false);
    }

    /**
     * The indices (int32) along {@code axis} in the order of their elements, of the same shape as this: NumPy's stable
     * {@code argsort}. Equal elements, such as 0 and -0, stay in the order of their indices. NaN is greater than all
     * numbers, and true than false. It has no derivative.
     *
     * @param descending whether the greatest comes first; NaN before it, equal ones in the order of their indices still,
     *                   as PyTorch's
     */
    public Expr argSort(int axis, boolean descending) {
        return Sorting.argSort(this, axis, descending);
    }

    /** {@link #sort(int, boolean)}, ascending. */
    public Expr sort(int axis) {
        return sort(axis, false);
    }

    /** The elements along {@code axis} in the order of {@link #argSort(int, boolean)}, of any dtype. */
    public Expr sort(int axis, boolean descending) {
        return Sorting.sort(this, axis, descending);
    }

    /**
     * The {@code k} greatest elements along {@code axis}, whose extent becomes {@code k}, the greatest first, and their
     * indices: PyTorch's {@code topk}. NaN counts as greatest; of equal elements the first ones are taken. A call fails
     * where a named extent is below {@code k}.
     *
     * @throws GraphException if there are not as many elements
     */
    public TopK topK(int k, int axis) {
        return Sorting.topK(this, k, axis);
    }

    /** exp(x) / sum(exp(x)) along {@code axis}, computed from x - max(x). */
    public Expr softmax(int axis) {
        return Composites.softmax(this, axis);
    }

    /** log(softmax(x)) along {@code axis}, finite for all finite x. */
    public Expr logSoftmax(int axis) {
        return Composites.logSoftmax(this, axis);
    }

    /** 1 at the index that each element names, 0 elsewhere, along a new last axis; all 0 where it is out of range. */
    public Expr oneHot(int depth, DType dtype) {
        return Composites.oneHot(this, depth, dtype);
    }

    // ---- contraction

    /**
     * Matrix product with NumPy's rules: vectors count as a row on the left and a column on the right, leading axes
     * broadcast.
     */
    public Expr matmul(Expr other) {
        return Contractions.matmul(this, other);
    }

    /**
     * The general contraction: products summed over pairs of contracting axes, for each index of the pairs of batch
     * axes. The result's axes: the batch axes, the free ones of this, the free ones of {@code other}.
     */
    public Expr dot(Expr other, List<Integer> batchAxes, List<Integer> otherBatchAxes,
            List<Integer> contractingAxes,
            List<Integer> otherContractingAxes) {
        return Contractions.dot(this, other, batchAxes, otherBatchAxes, contractingAxes,
                otherContractingAxes);
    }

    /** {@link #conv(Expr, Convolution)} with stride 1, without padding, dilation and groups. */
    public Expr conv(Expr kernel) {
        return conv(kernel, Convolution.of());
    }

    /**
     * The convolution of this, {@code [batch,spatial…,channels]}, with {@code [spatial…,channels / groups,outputs]}: the
     * kernel moves over one or more spatial axes, as it is and not turned around, and each output is the sum of what it
     * meets, times the kernel. Gives {@code [batch,spatial…,outputs]}; a padded extent n becomes
     * {@code floor((n - span) / stride) + 1} for a dilated kernel that spans so many elements. Both have one numeric dtype.
     *
     * @throws GraphException if the kernel takes other channels, or is larger than what it moves over
     */
    public Expr conv(Expr kernel, Convolution settings) {
        return Convolutions.conv(this, kernel, settings);
    }

    /**
     * The greatest of each window, of {@code [batch,spatial…,channels]}; NaN wins. A padded extent n becomes
     * {@code floor((n - size) / stride) + 1}. Padding is -∞, or the least integer. The derivative goes to the first of equal
     * elements in the window's row-major order.
     *
     * @throws GraphException if this has no spatial axis, is of bool, or the window is larger than what it moves over, or no
     *     larger than the padding
     */
    public Expr maxPool(Window window) {
        return Pooling.max(this, window);
    }

    /**
     * The mean of each window, of {@code [batch,spatial…,channels]} in float32 or float64. The shape and errors are those of
     * {@link #maxPool}; padding counts as zeros, unless {@link Window#countPadding} says otherwise.
     */
    public Expr averagePool(Window window) {
        return Pooling.average(this, window);
    }

    /** The sum of each window, of {@code [batch,spatial…,channels]}. The shape and errors are those of {@link #maxPool}. */
    public Expr sumPool(Window window) {
        return Pooling.sum(this, window);
    }

    /** All products of an element of this and one of {@code other}; the result has the axes of both. */
    public Expr outer(Expr other) {
        return Composites.outer(this, other);
    }

    /**
     * Einstein summation: products of the operands' elements, summed over the letters that are not on the right of the
     * arrow. Without an arrow the result has the letters that occur once, by the alphabet. A letter twice in one
     * operand is the diagonal; {@code ...} stands for further axes, which broadcast. Spaces don't count.
     *
     * <pre>{@code
     * Expr.einsum("ij,jk->ik", a, b)              // a · b
     * Expr.einsum("bqhd,bkhd->bhqk", query, key)  // the scores of attention, for all heads
     * Expr.einsum("ii", a)                        // the trace
     * }</pre>
     *
     * <p>More than two operands are multiplied from the left to the right.
     *
     * @throws GraphException if {@code subscripts} is not of this form, or the operands have other axes
     */
    public static Expr einsum(String subscripts, Expr... operands) {
        return Einsum.of(subscripts, operands);
    }

    /** The lower triangles of matrices, in the last two axes, up to {@code diagonal} above the main one; else 0. */
    public Expr tril(int diagonal) {
        return Composites.triangle(this, diagonal, true);
    }

    /** The upper triangles of matrices, in the last two axes, from {@code diagonal} above the main one on; else 0. */
    public Expr triu(int diagonal) {
        return Composites.triangle(this, diagonal, false);
    }

    // ---- indexed

    /**
     * NumPy's {@code take}: {@code axis} is replaced by the axes of {@code indices} (int32 or int64). An index out of
     * range fails the call.
     */
    public Expr gather(Expr indices, int axis) {
        return builder.make(new Op.Gather(Axes.of(this, axis)), List.of(this, indices), null);
    }

    /** {@link #gather} under NumPy's name: what PyTorch calls {@code index_select}, of indices of any shape. */
    public Expr take(Expr indices, int axis) {
        return gather(indices, axis);
    }

    /**
     * NumPy's {@code take_along_axis}: the element at each of {@code indices} (int32 or int64) along {@code axis}, and at
     * the index's own place along all other axes, which broadcast. So elements go where {@link #argSort} or
     * {@link #argmax} say. An index out of range fails the call.
     *
     * @throws GraphException if the indices have another rank, or the other axes don't broadcast
     */
    public Expr takeAlongAxis(Expr indices, int axis) {
        return Sorting.takeAlongAxis(this, indices, axis);
    }

    /**
     * This with {@code updates} added at {@code indices} along {@code axis}; the updates are shaped as what
     * {@link #gather} would return. An index out of range fails the call.
     */
    public Expr scatterAdd(Expr indices, Expr updates, int axis) {
        return builder.make(new Op.ScatterAdd(Axes.of(this, axis)), List.of(this, indices, updates), null);
    }

    // ---- differentiation

    /**
     * The derivative of this scalar with respect to {@code source}, which may be an input, a parameter, or any value
     * that this was computed from. It is an expression like any other, and can be differentiated again.
     *
     * @throws GraphException if this has more than one element, or does not depend on {@code source}
     */
    public Expr gradient(Expr source) {
        return Derivatives.gradient(this, source);
    }

    /**
     * The vector–Jacobian product: the derivative of {@code sum(this · cotangent)} with respect to {@code source},
     * where the cotangent itself counts as constant.
     */
    public Expr gradient(Expr source, Expr cotangent) {
        return Derivatives.gradient(this, source, cotangent);
    }

    /** The {@linkplain #gradient(Expr) derivatives} with respect to several sources, computed in one sweep. */
    public List<Expr> gradients(Expr... sources) {
        return Arrays.stream(sources).map(this::gradient).toList();
    }

    /** The same value, which counts as constant where it is differentiated. */
    public Expr stopGradient() {
        return builder.make(new Op.StopGradient(), List.of(this), null);
    }

    /**
     * {@code forward} of this, differentiated as {@code rule} tells; of several operands: {@link CustomGradient#of}.
     *
     * @throws GraphException if the lambdas don't fit, see there
     */
    public Expr customGradient(UnaryOperator<Expr> forward, CustomGradient.UnaryRule rule) {
        return CustomGradient.of(this, forward, rule);
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
        return builder.make(new Op.Binary(kind), Broadcasting.toCommonShape(this, other), null);
    }

    private Expr compare(CompareKind kind, Expr other) {
        return builder.make(new Op.Compare(kind), Broadcasting.toCommonShape(this, other), null);
    }

    private Expr like(double number) {
        refuseBool(CAST);
        return builder.constant(dtype(), number, List.of(this));
    }

    private Expr like(long number) {
        refuseBool("give it a bool tensor");
        return builder.constant(dtype(), number, List.of(this));
    }

    private void refuseBool(String hint) {
        if (dtype() == DType.BOOL) {
            throw builder.error("a number goes with numbers, not with bool", List.of(this), hint);
        }
    }

    private Expr reduce(ReduceKind kind, int... axes) {
        return builder.make(new Op.Reduce(kind, Axes.reduced(this, axes)), List.of(this), null);
    }
}
