package dev.covector.samples.basics;

import dev.covector.samples.command.Sample;
import java.util.List;

/** Tensors, gradients, and the first models. */
public final class Basics {
    private Basics() {}

    /** In the order of the course. */
    public static List<Sample> samples() {
        return List.of(
                new LinearRegressionSample(),
                new RuleSample(),
                new GradientsByHandSample(),
                new CustomLayerSample(),
                new InitialisationSample());
    }
}
