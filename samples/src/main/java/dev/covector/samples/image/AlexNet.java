package dev.covector.samples.image;

import dev.covector.data.Idx;
import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.nn.Block;
import dev.covector.graph.nn.Dropout;
import dev.covector.graph.nn.Flatten;
import dev.covector.graph.nn.MaxPool2d;
import picocli.CommandLine.Command;

/**
 * Krizhevsky, Sutskever and Hinton, <a href="https://papers.nips.cc/paper/4824">ImageNet classification with deep
 * convolutional neural networks</a>, without the split into two halves.
 */
@Command(name = "alexnet", description = "trains AlexNet: ReLUs, overlapping pools, and dropout")
final class AlexNet extends ConvNetSample {
    AlexNet() {
        super("alexnet", "AlexNet", 3, 0.002f, 0.5);
        size = 72;
        width = 0.125f;
    }

    @Override
    void layers(Layers net) {
        Block pool = MaxPool2d.of(3, 2);
        Block dropout = Dropout.of(0.5);
        net.conv("conv1", 96, 11, Convolution.of().stride(4).padding(1)).then(Expr::relu)
                .add("pool1", pool)
                .conv("conv2", 256, 5, Convolution.of().padding(2)).then(Expr::relu)
                .add("pool2", pool)
                .conv("conv3", 384, 3, Convolution.of().padding(1)).then(Expr::relu)
                .conv("conv4", 384, 3, Convolution.of().padding(1)).then(Expr::relu)
                .conv("conv5", 256, 3, Convolution.of().padding(1)).then(Expr::relu)
                .add("pool5", pool)
                .add("flatten", Flatten.of())
                .linear("linear1", 4096).then(Expr::relu).then(dropout)
                .linear("linear2", 4096).then(Expr::relu).then(dropout)
                .classes("output", Idx.CLASSES);
    }
}
