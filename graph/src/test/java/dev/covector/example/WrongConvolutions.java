package dev.covector.example;

import static dev.covector.runtime.DType.BOOL;
import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;

import dev.covector.graph.Convolution;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Window;
import dev.covector.graph.nn.AdaptiveAvgPool2d;
import dev.covector.graph.nn.Conv1d;
import dev.covector.graph.nn.Conv2d;
import dev.covector.graph.nn.GlobalAvgPool2d;
import dev.covector.graph.nn.MaxPool2d;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

/** Convolutions and pooling that must be refused, as {@link WrongPrograms}; convolution-errors.txt has their messages. */
final class WrongConvolutions {
    private final GraphBuilder g = Graph.builder("wrong");
    private final Expr image = g.input("image", FLOAT32, Shape.of(Dim.of("batch"), 4, 6, 3));
    private final Expr kernel = g.input("kernel", FLOAT32, Shape.of(3, 3, 3, 8));

    void convOfOneImage() {
        image.get(0).conv(kernel);
    }

    void convOfChannelsFirst() {
        image.transpose(0, 3, 1, 2).conv(kernel);
    }

    void convOfTooFewChannels() {
        image.conv(kernel, Convolution.of().groups(3));
    }

    void convOfGroupsThatDoNotDivideTheOutputs() {
        image.conv(kernel.slice(2, 0, 1), Convolution.of().groups(3));
    }

    void convOfAKernelThatIsTooLarge() {
        image.conv(kernel, Convolution.of().dilation(2));
    }

    void convOfAKernelOfNothing() {
        image.conv(kernel.slice(0, 0, 0));
    }

    void convWithThreeStrides() {
        image.conv(kernel, Convolution.of().stride(1, 2, 1));
    }

    void convOfTwoDtypes() {
        image.conv(kernel.cast(FLOAT64));
    }

    void convOfBools() {
        image.cast(BOOL).conv(kernel.cast(BOOL));
    }

    void convolutionWithoutAStride() {
        Convolution.of().stride();
    }

    void convolutionThatStandsStill() {
        Convolution.of().stride(2, 0);
    }

    void maxPoolOfAnImage() {
        image.get(0, 0).maxPool(Window.of(2));
    }

    void maxPoolOfTooLargeAWindow() {
        image.maxPool(Window.of(5));
    }

    void maxPoolOfNothingButPadding() {
        image.maxPool(Window.of(2).padding(2));
    }

    void maxPoolOfBools() {
        image.cast(BOOL).maxPool(Window.of(2));
    }

    void sumPoolOfBools() {
        image.cast(BOOL).sumPool(Window.of(2));
    }

    void sumPoolOfThreeAxes() {
        image.sumPool(Window.of(1, 2, 2));
    }

    void averagePoolOfIntegers() {
        image.cast(INT32).averagePool(Window.of(2));
    }

    void windowOfNothing() {
        Window.of(0);
    }

    void windowWithLessThanNoPadding() {
        Window.of(2).padding(-1);
    }

    // ---- layers

    void layerOfASequence() {
        Conv2d.of(g, "edges", 3, 8, 3).invoke(image.get(0));
    }

    void layerOfOtherChannels() {
        Conv2d.of(g, "edges", 1, 8, 3).invoke(image);
    }

    void layerOfAnImage() {
        Conv1d.of(g, "words", 3, 8, 3).invoke(image);
    }

    void layerWithGroupsThatDoNotDivide() {
        Conv2d.of(g, "edges", 3, 8, 3, Convolution.of().groups(2));
    }

    void layerWithThreeSides() {
        Conv2d.of(g, "edges", 3, 8, new int[]{3, 3, 3}, Convolution.of());
    }

    void poolOfVectors() {
        MaxPool2d.of(2).invoke(image.sum(1, 2));
    }

    void globalPoolOfVectors() {
        GlobalAvgPool2d.of().invoke(image.sum(1, 2));
    }

    void adaptivePoolOfANamedExtent() {
        AdaptiveAvgPool2d.of(2).invoke(image.transpose(1, 0, 2, 3));
    }

    void adaptivePoolToNothing() {
        AdaptiveAvgPool2d.of(2, 0);
    }
}
