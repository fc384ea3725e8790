package dev.covector.samples.image;

import dev.covector.data.Idx;
import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.nn.AvgPool2d;
import dev.covector.graph.nn.BatchNorm;
import dev.covector.graph.nn.Flatten;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Sequential;
import picocli.CommandLine.Command;

/**
 * {@link LeNet} with batch normalisation before each sigmoid: Ioffe and Szegedy,
 * <a href="https://arxiv.org/abs/1502.03167">Batch normalization</a>.
 */
@Command(name = "batch-norm", description = "trains LeNet with batch normalisation before each sigmoid")
final class BatchNormLeNet extends ConvNetSample {
    BatchNormLeNet() {
        super("batch-norm", "LeNet with batch normalisation", 4, 0.01f, 0.9);
        weights = Initializers.xavierUniform();
    }

    @Override
    void layers(Layers net) {
        Layers.Layer normalised =
                (path, in) -> Sequential.of(BatchNorm.of(net.builder(), path, in), Expr::sigmoid);
        net.conv("conv1", 6, 5, Convolution.of()).add("norm1", normalised)
                .add("pool1", AvgPool2d.of(2))
                .conv("conv2", 16, 5, Convolution.of()).add("norm2", normalised)
                .add("pool2", AvgPool2d.of(2))
                .add("flatten", Flatten.of())
                .linear("linear1", 120).add("norm3", normalised)
                .linear("linear2", 84).add("norm4", normalised)
                .classes("output", Idx.CLASSES);
    }
}
