package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.Updates;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Stochastic gradient descent: {@code parameter -= learningRate · gradient}. */
public final class Sgd {
    private final Function<Expr, Expr> step;

    private Sgd(Function<Expr, Expr> step) {
        this.step = step;
    }

    /** With a fixed learning rate. */
    public static Sgd of(double learningRate) {
        return new Sgd(gradient -> gradient.times(learningRate));
    }

    /** With a learning rate that the graph computes: a scalar of the parameters' dtype. */
    public static Sgd of(Expr learningRate) {
        return new Sgd(gradient -> gradient.times(learningRate));
    }

    /**
     * One step that makes {@code loss} smaller, for all trainable parameters that it depends on.
     *
     * @param loss a scalar
     */
    public Updates minimize(Expr loss) {
        return minimize(loss, loss.builder().trainable(loss));
    }

    /**
     * One step for these parameters only.
     *
     * @throws dev.covector.graph.GraphException if the loss does not depend on one of them
     */
    public Updates minimize(Expr loss, Expr... parameters) {
        return minimize(loss, Arrays.asList(parameters));
    }

    private Updates minimize(Expr loss, List<Expr> parameters) {
        Updates updates = Updates.none();
        for (Expr parameter : parameters) {
            updates = updates.and(parameter, parameter.minus(step.apply(loss.gradient(parameter))));
        }
        return updates;
    }
}
