package dev.covector.graph.ir;

import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** One rule per op: which operands it takes, and the type of its result. */
final class TypeRules {
    /** Which of two dtypes a hint takes: the one that loses less. */
    private static final List<DType> WIDTH =
            List.of(DType.BOOL, DType.INT32, DType.INT64, DType.FLOAT32, DType.FLOAT64);
    private static final String CAST_BOOL = "to count what is true, cast first, such as .cast(FLOAT32)";

    private TypeRules() {}

    /**
     * The type of {@code op} over operands of these types.
     *
     * @throws TypeException if the op does not take them
     */
    static Type infer(Op op, List<Type> in) {
        arity(op, in.size());
        return switch (op) {
            case Op.Input input -> input.type();
            case Op.Parameter parameter -> parameter.type();
            case Op.Constant constant -> {
                var tensor = constant.value().tensor();
                yield new Type(tensor.dtype(), Shape.of(tensor.shape()));
            }
            case Op.Iota iota -> {
                require(iota.type().dtype().isNumeric(), "iota counts in numbers, not in bool", "");
                axis(iota.axis(), iota.type());
                yield iota.type();
            }
            case Op.Extent extent -> {
                require(extent.dtype().isNumeric(), "an extent is a number, not a bool", "");
                yield new Type(extent.dtype(), Shape.scalar());
            }
            case Op.RandomBits bits -> {
                require(bits.type().dtype().isInteger(),
                        "random bits are i32 or i64, not " + bits.type().dtype(),
                        "compare or cast them to get others");
                yield bits.type();
            }
            case Op.Unary unary -> unary(unary.kind(), in.get(0));
            case Op.Binary binary -> binary(binary.kind(), in.get(0), in.get(1));
            case Op.Compare compare -> {
                same(in.get(0), in.get(1));
                boolean ordered = compare.kind() != CompareKind.EQ && compare.kind() != CompareKind.NE;
                require(!ordered || in.get(0).dtype().isNumeric(), "bools have no order",
                        "use eq, ne, and, or, xor");
                yield new Type(DType.BOOL, in.get(0).shape());
            }
            case Op.Select select -> {
                require(in.get(0).dtype() == DType.BOOL,
                        "the condition is " + in.get(0).dtype() + ", not bool",
                        "compare it with something first");
                same(in.get(1), in.get(2));
                sameShape(in.get(0), in.get(1));
                yield in.get(1);
            }
            case Op.Cast cast -> new Type(cast.dtype(), in.get(0).shape());
            case Op.Reshape reshape -> {
                Dim have = in.get(0).shape().size();
                Dim want = reshape.shape().size();
                require(have.equals(want),
                        () -> "can't view " + have + " elements of " + in.get(0).shape() + " as "
                                + reshape.shape() + ", which has " + want,
                        have.isConstant() ? ""
                                : "named dimensions stay: reshape(Shape.of(...)) takes them, and -1 stands for one");
                yield new Type(in.get(0).dtype(), reshape.shape());
            }
            case Op.Broadcast broadcast -> broadcast(broadcast, in.get(0));
            case Op.Transpose transpose -> transpose(transpose.permutation(), in.get(0));
            case Op.Slice slice -> slice(slice, in.get(0));
            case Op.Reverse reverse -> {
                ascending(reverse.axes(), in.get(0));
                yield in.get(0);
            }
            case Op.Pad pad -> pad(pad, in.get(0), in.get(1));
            case Op.Concat concat -> concat(concat.axis(), in);
            case Op.Windows windows -> windows(windows, in.get(0));
            case Op.Reduce reduce -> {
                if (reduce.kind().isLogic()) {
                    require(in.get(0).dtype() == DType.BOOL, "takes bool, got " + in.get(0).dtype(),
                            "compare it with something first");
                } else {
                    require(in.get(0).dtype().isNumeric(), "takes numbers, got bool", CAST_BOOL);
                }
                ascending(reduce.axes(), in.get(0));
                yield without(in.get(0), reduce.axes());
            }
            case Op.Arg arg -> {
                require(in.get(0).dtype().isNumeric(), "bools have no order", CAST_BOOL);
                axis(arg.axis(), in.get(0));
                yield new Type(DType.INT32, without(in.get(0), List.of(arg.axis())).shape());
            }
            case Op.PartialSum partial -> {
                axis(partial.axis(), in.get(0));
                require(in.get(0).dtype().isNumeric(), "takes numbers, got bool", CAST_BOOL);
                List<Dim> dims = new ArrayList<>(in.get(0).shape().dims());
                dims.set(partial.axis(), dims.get(partial.axis()).ceilDiv(partial.block()));
                yield new Type(in.get(0).dtype(), Shape.of(dims));
            }
            case Op.CumSum cumSum -> {
                require(in.get(0).dtype().isNumeric(), "takes numbers, got bool", CAST_BOOL);
                axis(cumSum.axis(), in.get(0));
                yield in.get(0);
            }
            case Op.ArgSort sort -> {
                axis(sort.axis(), in.get(0));
                yield new Type(DType.INT32, in.get(0).shape());
            }
            case Op.ReduceWindow window -> {
                ReduceKind kind = window.kind();
                require(kind == ReduceKind.SUM || kind == ReduceKind.MAX || kind == ReduceKind.MIN,
                        "windows have a sum, a max and a min, no " + kind, "");
                yield new Type(in.get(0).dtype(), windows(in.get(0), window.windows(), window.strides()));
            }
            case Op.ArgWindow window ->
                    new Type(DType.INT32, windows(in.get(0), window.windows(), window.strides()));
            case Op.Dot dot -> dot(dot, in.get(0), in.get(1));
            case Op.Conv conv -> {
                sameDtype(in.get(0), in.get(1));
                require(in.get(0).dtype().isNumeric(), "takes numbers, got bools", CAST_BOOL);
                yield new Type(in.get(0).dtype(), Windows.of(conv, in.get(0).shape(), in.get(1).shape()));
            }
            case Op.Gather gather -> gather(gather.axis(), in.get(0), in.get(1));
            case Op.ScatterAdd scatter -> {
                require(in.get(0).dtype().isNumeric(), "takes numbers, got bool", CAST_BOOL);
                Type updates = gather(scatter.axis(), in.get(0), in.get(1));
                require(updates.equals(in.get(2)), "the updates are " + in.get(2) + ", should be " + updates,
                        "");
                yield in.get(0);
            }
            case Op.Gradient gradient -> {
                require(in.get(0).dtype().isFloating(), "only f32 and f64 have derivatives, the target is "
                        + in.get(0).dtype(), "");
                require(in.get(1).dtype().isFloating(), "only f32 and f64 have derivatives, the source is "
                        + in.get(1).dtype(), "");
                require(in.get(2).equals(in.get(0)), "the cotangent is " + in.get(2)
                        + ", should be as the target, " + in.get(0), "");
                yield in.get(1);
            }
            case Op.StopGradient stop -> in.get(0);
            case Op.Placeholder placeholder -> placeholder.type();
            case Op.CustomGradient custom -> customGradient((in.size() - 3) / 2, in);
        };
    }

    private static void arity(Op op, int given) {
        int wanted = switch (op) {
            case Op.Input o -> 0;
            case Op.Parameter o -> 0;
            case Op.Constant o -> 0;
            case Op.Iota o -> 0;
            case Op.Extent o -> 0;
            case Op.RandomBits o -> 0;
            case Op.Unary o -> 1;
            case Op.Cast o -> 1;
            case Op.Reshape o -> 1;
            case Op.Broadcast o -> 1;
            case Op.Transpose o -> 1;
            case Op.Slice o -> 1;
            case Op.Reverse o -> 1;
            case Op.Pad o -> 2;
            case Op.Concat o -> Math.max(1, given);
            case Op.Windows o -> 1;
            case Op.Reduce o -> 1;
            case Op.Arg o -> 1;
            case Op.PartialSum o -> 1;
            case Op.CumSum o -> 1;
            case Op.ArgSort o -> 1;
            case Op.ReduceWindow o -> 1;
            case Op.ArgWindow o -> 1;
            case Op.StopGradient o -> 1;
            case Op.Placeholder o -> 0;
            // the value, two placeholders, and two for each operand
            case Op.CustomGradient o -> Math.max(5, given | 1);
            case Op.Binary o -> 2;
            case Op.Compare o -> 2;
            case Op.Dot o -> 2;
            case Op.Conv o -> 2;
            case Op.Gather o -> 2;
            case Op.Select o -> 3;
            case Op.ScatterAdd o -> 3;
            case Op.Gradient o -> 3;
        };
        require(given == wanted,
                () -> "takes " + wanted + (wanted == 1 ? " operand" : " operands") + ", got " + given,
                "");
    }

    private static Type unary(UnaryKind kind, Type in) {
        switch (kind) {
            case NOT -> require(!in.dtype().isFloating(), "takes bool, i32 or i64, got " + in.dtype(),
                    "compare it with something first");
            case NEG, ABS, SIGN, SQUARE, RELU -> require(in.dtype().isNumeric(), "takes numbers, got bool",
                    CAST_BOOL);
            case EXP, EXPM1, LOG, LOG1P, SQRT, RSQRT, RECIPROCAL, SIN, COS, TAN, ASIN, ACOS, ATAN, SINH, COSH,
                    TANH,
                    SIGMOID, SOFTPLUS, ERF -> require(
                            in.dtype().isFloating(), "takes f32 or f64, got " + in.dtype(),
                            "cast it first, such as .cast(FLOAT32)");
            case FLOOR, CEIL, ROUND -> require(in.dtype().isFloating(), "takes f32 or f64, got " + in.dtype(),
                    "integers are whole already");
            case IS_NAN, IS_FINITE -> {
                require(in.dtype().isFloating(), "takes f32 or f64, got " + in.dtype(),
                        "all integers are finite, and none is NaN");
                return new Type(DType.BOOL, in.shape());
            }
        }
        return in;
    }

    private static Type binary(BinaryKind kind, Type a, Type b) {
        switch (kind) {
            case AND, OR, XOR -> require(!a.dtype().isFloating() && !b.dtype().isFloating(),
                    "takes bools, or the bits of integers, got " + a.dtype() + " and " + b.dtype(),
                    "compare with something first");
            case SHIFT_LEFT, SHIFT_RIGHT, SHIFT_RIGHT_LOGICAL -> require(
                    a.dtype().isInteger() && b.dtype().isInteger(),
                    "takes i32 or i64, got " + a.dtype() + " and " + b.dtype(),
                    "cast to integers first, such as .cast(INT32)");
            case POW, ATAN2 -> require(a.dtype().isFloating() && b.dtype().isFloating(),
                    "takes f32 or f64, got " + a.dtype() + " and " + b.dtype(),
                    "cast first, such as .cast(FLOAT32)"
                            + (kind == BinaryKind.POW
                                    ? "; for small powers of integers there are square and times"
                                    : ""));
            case ADD, SUB, MUL, DIV, REM, MAX, MIN ->
                    require(a.dtype().isNumeric() || b.dtype().isNumeric(), "takes numbers, got bools",
                            "for logic there are and, or, xor; " + CAST_BOOL);
        }
        same(a, b);
        return a;
    }

    private static Type broadcast(Op.Broadcast op, Type in) {
        List<Integer> axes = op.axes();
        require(axes.size() == in.shape().rank(),
                () -> "broadcasting " + in.shape() + " names " + axes.size() + " axes", "");
        for (int i = 0; i < axes.size(); i++) {
            int axis = axes.get(i);
            require(axis >= 0 && axis < op.shape().rank() && (i == 0 || axes.get(i - 1) < axis),
                    () -> "axes " + axes + " don't ascend within " + op.shape(), "");
            Dim from = in.shape().dim(i);
            Dim to = op.shape().dim(axis);
            require(from.equals(to) || from.isExactly(1),
                    () -> "can't broadcast " + in.shape() + " to " + op.shape() + ": " + from + " against "
                            + to,
                    "");
        }
        return new Type(in.dtype(), op.shape());
    }

    private static Type transpose(List<Integer> permutation, Type in) {
        Set<Integer> seen = new HashSet<>(permutation);
        boolean valid = permutation.size() == in.shape().rank() && seen.size() == permutation.size()
                && permutation.stream().allMatch(axis -> axis >= 0 && axis < in.shape().rank());
        require(valid, () -> permutation + " is not a permutation of the axes of " + in.shape(), "");
        return new Type(in.dtype(), Shape.of(permutation.stream().map(in.shape()::dim).toList()));
    }

    private static Type slice(Op.Slice op, Type in) {
        Shape shape = in.shape();
        perAxis("starts", op.starts(), in);
        perAxis("limits", op.limits(), in);
        perAxis("steps", op.steps(), in);
        List<Dim> dims = new ArrayList<>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            Dim start = op.starts().get(axis);
            Dim limit = op.limits().get(axis);
            int step = op.steps().get(axis);
            require(step > 0, "the step " + step + " along axis " + axis + " is not positive",
                    "reverse the axis first");
            boolean inside = !isNegative(start) && !isNegative(shape.dim(axis).minus(limit))
                    && !isNegative(limit.minus(start));
            require(inside, "the indices " + start + " up to " + limit + " are not those of axis " + axis
                    + " of the shape " + shape, "they are of 0 up to " + shape.dim(axis));
            dims.add(limit.minus(start).ceilDiv(step));
        }
        return new Type(in.dtype(), Shape.of(dims));
    }

    private static Type pad(Op.Pad op, Type in, Type value) {
        sameDtype(in, value);
        require(value.shape().rank() == 0, "the padding value has the shape " + value.shape()
                + ", it should be one number", "");
        perAxis("low widths", op.low(), in);
        perAxis("high widths", op.high(), in);
        perAxis("interior widths", op.interior(), in);
        List<Dim> dims = new ArrayList<>();
        for (int axis = 0; axis < in.shape().rank(); axis++) {
            int interior = op.interior().get(axis);
            Dim low = op.low().get(axis);
            Dim high = op.high().get(axis);
            require(interior >= 0, "the width " + interior + " between neighbours is negative", "");
            Dim spread = in.shape().dim(axis).times(1L + interior).minus(Dim.of(interior));
            Dim padded = low.plus(spread).plus(high);
            require(!isNegative(padded), "the widths " + low + " and " + high + " take more than axis " + axis
                    + " of the shape " + in.shape() + " has", "negative widths take elements away");
            dims.add(padded);
        }
        return new Type(in.dtype(), Shape.of(dims));
    }

    private static Type concat(int axis, List<Type> in) {
        Type first = in.get(0);
        axis(axis, first);
        List<Dim> dims = new ArrayList<>(first.shape().dims());
        for (Type next : in.subList(1, in.size())) {
            sameDtype(first, next);
            require(next.shape().rank() == dims.size(),
                    "the shapes " + first.shape() + " and " + next.shape() + " have different ranks",
                    "give both the same axes, with expandDims or squeeze");
            for (int other = 0; other < dims.size(); other++) {
                require(other == axis || next.shape().dim(other).equals(dims.get(other)),
                        "the shapes " + first.shape() + " and " + next.shape() + " differ at axis " + other,
                        "only the extents of axis " + axis + ", along which they are joined, may differ");
            }
            dims.set(axis, dims.get(axis).plus(next.shape().dim(axis)));
        }
        return new Type(first.dtype(), Shape.of(dims));
    }

    private static Type windows(Op.Windows op, Type in) {
        ascending(op.axes(), in);
        List<Dim> dims = new ArrayList<>(in.shape().dims());
        for (int i = 0; i < op.axes().size(); i++) {
            int axis = op.axes().get(i);
            int stride = op.strides().get(i);
            int dilation = op.dilations().get(i);
            require(stride > 0 && dilation > 0,
                    "the stride " + stride + " or dilation " + dilation + " of axis " + axis
                            + " is not positive",
                    "");
            Dim last = op.counts().get(i).minus(Dim.of(1)).times(stride)
                    .plus(op.windows().get(i).minus(Dim.of(1)).times(dilation));
            require(!isNegative(in.shape().dim(axis).minus(Dim.of(1)).minus(last)) || last.isConstant()
                    && (op.counts().get(i).isExactly(0) || op.windows().get(i).isExactly(0)),
                    "windows along axis " + axis + " of the shape " + in.shape() + " reach to " + last, "");
            dims.set(axis, op.counts().get(i));
        }
        dims.addAll(op.windows());
        return new Type(in.dtype(), Shape.of(dims));
    }

    private static void perAxis(String what, List<?> given, Type in) {
        require(given.size() == in.shape().rank(), "there are " + given.size() + " " + what + " for the "
                + in.shape().rank() + " axes of the shape " + in.shape(), "");
    }

    private static boolean isNegative(Dim dim) {
        return dim.isConstant() && dim.value() < 0;
    }

    private static Shape windows(Type in, List<Integer> windows, List<Integer> strides) {
        require(in.dtype().isNumeric(), "takes numbers, got bool", CAST_BOOL);
        return Windows.of(windows, strides, in.shape());
    }

    private static Type dot(Op.Dot op, Type a, Type b) {
        sameDtype(a, b);
        require(a.dtype().isNumeric(), "takes numbers, got bools", CAST_BOOL);
        pairs("batch", op.batchA(), op.batchB(), a, b);
        pairs("contracting", op.contractA(), op.contractB(), a, b);
        List<Dim> dims = new ArrayList<>();
        op.batchA().forEach(axis -> dims.add(a.shape().dim(axis)));
        dims.addAll(free(op.batchA(), op.contractA(), a));
        dims.addAll(free(op.batchB(), op.contractB(), b));
        return new Type(a.dtype(), Shape.of(dims));
    }

    private static void pairs(String what, List<Integer> ofA, List<Integer> ofB, Type a, Type b) {
        require(ofA.size() == ofB.size(), what + " axes " + ofA + " and " + ofB + " don't pair up", "");
        for (int i = 0; i < ofA.size(); i++) {
            axis(ofA.get(i), a);
            axis(ofB.get(i), b);
            Dim left = a.shape().dim(ofA.get(i));
            Dim right = b.shape().dim(ofB.get(i));
            require(left.equals(right), "the " + what + " dimensions differ: " + left + " (axis " + ofA.get(i)
                    + " of the first) and " + right + " (axis " + ofB.get(i) + " of the second)",
                    what.equals("batch") ? "" : "transpose or reshape one of them");
        }
    }

    private static List<Dim> free(List<Integer> batch, List<Integer> contract, Type type) {
        Set<Integer> used = new HashSet<>(batch);
        require(used.size() == batch.size(), "batch axes " + batch + " repeat", "");
        contract.forEach(axis -> require(used.add(axis), "axis " + axis + " is used twice", ""));
        List<Dim> free = new ArrayList<>();
        for (int axis = 0; axis < type.shape().rank(); axis++) {
            if (!used.contains(axis)) {
                free.add(type.shape().dim(axis));
            }
        }
        return free;
    }

    private static Type gather(int axis, Type data, Type indices) {
        require(indices.dtype().isInteger(), "the indices are " + indices.dtype() + ", not i32 or i64",
                "cast them with .cast(INT32)");
        axis(axis, data);
        List<Dim> dims = new ArrayList<>(data.shape().dims().subList(0, axis));
        dims.addAll(indices.shape().dims());
        dims.addAll(data.shape().dims().subList(axis + 1, data.shape().rank()));
        return new Type(data.dtype(), Shape.of(dims));
    }

    private static Type customGradient(int operands, List<Type> in) {
        Type value = in.get(0);
        for (Type type : in) {
            require(type.dtype().isFloating(), "only f32 and f64 have derivatives, got " + type.dtype(), "");
        }
        for (Type placeholder : in.subList(1 + operands, 3 + operands)) {
            require(placeholder.equals(value),
                    "a placeholder is " + placeholder + ", should be as the value, " + value, "");
        }
        for (int i = 1; i <= operands; i++) {
            Type derived = in.get(2 + operands + i);
            require(derived.equals(in.get(i)), "the rule gives " + derived + " for operand " + i + " of "
                    + operands + ", which is " + in.get(i), "");
        }
        return value;
    }

    private static Type without(Type in, List<Integer> axes) {
        List<Dim> dims = new ArrayList<>();
        for (int axis = 0; axis < in.shape().rank(); axis++) {
            if (!axes.contains(axis)) {
                dims.add(in.shape().dim(axis));
            }
        }
        return new Type(in.dtype(), Shape.of(dims));
    }

    private static void ascending(List<Integer> axes, Type in) {
        for (int i = 0; i < axes.size(); i++) {
            axis(axes.get(i), in);
            require(i == 0 || axes.get(i - 1) < axes.get(i), () -> "axes " + axes + " don't ascend", "");
        }
    }

    private static void axis(int axis, Type in) {
        require(axis >= 0 && axis < in.shape().rank(),
                () -> "axis " + axis + " is outside the shape " + in.shape() + " of rank "
                        + in.shape().rank(),
                "");
    }

    private static void same(Type a, Type b) {
        sameDtype(a, b);
        sameShape(a, b);
    }

    private static void sameDtype(Type a, Type b) {
        if (a.dtype() != b.dtype()) {
            boolean firstWider = WIDTH.indexOf(a.dtype()) > WIDTH.indexOf(b.dtype());
            throw new TypeException("the dtypes differ: " + a.dtype() + " and " + b.dtype(),
                    "there is no promotion: cast the " + (firstWider ? "second" : "first") + ", with .cast("
                            + (firstWider ? a : b).dtype().name() + ")");
        }
    }

    private static void sameShape(Type a, Type b) {
        require(a.shape().equals(b.shape()), () -> "the shapes differ: " + a.shape() + " and " + b.shape(),
                "");
    }

    static void require(boolean holds, String message, String hint) {
        if (!holds) {
            throw new TypeException(message, hint);
        }
    }

    /** For messages that take long to put together. */
    static void require(boolean holds, Supplier<String> message, String hint) {
        if (!holds) {
            throw new TypeException(message.get(), hint);
        }
    }
}
