package dev.covector.compiler.reference;

import dev.covector.graph.ir.Op;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/** What takes elements from other places: for each element of the result, where it comes from. */
final class Movements {
    private Movements() {}

    static RefTensor slice(Op.Slice op, ToLongFunction<String> binding, int[] shape, RefTensor x) {
        int[] strides = Offsets.strides(x.shape());
        int first = 0;
        for (int axis = 0; axis < strides.length; axis++) {
            first += strides[axis] * Math.toIntExact(op.starts().get(axis).evaluate(binding));
            strides[axis] *= op.steps().get(axis);
        }
        return from(x, shape, strides, first);
    }

    static RefTensor reverse(Op.Reverse op, RefTensor x) {
        int[] strides = Offsets.strides(x.shape());
        int first = 0;
        for (int axis : op.axes()) {
            first += strides[axis] * (x.extent(axis) - 1);
            strides[axis] *= -1;
        }
        return from(x, x.shape(), strides, first);
    }

    private static RefTensor from(RefTensor x, int[] shape, int[] strides, int first) {
        return x.pick(shape, Arrays.stream(Offsets.of(shape, strides)).map(at -> first + at).toArray());
    }

    static RefTensor pad(Op.Pad op, ToLongFunction<String> binding, int[] shape, RefTensor x,
            RefTensor value) {
        int[] from = x.shape();
        int[] source = new int[Offsets.size(shape)];
        Arrays.fill(source, x.size());
        int[] low = op.low().stream().mapToInt(dim -> Math.toIntExact(dim.evaluate(binding))).toArray();
        for (int i = 0; i < x.size(); i++) {
            int target = 0;
            boolean inside = true;
            for (int axis = 0, rest = i, left = x.size(); axis < from.length; axis++) {
                left /= from[axis];
                int at = low[axis] + rest / left * (1 + op.interior().get(axis));
                rest %= left;
                inside &= at >= 0 && at < shape[axis];
                target = target * shape[axis] + at;
            }
            if (inside) {
                source[target] = i;
            }
        }
        return RefTensor.joined(List.of(x, value)).pick(shape, source);
    }

    static RefTensor windows(Op.Windows op, int[] shape, RefTensor x) {
        int[] strides = Arrays.copyOf(Offsets.strides(x.shape()), shape.length);
        for (int i = 0; i < op.axes().size(); i++) {
            int axis = op.axes().get(i);
            strides[x.shape().length + i] = strides[axis] * op.dilations().get(i);
            strides[axis] *= op.strides().get(i);
        }
        return from(x, shape, strides, 0);
    }

    static RefTensor concat(int axis, int[] shape, List<RefTensor> parts) {
        int inner = Offsets.size(Arrays.copyOfRange(shape, axis + 1, shape.length));
        int[] source = new int[Offsets.size(shape)];
        int start = 0;
        int before = 0;
        for (RefTensor part : parts) {
            int run = part.extent(axis) * inner;
            for (int i = 0; i < part.size(); i++) {
                source[i / run * shape[axis] * inner + before + i % run] = start + i;
            }
            start += part.size();
            before += run;
        }
        return RefTensor.joined(parts).pick(shape, source);
    }
}
