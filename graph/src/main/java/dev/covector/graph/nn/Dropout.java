package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;

/**
 * In training, each element becomes 0 with some probability, drawn anew at each call and by each application; all others
 * are divided by the probability to stay, so that the mean is kept. In evaluation the value itself. Srivastava et al.,
 * <a href="https://jmlr.org/papers/v15/srivastava14a.html">Dropout</a>, inverted, as PyTorch's.
 */
public final class Dropout implements Block {
    private final double probability;

    private Dropout(double probability) {
        this.probability = probability;
    }

    /** @param probability of becoming 0, at least 0 and less than 1 */
    public static Dropout of(double probability) {
        return new Dropout(Numbers.fraction("probability", probability));
    }

    @Override
    public Expr invoke(Expr x) {
        return x;
    }

    @Override
    public Expr invoke(Expr x, Training training) {
        GraphBuilder g = x.builder();
        double kept = 1 - probability;
        return g.randomBernoulli(kept, x.shape()).where(x.times(1 / kept), g.constant(x.dtype(), 0.0));
    }
}
