package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.Updates;
import java.util.List;

/**
 * Loshchilov and Hutter, <a href="https://arxiv.org/abs/1711.05101">Decoupled weight decay regularization</a>, as
 * PyTorch's: the steps of {@link Adam}, and besides {@code parameter -= learningRate · weightDecay · parameter}, which
 * does not pass through the averages. Its states are {@code path/adamw.m}, {@code path/adamw.v} and {@code adamw.step}.
 */
public final class AdamW implements Optimizer {
    private final Descent.Rate rate;
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double weightDecay;
    private final String name;

    private AdamW(Descent.Rate rate, double beta1, double beta2, double epsilon, double weightDecay,
            String name) {
        this.rate = rate;
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.weightDecay = weightDecay;
        this.name = name;
    }

    /** With a fixed learning rate. */
    public static AdamW of(double learningRate) {
        return new AdamW(Descent.Rate.of(learningRate), 0.9, 0.999, 1e-8, 0.01, "adamw");
    }

    /** With a learning rate that the graph computes: a scalar of the parameters' dtype. */
    public static AdamW of(Expr learningRate) {
        return new AdamW(Descent.Rate.of(learningRate), 0.9, 0.999, 1e-8, 0.01, "adamw");
    }

    /** With a learning rate that changes from step to step. */
    public static AdamW of(Schedule learningRate) {
        return new AdamW(Descent.Rate.of(learningRate), 0.9, 0.999, 1e-8, 0.01, "adamw");
    }

    /** With so much of the old averages in the new ones; 0.9 and 0.999 unless told. */
    public AdamW betas(double first, double second) {
        return new AdamW(rate, Numbers.fraction("first beta", first), Numbers.fraction("second beta", second),
                epsilon, weightDecay, name);
    }

    /** With what is added to the root that is divided by; 1e-8 unless told. */
    public AdamW epsilon(double newEpsilon) {
        return new AdamW(rate, beta1, beta2, Numbers.notNegative("epsilon", newEpsilon), weightDecay, name);
    }

    /** With so much of the parameter taken away per learning rate; 0.01 unless told. */
    public AdamW weightDecay(double newWeightDecay) {
        return new AdamW(rate, beta1, beta2, epsilon, Numbers.notNegative("weight decay", newWeightDecay),
                name);
    }

    /** Under another name, which the states are called after. */
    public AdamW named(String newName) {
        return new AdamW(rate, beta1, beta2, epsilon, weightDecay, newName);
    }

    @Override
    public Updates step(List<Expr> parameters, List<Expr> gradients) {
        return Descent.of(name, rate, parameters, gradients, (step, p, gradient) -> {
            Expr direction = Adam.direction(step, p, gradient, beta1, beta2, epsilon);
            return weightDecay == 0 ? direction : direction.plus(p.times(weightDecay));
        });
    }
}
