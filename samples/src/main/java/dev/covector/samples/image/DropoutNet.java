package dev.covector.samples.image;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;

import dev.covector.data.Idx;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Block;
import dev.covector.graph.nn.Dropout;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sequential;
import dev.covector.graph.nn.Sgd;
import dev.covector.graph.nn.Training;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

/** Two hidden layers, whose units are dropped at random while they are trained, so that none relies on others. */
final class DropoutNet {
    private static final int UNITS = 256;

    private DropoutNet() {}

    /**
     * One step of training, and the number of right answers, for which all units are there.
     *
     * @param first  the probability of a unit of the first hidden layer to be dropped
     * @param second that of the second one
     */
    static Graph graph(int pixels, double first, double second) {
        Dim batch = Dim.of("batch");
        GraphBuilder g = Graph.builder("dropout");
        Expr image = g.input("image", FLOAT32, Shape.of(batch, pixels));
        Expr label = g.input("label", INT32, Shape.of(batch));
        Expr learningRate = g.input("learning_rate", FLOAT32, Shape.scalar());

        Block net = Sequential.of(Linear.of(g, "hidden1", pixels, UNITS), Expr::relu, Dropout.of(first),
                Linear.of(g, "hidden2", UNITS, UNITS), Expr::relu, Dropout.of(second),
                Linear.of(g, "output", UNITS, Idx.CLASSES));
        Training training = new Training();
        Expr loss = Losses.softmaxCrossEntropy(net.invoke(image, training), label).mean();
        Expr correct = net.invoke(image).argmax(-1).eq(label).cast(FLOAT32).sum();

        g.function("train").returns("loss", loss).updates(Sgd.of(learningRate).minimize(loss))
                .updates(training.updates());
        g.function("evaluate").returns("correct", correct);
        return g.build();
    }
}
