package dev.covector.samples.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.covector.data.ImageSet;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.samples.command.SampleException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class ConvNetsTest {
    private static final List<ConvNetSample> NETS = List.of(new LeNet(), new BatchNormLeNet(), new AlexNet(),
            new Vgg(), new NiN(), new GoogLeNet(), new ResNet());

    /** In the size of the papers, for grey images and ten classes; what doesn't flatten has as many at each size. */
    @ParameterizedTest
    @CsvSource({
        "lenet,       28,      61_706",
        "batch-norm,  28,      44_878",
        "alexnet,    224,  46_764_746",
        "vgg,        224, 128_806_154", // torchvision's 132,863,336, less those of two colours and 990 classes
        "nin,        224,   1_992_166",
        "nin,         72,   1_992_166",
        "googlenet,   96,   5_977_530",
        "resnet,      96,  11_175_370", // torchvision's 11,689,512, less those of two colours and 990 classes
        "resnet,      32,  11_175_370"})
    void hasAsManyParametersAsInItsPaper(String name, int size, String parameters) {
        assertEquals(Long.parseLong(parameters.replace("_", "")), net(name, size, 1).parameters());
    }

    @ParameterizedTest
    @CsvSource({"lenet, 28", "batch-norm, 28", "alexnet, 65", "vgg, 32", "nin, 67", "googlenet, 1",
        "resnet, 1"})
    void makesAScoreOfEachClassAtItsLeastSizeAndHoweverThin(String name, int size) {
        assertEquals("[batch,10]", net(name, size, 0.001).output().shape().toString());
    }

    @Test
    void imagesThatAreTooSmallAreOneLine() {
        CommandLine commandLine = new CommandLine(new AlexNet());
        commandLine.parseArgs("--size", "64");
        ImageSet images = DrawnShapes.draw(1, 1, 1).train();
        SampleException e = assertThrows(SampleException.class, () -> ((AlexNet) commandLine.getCommand())
                .graph(images, new PrintWriter(new StringWriter())));
        assertEquals(
                "--size 64: expected images that are large enough for all layers, found MaxPool2d.invoke:"
                        + " the window of 3 is larger than axis 1 of the shape [batch,2,2,32]",
                e.getMessage());
    }

    @Test
    void aTableShowsWhatEachLayerMakes() {
        assertEquals("""
                image            [batch,28,28,1]                   0
                conv1            [batch,28,28,6]                 156
                pool1            [batch,14,14,6]                   0
                conv2            [batch,10,10,16]              2,416
                pool2            [batch,5,5,16]                    0
                flatten          [batch,400]                       0
                linear1          [batch,120]                  48,120
                linear2          [batch,84]                   10,164
                output           [batch,10]                      850
                all                                           61,706
                """, String.join("\n", net("lenet", 28, 1).table()) + "\n");
    }

    @Test
    void theLayersOfInceptionAreJoined() {
        List<String> table = net("googlenet", 96, 1).table();
        assertEquals("inception3a      [batch,12,12,256]           163,696", table.get(6));
        assertEquals("inception5b      [batch,3,3,1024]          1,444,080", table.get(16));
    }

    private static Layers net(String name, int size, double width) {
        ConvNetSample sample = NETS.stream()
                .filter(net -> new CommandLine(net).getCommandName().equals(name)).findFirst().orElseThrow();
        GraphBuilder g = Graph.builder("test");
        Expr image = g.input("image", DType.FLOAT32, Shape.of(Dim.of("batch"), size, size, 1));
        Layers net = new Layers(g, image, width, Initializers.zeros());
        sample.layers(net);
        return net;
    }
}
