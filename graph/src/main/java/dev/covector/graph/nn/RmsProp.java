package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.Updates;
import java.util.List;

/**
 * RMSProp, from lecture 6e of Hinton's <a href="https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf">
 * Neural networks for machine learning</a>, as PyTorch's:
 * {@code v = decay · v + (1 - decay) · gradient²; parameter -= learningRate · gradient / (√v + epsilon)}. v is the state
 * {@code path/rmsprop.v}.
 */
public final class RmsProp implements Optimizer {
    private final Descent.Rate rate;
    private final double decay;
    private final double epsilon;
    private final double weightDecay;
    private final String name;

    private RmsProp(Descent.Rate rate, double decay, double epsilon, double weightDecay, String name) {
        this.rate = rate;
        this.decay = decay;
        this.epsilon = epsilon;
        this.weightDecay = weightDecay;
        this.name = name;
    }

    /** With a fixed learning rate. */
    public static RmsProp of(double learningRate) {
        return new RmsProp(Descent.Rate.of(learningRate), 0.99, 1e-8, 0, "rmsprop");
    }

    /** With a learning rate that the graph computes: a scalar of the parameters' dtype. */
    public static RmsProp of(Expr learningRate) {
        return new RmsProp(Descent.Rate.of(learningRate), 0.99, 1e-8, 0, "rmsprop");
    }

    /** With a learning rate that changes from step to step. */
    public static RmsProp of(Schedule learningRate) {
        return new RmsProp(Descent.Rate.of(learningRate), 0.99, 1e-8, 0, "rmsprop");
    }

    /** With so much of the old average in the new one; 0.99 unless told, PyTorch's {@code alpha}. */
    public RmsProp decay(double newDecay) {
        return new RmsProp(rate, Numbers.fraction("decay", newDecay), epsilon, weightDecay, name);
    }

    /** With what is added to the root that is divided by; 1e-8 unless told. */
    public RmsProp epsilon(double newEpsilon) {
        return new RmsProp(rate, decay, Numbers.notNegative("epsilon", newEpsilon), weightDecay, name);
    }

    /** With {@code newWeightDecay · parameter} added to each gradient, the derivative of half its square: L2 regularisation. */
    public RmsProp weightDecay(double newWeightDecay) {
        return new RmsProp(rate, decay, epsilon, Numbers.notNegative("weight decay", newWeightDecay), name);
    }

    /** Under another name, which the states are called after. */
    public RmsProp named(String newName) {
        return new RmsProp(rate, decay, epsilon, weightDecay, newName);
    }

    @Override
    public Updates step(List<Expr> parameters, List<Expr> gradients) {
        return Descent.of(name, rate, parameters, gradients, (step, p, gradient) -> {
            Expr decayed = weightDecay == 0 ? gradient : gradient.plus(p.times(weightDecay));
            Expr v = step.average(p, "v", decay, decayed.square());
            return decayed.div(v.sqrt().plus(epsilon));
        });
    }
}
