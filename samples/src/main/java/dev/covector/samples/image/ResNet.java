package dev.covector.samples.image;

import dev.covector.data.Idx;
import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.Window;
import dev.covector.graph.nn.BatchNorm;
import dev.covector.graph.nn.Block;
import dev.covector.graph.nn.GlobalAvgPool2d;
import dev.covector.graph.nn.MaxPool2d;
import dev.covector.graph.nn.Residual;
import dev.covector.graph.nn.Sequential;
import dev.covector.graph.nn.Training;
import picocli.CommandLine.Command;

/**
 * He et al., <a href="https://arxiv.org/abs/1512.03385">Deep residual learning for image recognition</a>, with 18 layers
 * that learn.
 */
@Command(name = "resnet",
        description = "trains ResNet-18: blocks that add what they learn to what they are given")
final class ResNet extends ConvNetSample {
    ResNet() {
        super("resnet", "ResNet-18", 2, 0.003f, 0.7);
        size = 32;
        width = 0.125f;
    }

    @Override
    void layers(Layers net) {
        net.add("conv1", normalised(net, net.thin(64), 7, 2)).then(Expr::relu)
                .add("pool1", MaxPool2d.of(Window.of(3).stride(2).padding(1)))
                .add("stage1.0", keeping(net)).then(Expr::relu)
                .add("stage1.1", keeping(net)).then(Expr::relu);
        stage(net, "stage2", 128);
        stage(net, "stage3", 256);
        stage(net, "stage4", 512);
        net.add("mean", GlobalAvgPool2d.of()).classes("output", Idx.CLASSES);
    }

    /** Half the height and width, and {@code out} channels. */
    private static void stage(Layers net, String path, int out) {
        net.add(path + ".0", halving(net, net.thin(out))).then(Expr::relu)
                .add(path + ".1", keeping(net)).then(Expr::relu);
    }

    /** A convolution, and batch normalisation. */
    private static Layers.Layer normalised(Layers net, int out, int size, int stride) {
        return (path, in) -> Sequential.of(
                net.convWithoutBias(path, in, out, size,
                        Convolution.of().stride(stride).padding(size / 2)),
                BatchNorm.of(net.builder(), path + ".norm", out));
    }

    private static Block body(Layers net, String path, int in, int out, int stride) {
        return Sequential.of(normalised(net, out, 3, stride).of(path + ".1", in), Expr::relu,
                normalised(net, out, 3, 1).of(path + ".2", out));
    }

    /** x + body(x), of the shape of x. */
    private static Layers.Layer keeping(Layers net) {
        return (path, in) -> Residual.of(body(net, path, in, in, 1));
    }

    /** short(x) + body(x), of half the height and width: short is a convolution of 1 x 1. */
    private static Layers.Layer halving(Layers net, int out) {
        return (path, in) -> new Sum(body(net, path, in, out, 2),
                normalised(net, out, 1, 2).of(path + ".short", in));
    }

    private record Sum(Block first, Block second) implements Block {
        @Override
        public Expr invoke(Expr x) {
            return first.invoke(x).plus(second.invoke(x));
        }

        @Override
        public Expr invoke(Expr x, Training training) {
            return first.invoke(x, training).plus(second.invoke(x, training));
        }
    }
}
