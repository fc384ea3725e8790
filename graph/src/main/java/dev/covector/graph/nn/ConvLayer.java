package dev.covector.graph.nn;

import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Initializer;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A convolution with its parameters, over any number of spatial axes. */
record ConvLayer(int axes, Expr weight, @Nullable Expr bias, Convolution settings) {
    /** Uniform in ±1/√(fan in) unless told otherwise, as PyTorch's. */
    static ConvLayer of(GraphBuilder g, String path, int inChannels, int outChannels, int[] size,
            Convolution settings,
            @Nullable Initializer weight, @Nullable Initializer bias, boolean withBias) {
        Numbers.notNegative(g, "number of input channels", inChannels);
        Numbers.notNegative(g, "number of output channels", outChannels);
        for (int extent : size) {
            Numbers.atLeastOne(g, "size of the kernel", extent);
        }
        int groups = settings.groups();
        if (inChannels % groups != 0 || outChannels % groups != 0) {
            throw g.error(
                    groups + " groups do not divide " + inChannels + " channels and " + outChannels
                            + " outputs",
                    List.of(), "each group has as many channels, and as many outputs");
        }
        int[] shape =
                IntStream.concat(Arrays.stream(size), IntStream.of(inChannels / groups, outChannels))
                        .toArray();
        double bound = 1 / Math.sqrt(Arrays.stream(shape).limit(shape.length - 1L).asDoubleStream()
                .reduce(1, (a, b) -> a * b));
        Initializer usual = Initializers.uniform(-bound, bound);
        return new ConvLayer(size.length,
                g.parameter(path + ".weight", DType.FLOAT32, Shape.of(shape),
                        weight == null ? usual : weight),
                withBias ? g.parameter(path + ".bias", DType.FLOAT32, Shape.of(outChannels),
                        bias == null ? usual : bias)
                        : null,
                settings);
    }

    Expr invoke(Expr x) {
        Spatial.check(x, axes);
        Expr y = x.conv(weight, settings);
        return bias == null ? y : y.plus(bias);
    }
}
