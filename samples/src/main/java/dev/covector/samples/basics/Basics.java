package dev.covector.samples.basics;

import dev.covector.samples.command.Sample;
import java.util.List;

/** Tensors, gradients, and the first models. */
public final class Basics {
    private Basics() {}

    /** In the order of the course. */
    public static List<Sample> samples() {
        return List.of(
                new TensorTour(),
                new AutodiffTour(),
                new GradientDescent(),
                new LinearRegressionSample(),
                new RuleSample(),
                new QuadraticFit(),
                new CubicFit(),
                new Perceptron(),
                new Activations(),
                new GradientsByHandSample(),
                new CustomLayerSample(),
                new InitialisationSample());
    }
}
