package dev.covector.samples.image;

import dev.covector.data.Idx;
import dev.covector.graph.Expr;
import dev.covector.graph.nn.Block;
import dev.covector.graph.nn.Dropout;
import dev.covector.graph.nn.Flatten;
import dev.covector.graph.nn.MaxPool2d;
import picocli.CommandLine.Command;

/**
 * Simonyan and Zisserman, <a href="https://arxiv.org/abs/1409.1556">Very deep convolutional networks for large-scale image
 * recognition</a>, with 11 layers that learn.
 */
@Command(name = "vgg", description = "trains VGG-11: blocks of 3 x 3 convolutions that end in a pool")
final class Vgg extends ConvNetSample {
    Vgg() {
        super("vgg", "VGG-11", 3, 0.002f, 0.5);
        size = 32;
        width = 0.125f;
    }

    @Override
    void layers(Layers net) {
        Block dropout = Dropout.of(0.5);
        block(net, "block1", 1, 64);
        block(net, "block2", 1, 128);
        block(net, "block3", 2, 256);
        block(net, "block4", 2, 512);
        block(net, "block5", 2, 512);
        net.add("flatten", Flatten.of())
                .linear("linear1", 4096).then(Expr::relu).then(dropout)
                .linear("linear2", 4096).then(Expr::relu).then(dropout)
                .classes("output", Idx.CLASSES);
    }

    /** So many convolutions, and half the height and width. */
    private static void block(Layers net, String path, int convolutions, int out) {
        for (int i = 1; i <= convolutions; i++) {
            net.add(path + ".conv" + i, (name, in) -> net.reluConv(name, in, net.thin(out), 3));
        }
        net.add(path + ".pool", MaxPool2d.of(2));
    }
}
