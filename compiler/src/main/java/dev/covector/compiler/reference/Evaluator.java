package dev.covector.compiler.reference;

import dev.covector.graph.ir.ArgKind;
import dev.covector.graph.ir.Op;
import dev.covector.graph.ir.UnaryKind;
import dev.covector.runtime.CallException;
import dev.covector.runtime.DType;
import dev.covector.runtime.kernel.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;
import java.util.function.LongBinaryOperator;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * One case per op, over data.
 *
 * @param precision what becomes of each floating result
 * @param binding   the named dimensions' extents
 */
record Evaluator(Precision precision, ToLongFunction<String> binding, long seed, int step) {

    /** The value of {@code op}, whose result has this dtype and shape; {@code op} is neither input nor parameter. */
    RefTensor evaluate(Op op, DType dtype, int[] shape, List<RefTensor> in) {
        return switch (op) {
            case Op.Input input -> throw new IllegalArgumentException(input + " has no value of its own");
            case Op.Parameter parameter ->
                    throw new IllegalArgumentException(parameter + " has no value of its own");
            case Op.Constant constant -> RefTensor.of(constant.value().tensor());
            case Op.Iota iota -> {
                int[] strides = new int[shape.length];
                strides[iota.axis()] = 1;
                int[] index = Offsets.of(shape, strides);
                yield numbers(dtype, shape, i -> index[i]);
            }
            case Op.Extent extent -> {
                long value = extent.dim().evaluate(binding);
                yield numbers(dtype, shape, i -> value);
            }
            case Op.RandomBits bits -> integers(dtype, shape, dtype == DType.INT32
                    ? i -> Philox.bits32(seed, step, bits.stream(), i)
                    : i -> Philox.bits64(seed, step, bits.stream(), i));
            case Op.Unary unary when unary.kind() == UnaryKind.IS_NAN
                    || unary.kind() == UnaryKind.IS_FINITE ->
                    bools(shape, i -> Scalars.test(unary.kind(), in.get(0).real(i)));
            case Op.Unary unary -> dtype.isFloating()
                    ? reals(dtype, shape, Scalars.isExact(unary.kind()),
                            i -> Scalars.unary(unary.kind(), in.get(0).real(i)))
                    : integers(dtype, shape, i -> Scalars.unary(unary.kind(), dtype, in.get(0).integer(i)));
            case Op.Binary binary -> dtype.isFloating()
                    ? reals(dtype, shape, Scalars.isExact(binary.kind()),
                            i -> Scalars.binary(binary.kind(), in.get(0).real(i), in.get(1).real(i)))
                    : integers(dtype, shape, i -> Scalars.binary(binary.kind(), dtype, in.get(0).integer(i),
                            in.get(1).integer(i)));
            case Op.Compare compare -> in.get(0).dtype().isFloating()
                    ? bools(shape, i -> Scalars.compare(compare.kind(), in.get(0).real(i), in.get(1).real(i)))
                    : bools(shape,
                            i -> Scalars.compare(compare.kind(), in.get(0).integer(i), in.get(1).integer(i)));
            case Op.Select select -> {
                RefTensor condition = in.get(0);
                yield dtype.isFloating()
                        ? reals(dtype, shape, true, i -> in.get(condition.integer(i) != 0 ? 1 : 2).real(i))
                        : integers(dtype, shape, i -> in.get(condition.integer(i) != 0 ? 1 : 2).integer(i));
            }
            case Op.Cast cast -> cast(cast.dtype(), shape, in.get(0));
            case Op.Reshape reshape -> {
                if (Offsets.size(shape) != in.get(0).size()) {
                    throw new CallException("reshape: " + in.get(0).size() + " elements can't be viewed as "
                            + Arrays.toString(shape));
                }
                yield in.get(0).withShape(shape);
            }
            case Op.Broadcast broadcast -> broadcast(broadcast.axes(), shape, in.get(0));
            case Op.Transpose transpose -> in.get(0).pick(shape,
                    Offsets.of(shape,
                            Offsets.at(Offsets.strides(in.get(0).shape()), transpose.permutation())));
            case Op.Slice slice -> Movements.slice(slice, binding, shape, in.get(0));
            case Op.Reverse reverse -> Movements.reverse(reverse, in.get(0));
            case Op.Pad pad -> Movements.pad(pad, binding, shape, in.get(0), in.get(1));
            case Op.Concat concat -> Movements.concat(concat.axis(), shape, in);
            case Op.Windows windows -> Movements.windows(windows, shape, in.get(0));
            case Op.Reduce reduce -> reduce(reduce, dtype, shape, in.get(0));
            case Op.Arg arg -> arg(arg, shape, in.get(0));
            case Op.PartialSum partial -> {
                int axis = partial.axis();
                int inner = Offsets.size(Arrays.copyOfRange(shape, axis + 1, shape.length));
                int extent = in.get(0).extent(axis);
                yield sums(dtype, shape, in.get(0), i -> {
                    int row = i / inner;
                    return (row / extent * shape[axis] + row % extent / partial.block()) * inner + i % inner;
                });
            }
            case Op.CumSum cumSum -> cumSum(cumSum, dtype, shape, in.get(0));
            case Op.ArgSort sort -> argSort(sort, shape, in.get(0));
            case Op.ReduceWindow window ->
                    reduce(new Op.Reduce(window.kind(), List.of(shape.length)), dtype, shape,
                            Windows.of(in.get(0), shape, window.windows(), window.strides()));
            case Op.ArgWindow window -> arg(new Op.Arg(window.kind(), shape.length), shape,
                    Windows.of(in.get(0), shape, window.windows(), window.strides()));
            case Op.Conv conv -> Windows.conv(conv, precision, binding, dtype, shape, in.get(0), in.get(1));
            case Op.Dot dot -> dot(dot, dtype, shape, in.get(0), in.get(1));
            case Op.Gather gather ->
                    in.get(0).pick(shape, places("gather", gather.axis(), in.get(0), in.get(1)));
            case Op.ScatterAdd scatter -> {
                int[] places = places("scatter-add", scatter.axis(), in.get(0), in.get(1));
                yield dtype.isFloating()
                        ? addReals(in.get(0), places, in.get(2)::real)
                        : addIntegers(in.get(0), places, in.get(2)::integer);
            }
            case Op.Gradient gradient -> throw new IllegalStateException(
                    "internal error: a gradient is not evaluated, differentiate the graph first");
            case Op.StopGradient stop -> in.get(0);
            case Op.Placeholder placeholder -> throw new IllegalStateException(
                    "internal error: a placeholder has no value, differentiate the graph first");
            case Op.CustomGradient custom -> throw new IllegalStateException(
                    "internal error: a rule is not evaluated, differentiate the graph first");
        };
    }

    private RefTensor reals(DType dtype, int[] shape, boolean exact, IntToDoubleFunction element) {
        double[] values = new double[Offsets.size(shape)];
        for (int i = 0; i < values.length; i++) {
            double value = element.applyAsDouble(i);
            values[i] = exact ? value : precision.round(dtype, value);
        }
        return RefTensor.ofReals(dtype, shape, values);
    }

    private static RefTensor integers(DType dtype, int[] shape, IntToLongFunction element) {
        return RefTensor.ofIntegers(dtype, shape,
                IntStream.range(0, Offsets.size(shape)).mapToLong(element).toArray());
    }

    private interface Condition {
        boolean holds(int index);
    }

    private static RefTensor bools(int[] shape, Condition condition) {
        return integers(DType.BOOL, shape, i -> condition.holds(i) ? 1 : 0);
    }

    /** Whole numbers as any numeric dtype, rounded where they are too great for it. */
    private static RefTensor numbers(DType dtype, int[] shape, IntToLongFunction element) {
        return cast(dtype, shape, integers(DType.INT64, shape, element));
    }

    private static RefTensor cast(DType to, int[] shape, RefTensor x) {
        if (to.isFloating()) {
            double[] values = IntStream.range(0, x.size()).mapToDouble(i -> x.dtype().isFloating()
                    ? Scalars.castReal(to, x.real(i)) : Scalars.castReal(to, x.integer(i))).toArray();
            return RefTensor.ofReals(to, shape, values);
        }
        return integers(to, shape, i -> x.dtype().isFloating()
                ? Scalars.castInteger(to, x.real(i)) : Scalars.castInteger(to, x.integer(i)));
    }

    private static RefTensor broadcast(List<Integer> axes, int[] shape, RefTensor x) {
        int[] own = Offsets.strides(x.shape());
        int[] strides = new int[shape.length];
        for (int i = 0; i < own.length; i++) {
            int axis = axes.get(i);
            if (x.extent(i) != 1) {
                strides[axis] = own[i];
            }
        }
        return x.pick(shape, Offsets.of(shape, strides));
    }

    private RefTensor reduce(Op.Reduce op, DType dtype, int[] shape, RefTensor x) {
        int[] own = Offsets.strides(shape);
        int[] strides = new int[x.shape().length];
        int kept = 0;
        for (int axis = 0; axis < strides.length; axis++) {
            if (!op.axes().contains(axis)) {
                strides[axis] = own[kept++];
            }
        }
        int[] target = Offsets.of(x.shape(), strides);
        return switch (op.kind()) {
            case SUM -> sums(dtype, shape, x, i -> target[i]);
            case PROD -> reduced(dtype, shape, x, target, 1, 1, (a, b) -> precision.round(dtype, a * b),
                    (a, b) -> a * b);
            case MAX -> reduced(dtype, shape, x, target, Double.NEGATIVE_INFINITY,
                    dtype == DType.INT32 ? Integer.MIN_VALUE : Long.MIN_VALUE, Math::max, Math::max);
            case MIN -> reduced(dtype, shape, x, target, Double.POSITIVE_INFINITY,
                    dtype == DType.INT32 ? Integer.MAX_VALUE : Long.MAX_VALUE, Math::min, Math::min);
            case ANY -> reduced(dtype, shape, x, target, 0, 0, Math::max, (a, b) -> a | b);
            case ALL -> reduced(dtype, shape, x, target, 1, 1, Math::min, (a, b) -> a & b);
        };
    }

    private interface Target {
        int of(int index);
    }

    /** Element {@code i} is added to element {@code target(i)} of the result, in ascending order from +0. */
    private RefTensor sums(DType dtype, int[] shape, RefTensor x, Target target) {
        if (dtype.isFloating()) {
            double[] sums = new double[Offsets.size(shape)];
            for (int i = 0; i < x.size(); i++) {
                int at = target.of(i);
                sums[at] = precision.round(dtype, sums[at] + x.real(i));
            }
            return RefTensor.ofReals(dtype, shape, sums);
        }
        long[] sums = new long[Offsets.size(shape)];
        for (int i = 0; i < x.size(); i++) {
            sums[target.of(i)] += x.integer(i);
        }
        return RefTensor.ofIntegers(dtype, shape, sums);
    }

    /** All elements with one target put together, in ascending order from what changes nothing. */
    private static RefTensor reduced(DType dtype, int[] shape, RefTensor x, int[] target, double first,
            long firstInteger, DoubleBinaryOperator reals, LongBinaryOperator integers) {
        if (dtype.isFloating()) {
            double[] results = new double[Offsets.size(shape)];
            Arrays.fill(results, first);
            for (int i = 0; i < x.size(); i++) {
                results[target[i]] = reals.applyAsDouble(results[target[i]], x.real(i));
            }
            return RefTensor.ofReals(dtype, shape, results);
        }
        long[] results = new long[Offsets.size(shape)];
        Arrays.fill(results, firstInteger);
        for (int i = 0; i < x.size(); i++) {
            results[target[i]] = integers.applyAsLong(results[target[i]], x.integer(i));
        }
        return RefTensor.ofIntegers(dtype, shape, results);
    }

    private RefTensor cumSum(Op.CumSum op, DType dtype, int[] shape, RefTensor x) {
        int inner = Offsets.size(Arrays.copyOfRange(shape, op.axis() + 1, shape.length));
        int extent = shape[op.axis()];
        double[] reals = new double[dtype.isFloating() ? x.size() : 0];
        long[] integers = new long[dtype.isFloating() ? 0 : x.size()];
        for (int row = 0; extent > 0 && row < x.size() / extent; row++) {
            double real = 0;
            long integer = 0;
            for (int k = 0; k < extent; k++) {
                int at = row / inner * extent * inner + row % inner
                        + (op.reverse() ? extent - 1 - k : k) * inner;
                if (dtype.isFloating()) {
                    double next = precision.round(dtype, real + x.real(at));
                    reals[at] = op.exclusive() ? real : next;
                    real = next;
                } else {
                    long next = integer + x.integer(at);
                    integers[at] = op.exclusive() ? integer : next;
                    integer = next;
                }
            }
        }
        return dtype.isFloating() ? RefTensor.ofReals(dtype, shape, reals)
                : RefTensor.ofIntegers(dtype, shape, integers);
    }

    /** Index 0 where the axis is empty. */
    private static RefTensor arg(Op.Arg op, int[] shape, RefTensor x) {
        int axis = op.axis();
        int inner = Offsets.size(Arrays.copyOfRange(x.shape(), axis + 1, x.shape().length));
        int extent = x.extent(axis);
        return integers(DType.INT32, shape, i -> {
            int start = i / inner * extent * inner + i % inner;
            int best = 0;
            for (int k = 1; k < extent; k++) {
                if (isBetter(op.kind(), x, start + k * inner, start + best * inner)) {
                    best = k;
                }
            }
            return best;
        });
    }

    private static boolean isBetter(ArgKind kind, RefTensor x, int i, int j) {
        boolean greatest = kind == ArgKind.ARGMAX;
        if (x.dtype().isFloating()) {
            return (greatest ? x.real(i) > x.real(j) : x.real(i) < x.real(j))
                    || Double.isNaN(x.real(i)) && !Double.isNaN(x.real(j));
        }
        return greatest ? x.integer(i) > x.integer(j) : x.integer(i) < x.integer(j);
    }

    private static RefTensor argSort(Op.ArgSort op, int[] shape, RefTensor x) {
        int inner = Offsets.size(Arrays.copyOfRange(shape, op.axis() + 1, shape.length));
        int extent = shape[op.axis()];
        long[] indices = new long[x.size()];
        for (int row = 0; extent > 0 && row < x.size() / extent; row++) {
            int start = row / inner * extent * inner + row % inner;
            Comparator<Integer> order = (i, j) -> compare(x, start + i * inner, start + j * inner);
            List<Integer> sorted = IntStream.range(0, extent).boxed()
                    .sorted(op.descending() ? order.reversed() : order).toList();
            for (int k = 0; k < extent; k++) {
                indices[start + k * inner] = sorted.get(k);
            }
        }
        return RefTensor.ofIntegers(DType.INT32, shape, indices);
    }

    /** As numbers, of which -0 equals 0; NaN is greater than all. */
    private static int compare(RefTensor x, int i, int j) {
        if (!x.dtype().isFloating()) {
            return Long.compare(x.integer(i), x.integer(j));
        }
        double a = x.real(i);
        double b = x.real(j);
        return a < b ? -1 : a > b ? 1 : Boolean.compare(Double.isNaN(a), Double.isNaN(b));
    }

    private RefTensor dot(Op.Dot op, DType dtype, int[] shape, RefTensor a, RefTensor b) {
        int[] batchA = offsets(a, op.batchA());
        int[] batchB = offsets(b, op.batchB());
        int[] freeA = offsets(a, others(a, op.batchA(), op.contractA()));
        int[] freeB = offsets(b, others(b, op.batchB(), op.contractB()));
        int[] innerA = offsets(a, op.contractA());
        int[] innerB = offsets(b, op.contractB());
        int size = Offsets.size(shape);
        double[] reals = new double[dtype.isFloating() ? size : 0];
        if (op.contractA().isEmpty()) {
            // Products that are not summed keep their sign: -0 is the number that changes none.
            Arrays.fill(reals, -0.0);
        }
        long[] integers = new long[dtype.isFloating() ? 0 : size];
        int at = 0;
        for (int batch = 0; batch < batchA.length; batch++) {
            for (int left : freeA) {
                for (int right : freeB) {
                    for (int k = 0; k < innerA.length; k++) {
                        int i = batchA[batch] + left + innerA[k];
                        int j = batchB[batch] + right + innerB[k];
                        if (dtype.isFloating()) {
                            reals[at] = precision.round(dtype, reals[at] + a.real(i) * b.real(j));
                        } else {
                            integers[at] += a.integer(i) * b.integer(j);
                        }
                    }
                    at++;
                }
            }
        }
        return dtype.isFloating()
                ? RefTensor.ofReals(dtype, shape, reals)
                : RefTensor.ofIntegers(dtype, shape, integers);
    }

    private static int[] offsets(RefTensor x, List<Integer> axes) {
        return Offsets.of(Offsets.at(x.shape(), axes), Offsets.at(Offsets.strides(x.shape()), axes));
    }

    private static List<Integer> others(RefTensor x, List<Integer> some, List<Integer> more) {
        List<Integer> others = new ArrayList<>();
        for (int axis = 0; axis < x.shape().length; axis++) {
            if (!some.contains(axis) && !more.contains(axis)) {
                others.add(axis);
            }
        }
        return others;
    }

    /** For each element that gathering from {@code data} gives, in row-major order, its place in {@code data}. */
    private static int[] places(String op, int axis, RefTensor data, RefTensor indices) {
        int extent = data.extent(axis);
        int[] shape = data.shape();
        int outer = Offsets.size(Arrays.copyOfRange(shape, 0, axis));
        int inner = Offsets.size(Arrays.copyOfRange(shape, axis + 1, shape.length));
        int[] places = new int[outer * indices.size() * inner];
        int at = 0;
        for (int i = 0; i < indices.size(); i++) {
            long index = indices.integer(i);
            if (index < 0 || index >= extent) {
                throw new CallException(op + ": the index " + index + " is outside axis " + axis
                        + ", whose extent is " + extent);
            }
        }
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < indices.size(); i++) {
                for (int k = 0; k < inner; k++) {
                    places[at++] = (o * extent + (int) indices.integer(i)) * inner + k;
                }
            }
        }
        return places;
    }

    private RefTensor addReals(RefTensor base, int[] places, IntToDoubleFunction updates) {
        double[] sums = IntStream.range(0, base.size()).mapToDouble(base::real).toArray();
        for (int i = 0; i < places.length; i++) {
            sums[places[i]] = precision.round(base.dtype(), sums[places[i]] + updates.applyAsDouble(i));
        }
        return RefTensor.ofReals(base.dtype(), base.shape(), sums);
    }

    private static RefTensor addIntegers(RefTensor base, int[] places, IntToLongFunction updates) {
        long[] sums = IntStream.range(0, base.size()).mapToLong(base::integer).toArray();
        for (int i = 0; i < places.length; i++) {
            sums[places[i]] += updates.applyAsLong(i);
        }
        return RefTensor.ofIntegers(base.dtype(), base.shape(), sums);
    }
}
