package dev.covector.samples.image;

import dev.covector.data.Idx;
import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.nn.Block;
import dev.covector.graph.nn.Dropout;
import dev.covector.graph.nn.GlobalAvgPool2d;
import dev.covector.graph.nn.MaxPool2d;
import dev.covector.graph.nn.Sequential;
import picocli.CommandLine.Command;

/** Lin, Chen and Yan, <a href="https://arxiv.org/abs/1312.4400">Network in network</a>. */
@Command(name = "nin", description = "trains NiN: a perceptron at each pixel, and no linear layer at all")
final class NiN extends ConvNetSample {
    NiN() {
        super("nin", "NiN", 4, 0.003f, 0.4);
        size = 72;
        width = 0.125f;
    }

    @Override
    void layers(Layers net) {
        Block pool = MaxPool2d.of(3, 2);
        net.add("block1", block(net, net.thin(96), 11, Convolution.of().stride(4)))
                .add("pool1", pool)
                .add("block2", block(net, net.thin(256), 5, Convolution.of().padding(2)))
                .add("pool2", pool)
                .add("block3", block(net, net.thin(384), 3, Convolution.of().padding(1)))
                .add("pool3", pool).then(Dropout.of(0.5))
                .add("block4", block(net, Idx.CLASSES, 3, Convolution.of().padding(1)))
                .add("mean", GlobalAvgPool2d.of());
    }

    /** A convolution, and two of 1 x 1: linear layers that share their weights among all pixels. */
    private static Layers.Layer block(Layers net, int out, int size, Convolution settings) {
        return (path, in) -> Sequential.of(
                net.conv(path + ".0", in, out, size, settings), Expr::relu,
                net.reluConv(path + ".1", out, out, 1),
                net.reluConv(path + ".2", out, out, 1));
    }
}
