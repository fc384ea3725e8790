package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.Updates;
import java.util.List;

/**
 * Kingma and Ba, <a href="https://arxiv.org/abs/1412.6980">Adam</a>, as PyTorch's: with the averages
 * {@code m = β1 · m + (1 - β1) · gradient} and {@code v = β2 · v + (1 - β2) · gradient²}, the nth step is
 * {@code parameter -= learningRate · m / (1 - β1ⁿ) / (√(v / (1 - β2ⁿ)) + epsilon)}. m and v are the states
 * {@code path/adam.m} and {@code path/adam.v}, n - 1 is {@code adam.step}.
 */
public final class Adam implements Optimizer {
    private final Descent.Rate rate;
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double weightDecay;
    private final String name;

    private Adam(Descent.Rate rate, double beta1, double beta2, double epsilon, double weightDecay,
            String name) {
        this.rate = rate;
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.epsilon = epsilon;
        this.weightDecay = weightDecay;
        this.name = name;
    }

    /** With a fixed learning rate. */
    public static Adam of(double learningRate) {
        return new Adam(Descent.Rate.of(learningRate), 0.9, 0.999, 1e-8, 0, "adam");
    }

    /** With a learning rate that the graph computes: a scalar of the parameters' dtype. */
    public static Adam of(Expr learningRate) {
        return new Adam(Descent.Rate.of(learningRate), 0.9, 0.999, 1e-8, 0, "adam");
    }

    /** With a learning rate that changes from step to step. */
    public static Adam of(Schedule learningRate) {
        return new Adam(Descent.Rate.of(learningRate), 0.9, 0.999, 1e-8, 0, "adam");
    }

    /** With so much of the old averages in the new ones; 0.9 and 0.999 unless told. */
    public Adam betas(double first, double second) {
        return new Adam(rate, Numbers.fraction("first beta", first), Numbers.fraction("second beta", second),
                epsilon, weightDecay, name);
    }

    /** With what is added to the root that is divided by; 1e-8 unless told. */
    public Adam epsilon(double newEpsilon) {
        return new Adam(rate, beta1, beta2, Numbers.notNegative("epsilon", newEpsilon), weightDecay, name);
    }

    /** With {@code newWeightDecay · parameter} added to each gradient, the derivative of half its square: L2 regularisation. */
    public Adam weightDecay(double newWeightDecay) {
        return new Adam(rate, beta1, beta2, epsilon, Numbers.notNegative("weight decay", newWeightDecay),
                name);
    }

    /** Under another name, which the states are called after. */
    public Adam named(String newName) {
        return new Adam(rate, beta1, beta2, epsilon, weightDecay, newName);
    }

    @Override
    public Updates step(List<Expr> parameters, List<Expr> gradients) {
        return Descent.of(name, rate, parameters, gradients, (step, p, gradient) -> {
            Expr decayed = weightDecay == 0 ? gradient : gradient.plus(p.times(weightDecay));
            return direction(step, p, decayed, beta1, beta2, epsilon);
        });
    }

    static Expr direction(Descent step, Expr parameter, Expr gradient, double beta1, double beta2,
            double epsilon) {
        Expr m = step.average(parameter, "m", beta1, gradient);
        Expr v = step.average(parameter, "v", beta2, gradient.square());
        Expr first = step.weightOfAverage(beta1, gradient.dtype()).reciprocal();
        Expr second = step.weightOfAverage(beta2, gradient.dtype()).rsqrt();
        return m.times(first).div(v.sqrt().times(second).plus(epsilon));
    }
}
