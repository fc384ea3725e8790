package dev.covector.graph;

import dev.covector.graph.ir.Op;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Convolutions of data with its channels last: the groups become an axis of their own, and one again. */
final class Convolutions {
    private Convolutions() {}

    static Expr conv(Expr x, Expr kernel, Convolution settings) {
        List<Expr> operands = List.of(x, kernel);
        int spatial = x.rank() - 2;
        if (spatial < 1 || kernel.rank() != x.rank()) {
            throw x.builder().error("takes data as [batch,spatial…,channels] and a kernel as "
                    + "[spatial…,channels,outputs], got " + x.shape() + " and " + kernel.shape(), operands,
                    "both have the same number of spatial axes; expandDims(0) makes a batch of one");
        }
        checkChannels(x, kernel, settings.groups());
        Op op = new Op.Conv(PerAxis.spread(settings.strides(), spatial, "stride", operands),
                padding(settings.low(), kernel, settings, false, operands),
                padding(settings.high(), kernel, settings, true, operands),
                PerAxis.spread(settings.inputDilation(), spatial, "input dilation", operands),
                PerAxis.spread(settings.dilation(), spatial, "dilation", operands));
        Expr y = x.builder().make(op,
                List.of(grouped(x, settings.groups()), grouped(kernel, settings.groups())), operands, null);
        return ungrouped(y);
    }

    private static void checkChannels(Expr x, Expr kernel, int groups) {
        Dim taken = kernel.shape().dim(-2).times(groups);
        if (!x.shape().dim(-1).equals(taken)) {
            throw x.builder().error("the data has " + x.shape().dim(-1) + " channels, the kernel takes "
                    + taken + (groups == 1 ? "" : ": " + kernel.shape().dim(-2) + " in each of " + groups
                            + " groups"),
                    List.of(x, kernel), "channels are the last axis of data and the second last of a kernel"
                            + (x.shape().dim(1).equals(taken) ? "; " + channelsLast(x.rank()) : ""));
        }
        if (kernel.shape().dim(-1).dividedExactlyBy(Dim.of(groups)) == null) {
            throw x.builder().error(groups + " groups do not divide " + kernel.shape().dim(-1) + " outputs",
                    List.of(x, kernel), "");
        }
    }

    /** What a user of frameworks with the channels behind the batch has to do. */
    private static String channelsLast(int rank) {
        String spatial = IntStream.range(2, rank).mapToObj(axis -> axis + ", ").collect(Collectors.joining());
        return "transpose(0, " + spatial + "1) puts the second axis there";
    }

    private static List<Dim> padding(List<Integer> given, Expr kernel, Convolution settings, boolean high,
            List<Expr> operands) {
        int spatial = kernel.rank() - 2;
        if (!settings.hasSamePadding()) {
            return PerAxis.spread(given, spatial, "padding", operands).stream().map(Dim::of).toList();
        }
        List<Integer> dilation = PerAxis.spread(settings.dilation(), spatial, "dilation", operands);
        return IntStream.range(0, spatial).mapToObj(axis -> {
            Dim all = kernel.shape().dim(axis).plus(-1).times(dilation.get(axis));
            return high ? all.ceilDiv(2) : all.floorDiv(2);
        }).toList();
    }

    /** The groups, which divide the last axis, as the first one. */
    private static Expr grouped(Expr x, int groups) {
        if (groups == 1) {
            return x.expandDims(0);
        }
        List<Dim> dims = new ArrayList<>(x.shape().dims());
        Dim all = dims.removeLast();
        dims.add(Dim.of(groups));
        dims.add(all.floorDiv(groups));
        return x.reshape(Shape.of(dims)).transpose(IntStream.range(0, dims.size())
                .map(axis -> axis == 0 ? x.rank() - 1 : axis < x.rank() ? axis - 1 : axis).toArray());
    }

    /** The first axis put into the last one again. */
    private static Expr ungrouped(Expr y) {
        if (y.shape().dim(0).isExactly(1)) {
            return y.squeeze(0);
        }
        int last = y.rank() - 1;
        List<Dim> dims = new ArrayList<>(y.shape().dims().subList(1, last));
        dims.add(y.shape().dim(0).times(y.shape().dim(last)));
        return y.transpose(IntStream.range(0, y.rank())
                .map(axis -> axis < last - 1 ? axis + 1 : axis == last - 1 ? 0 : last).toArray())
                .reshape(Shape.of(dims));
    }
}
