package dev.covector.compiler.reference;

import dev.covector.graph.ir.Op;
import dev.covector.runtime.DType;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;

/** What a window shows of an operand as it moves over it. */
final class Windows {
    private Windows() {}

    /** The elements of each window in row-major order, along a new last axis. */
    static RefTensor of(RefTensor x, int[] shape, List<Integer> windows, List<Integer> strides) {
        int[] steps = Offsets.strides(x.shape());
        int[] within = Offsets.of(windows.stream().mapToInt(window -> window).toArray(), steps);
        for (int axis = 0; axis < steps.length; axis++) {
            steps[axis] *= strides.get(axis);
        }
        int[] places = Arrays.stream(Offsets.of(shape, steps))
                .flatMap(start -> Arrays.stream(within).map(offset -> start + offset)).toArray();
        int[] withWindows = Arrays.copyOf(shape, shape.length + 1);
        withWindows[shape.length] = within.length;
        return x.pick(withWindows, places);
    }

    /** The sum of the products of each window with the kernel: over the kernel's spatial axes, then the channels. */
    static RefTensor conv(Op.Conv op, Precision precision, ToLongFunction<String> binding, DType dtype,
            int[] shape, RefTensor x, RefTensor kernel) {
        int spatial = op.strides().size();
        int[] low = op.low().stream().mapToInt(dim -> Math.toIntExact(dim.evaluate(binding))).toArray();
        int[] window = Arrays.copyOfRange(kernel.shape(), 1, 1 + spatial);
        int taps = Offsets.size(window);
        int channels = x.extent(2 + spatial);
        int outputs = kernel.extent(2 + spatial);
        int[] ofX = Offsets.strides(x.shape());
        int size = Offsets.size(shape);
        double[] reals = new double[dtype.isFloating() ? size : 0];
        long[] integers = new long[dtype.isFloating() ? 0 : size];
        for (int at = 0; at < size; at++) {
            int[] y = Offsets.index(shape, at);
            for (int tap = 0; tap < taps; tap++) {
                int[] k = Offsets.index(window, tap);
                int from = y[0] * ofX[0] + y[1] * ofX[1];
                boolean inside = true;
                for (int i = 0; i < spatial; i++) {
                    int dilation = op.inputDilation().get(i);
                    int place = y[2 + i] * op.strides().get(i) + k[i] * op.kernelDilation().get(i) - low[i];
                    inside &= place >= 0 && place % dilation == 0 && place / dilation < x.extent(2 + i);
                    from += place / dilation * ofX[2 + i];
                }
                for (int c = 0; c < channels; c++) {
                    int weight = ((y[0] * taps + tap) * channels + c) * outputs + y[2 + spatial];
                    if (dtype.isFloating()) {
                        double value = inside ? x.real(from + c) : 0;
                        reals[at] = precision.round(dtype, reals[at] + value * kernel.real(weight));
                    } else if (inside) {
                        integers[at] += x.integer(from + c) * kernel.integer(weight);
                    }
                }
            }
        }
        return dtype.isFloating() ? RefTensor.ofReals(dtype, shape, reals)
                : RefTensor.ofIntegers(dtype, shape, integers);
    }
}
