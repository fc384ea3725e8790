package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.Updates;
import java.util.List;

/**
 * Stochastic gradient descent, {@code parameter -= learningRate · gradient}, as PyTorch's; with momentum (Polyak 1964),
 * {@code v = momentum · v + gradient; parameter -= learningRate · v}; and with Nesterov's in the form of Sutskever et al.,
 * <a href="https://proceedings.mlr.press/v28/sutskever13.html">On the importance of initialization and momentum</a>,
 * where the last line is {@code parameter -= learningRate · (gradient + momentum · v)}. v is the state
 * {@code path/sgd.v}.
 */
public final class Sgd implements Optimizer {
    private final Descent.Rate rate;
    private final double momentum;
    private final boolean nesterov;
    private final double weightDecay;
    private final String name;

    private Sgd(Descent.Rate rate, double momentum, boolean nesterov, double weightDecay, String name) {
        this.rate = rate;
        this.momentum = momentum;
        this.nesterov = nesterov;
        this.weightDecay = weightDecay;
        this.name = name;
    }

    /** With a fixed learning rate. */
    public static Sgd of(double learningRate) {
        return new Sgd(Descent.Rate.of(learningRate), 0, false, 0, "sgd");
    }

    /** With a learning rate that the graph computes: a scalar of the parameters' dtype. */
    public static Sgd of(Expr learningRate) {
        return new Sgd(Descent.Rate.of(learningRate), 0, false, 0, "sgd");
    }

    /** With a learning rate that changes from step to step. */
    public static Sgd of(Schedule learningRate) {
        return new Sgd(Descent.Rate.of(learningRate), 0, false, 0, "sgd");
    }

    /** With so much of the last step's direction in each; often 0.9. */
    public Sgd momentum(double newMomentum) {
        return new Sgd(rate, Numbers.fraction("momentum", newMomentum), nesterov, weightDecay, name);
    }

    /** With Nesterov's momentum, which looks ahead. */
    public Sgd nesterov(double newMomentum) {
        return new Sgd(rate, Numbers.fraction("momentum", newMomentum), true, weightDecay, name);
    }

    /** With {@code newWeightDecay · parameter} added to each gradient, the derivative of half its square: L2 regularisation. */
    public Sgd weightDecay(double newWeightDecay) {
        return new Sgd(rate, momentum, nesterov, Numbers.notNegative("weight decay", newWeightDecay), name);
    }

    /** Under another name, which the states are called after. */
    public Sgd named(String newName) {
        return new Sgd(rate, momentum, nesterov, weightDecay, newName);
    }

    @Override
    public Updates step(List<Expr> parameters, List<Expr> gradients) {
        return Descent.of(name, rate, parameters, gradients, (step, p, gradient) -> {
            Expr decayed = weightDecay == 0 ? gradient : gradient.plus(p.times(weightDecay));
            if (momentum == 0) {
                return decayed;
            }
            Expr v = step.slot(p, "v", 0, old -> old.times(momentum).plus(decayed));
            return nesterov ? decayed.plus(v.times(momentum)) : v;
        });
    }
}
