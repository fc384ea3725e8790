package dev.covector.samples.image;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;

import dev.covector.data.ImageSet;
import dev.covector.data.Transforms;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.GraphException;
import dev.covector.graph.Initializer;
import dev.covector.graph.nn.Adam;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Optimizer;
import dev.covector.graph.nn.Sgd;
import dev.covector.graph.nn.Training;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import dev.covector.runtime.Tensor;
import dev.covector.samples.command.PositiveFloat;
import dev.covector.samples.command.PositiveInt;
import dev.covector.samples.command.SampleException;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/**
 * What samples have in common that train a convolutional network. A sample is the network's {@link #layers}, and the
 * options with which it is seen to learn soon.
 */
abstract class ConvNetSample extends ImageSample {
    /** What turns gradients into steps. */
    enum Descent {
        SGD, ADAM;

        private Optimizer of(Expr learningRate) {
            return this == SGD ? Sgd.of(learningRate) : Adam.of(learningRate);
        }
    }

    @Option(names = "--size", paramLabel = "N", converter = PositiveInt.class,
            description = "height and width to which images are resized (default: ${DEFAULT-VALUE})")
    int size = 28;

    @Option(names = "--width", paramLabel = "FACTOR", converter = PositiveFloat.class,
            description = "what the paper's numbers of channels are multiplied by (default: ${DEFAULT-VALUE})")
    float width = 1;

    @Option(names = "--optimizer", paramLabel = "KIND",
            description = "sgd or adam (default: ${DEFAULT-VALUE})")
    private Descent optimizer = Descent.ADAM;

    /** How weights start: unless told otherwise, as is best for ReLUs. */
    Initializer weights = Initializers.kaimingUniform();

    /** Whether no layer does otherwise in training, as dropout and batch normalisation do: one output serves both. */
    boolean sameInTraining;

    /** A sample with few images, since each of them takes longer than in a perceptron. */
    ConvNetSample(String sample, String title, int epochs, float learningRate, double atLeast) {
        super(sample, title, epochs, learningRate, atLeast, atLeast);
        drawnTraining = 1_600;
        drawnTest = 400;
        batch = 32;
    }

    /** Adds the network's layers, from the image to a score for each class. */
    abstract void layers(Layers net);

    @Override
    protected final Tensor prepare(Tensor images) {
        return images.dim(1) == size && images.dim(2) == size
                ? images
                : Transforms.resize(images, size, size);
    }

    @Override
    public final Graph graph(ImageSet images, PrintWriter out) {
        Dim count = Dim.of("batch");
        GraphBuilder g = Graph.builder(getClass().getSimpleName());
        Expr image = g.input("image", FLOAT32, Shape.of(count, size, size, images.channels()));
        Expr label = g.input("label", INT32, Shape.of(count));
        Expr rate = g.input("learning_rate", FLOAT32, Shape.scalar());

        Layers net = new Layers(g, image, width, weights);
        try {
            layers(net);
        } catch (GraphException e) {
            String found = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new SampleException("--size " + size + ": expected images that are large enough for all"
                    + " layers, found " + found);
        }
        Training training = new Training();
        Expr trained = sameInTraining ? net.output() : net.output(training);
        Expr loss = Losses.softmaxCrossEntropy(trained, label).mean();
        Expr correct = net.output().argmax(-1).eq(label).cast(FLOAT32).sum();

        g.function("train").returns("loss", loss).updates(optimizer.of(rate).minimize(loss))
                .updates(training.updates());
        g.function("evaluate").returns("correct", correct);
        net.table().forEach(out::println);
        return g.build();
    }
}
