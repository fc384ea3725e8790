package dev.covector.samples.image;

import dev.covector.data.Idx;
import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.Window;
import dev.covector.graph.nn.Block;
import dev.covector.graph.nn.GlobalAvgPool2d;
import dev.covector.graph.nn.MaxPool2d;
import dev.covector.graph.nn.Parallel;
import dev.covector.graph.nn.Sequential;
import picocli.CommandLine.Command;

/**
 * Szegedy et al., <a href="https://arxiv.org/abs/1409.4842">Going deeper with convolutions</a>, without the classifiers
 * in its middle.
 */
@Command(name = "googlenet", description = "trains GoogLeNet: nine blocks of four branches side by side")
final class GoogLeNet extends ConvNetSample {
    GoogLeNet() {
        super("googlenet", "GoogLeNet", 3, 0.003f, 0.5);
        size = 32;
        width = 0.125f;
    }

    @Override
    void layers(Layers net) {
        Block pool = MaxPool2d.of(Window.of(3).stride(2).padding(1));
        net.conv("conv1", 64, 7, Convolution.of().stride(2).padding(3)).then(Expr::relu)
                .add("pool1", pool)
                .conv("conv2", 64, 1, Convolution.of()).then(Expr::relu)
                .conv("conv3", 192, 3, Convolution.of().padding(1)).then(Expr::relu)
                .add("pool3", pool)
                .add("inception3a", inception(net, 64, 96, 128, 16, 32, 32))
                .add("inception3b", inception(net, 128, 128, 192, 32, 96, 64))
                .add("pool3b", pool)
                .add("inception4a", inception(net, 192, 96, 208, 16, 48, 64))
                .add("inception4b", inception(net, 160, 112, 224, 24, 64, 64))
                .add("inception4c", inception(net, 128, 128, 256, 24, 64, 64))
                .add("inception4d", inception(net, 112, 144, 288, 32, 64, 64))
                .add("inception4e", inception(net, 256, 160, 320, 32, 128, 128))
                .add("pool4", pool)
                .add("inception5a", inception(net, 256, 160, 320, 32, 128, 128))
                .add("inception5b", inception(net, 384, 192, 384, 48, 128, 128))
                .add("mean", GlobalAvgPool2d.of())
                .classes("output", Idx.CLASSES);
    }

    /**
     * Branches that look at windows of different sizes.
     *
     * @param channels in the order of the paper's table: of 1 x 1; reduced before 3 x 3, and of it; reduced before
     *     5 x 5, and of it; behind the pool
     */
    private static Layers.Layer inception(Layers net, int... channels) {
        int[] c = net.thinAll(channels);
        return (path, in) -> Parallel.of(-1,
                net.reluConv(path + ".1x1", in, c[0], 1),
                Sequential.of(net.reluConv(path + ".3x3.0", in, c[1], 1),
                        net.reluConv(path + ".3x3.1", c[1], c[2], 3)),
                Sequential.of(net.reluConv(path + ".5x5.0", in, c[3], 1),
                        net.reluConv(path + ".5x5.1", c[3], c[4], 5)),
                Sequential.of(MaxPool2d.of(Window.of(3).stride(1).padding(1)),
                        net.reluConv(path + ".pool", in, c[5], 1)));
    }
}
