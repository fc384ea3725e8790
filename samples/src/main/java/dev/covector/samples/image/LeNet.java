package dev.covector.samples.image;

import dev.covector.data.Idx;
import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.nn.AvgPool2d;
import dev.covector.graph.nn.Flatten;
import dev.covector.graph.nn.Initializers;
import picocli.CommandLine.Command;

/**
 * LeCun et al., <a href="http://yann.lecun.com/exdb/publis/pdf/lecun-98.pdf">Gradient-based learning applied to document
 * recognition</a>, with a softmax at its end.
 */
@Command(name = "lenet", description = "trains LeNet: convolutions, sigmoids and average pooling")
public final class LeNet extends ConvNetSample {
    /** A sample with its default options. */
    public LeNet() {
        super("lenet", "LeNet", 6, 0.01f, 0.7);
        drawnTraining = 4_000;
        batch = 64;
        weights = Initializers.xavierUniform();
        sameInTraining = true;
    }

    @Override
    void layers(Layers net) {
        net.conv("conv1", 6, 5, Convolution.of().padding(2)).then(Expr::sigmoid)
                .add("pool1", AvgPool2d.of(2))
                .conv("conv2", 16, 5, Convolution.of()).then(Expr::sigmoid)
                .add("pool2", AvgPool2d.of(2))
                .add("flatten", Flatten.of())
                .linear("linear1", 120).then(Expr::sigmoid)
                .linear("linear2", 84).then(Expr::sigmoid)
                .classes("output", Idx.CLASSES);
    }
}
