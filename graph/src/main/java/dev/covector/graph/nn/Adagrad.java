package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.Updates;
import java.util.List;

/**
 * Duchi, Hazan and Singer, <a href="https://jmlr.org/papers/v12/duchi11a.html">Adaptive subgradient methods</a>, as
 * PyTorch's: {@code sum += gradient²; parameter -= learningRate · gradient / (√sum + epsilon)}. sum is the state
 * {@code path/adagrad.sum}.
 */
public final class Adagrad implements Optimizer {
    private final Descent.Rate rate;
    private final double epsilon;
    private final double weightDecay;
    private final String name;

    private Adagrad(Descent.Rate rate, double epsilon, double weightDecay, String name) {
        this.rate = rate;
        this.epsilon = epsilon;
        this.weightDecay = weightDecay;
        this.name = name;
    }

    /** With a fixed learning rate. */
    public static Adagrad of(double learningRate) {
        return new Adagrad(Descent.Rate.of(learningRate), 1e-10, 0, "adagrad");
    }

    /** With a learning rate that the graph computes: a scalar of the parameters' dtype. */
    public static Adagrad of(Expr learningRate) {
        return new Adagrad(Descent.Rate.of(learningRate), 1e-10, 0, "adagrad");
    }

    /** With a learning rate that changes from step to step. */
    public static Adagrad of(Schedule learningRate) {
        return new Adagrad(Descent.Rate.of(learningRate), 1e-10, 0, "adagrad");
    }

    /** With what is added to the root that is divided by; 1e-10 unless told. */
    public Adagrad epsilon(double newEpsilon) {
        return new Adagrad(rate, Numbers.notNegative("epsilon", newEpsilon), weightDecay, name);
    }

    /** With {@code newWeightDecay · parameter} added to each gradient, the derivative of half its square: L2 regularisation. */
    public Adagrad weightDecay(double newWeightDecay) {
        return new Adagrad(rate, epsilon, Numbers.notNegative("weight decay", newWeightDecay), name);
    }

    /** Under another name, which the states are called after. */
    public Adagrad named(String newName) {
        return new Adagrad(rate, epsilon, weightDecay, newName);
    }

    @Override
    public Updates step(List<Expr> parameters, List<Expr> gradients) {
        return Descent.of(name, rate, parameters, gradients, (step, p, gradient) -> {
            Expr decayed = weightDecay == 0 ? gradient : gradient.plus(p.times(weightDecay));
            Expr sum = step.slot(p, "sum", 0, old -> old.plus(decayed.square()));
            return decayed.div(sum.sqrt().plus(epsilon));
        });
    }
}
