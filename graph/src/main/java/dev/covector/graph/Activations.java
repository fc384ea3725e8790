package dev.covector.graph;

/**
 * Activations written with other methods of {@link Expr}: finite, with finite derivatives, wherever x is and the true
 * value fits the dtype. A branch of a {@code where} that is not taken may overflow: it reaches neither.
 */
final class Activations {
    private Activations() {}

    static Expr silu(Expr x) {
        return x.times(x.sigmoid());
    }

    static Expr gelu(Expr x) {
        return x.times(0.5).times(x.times(Math.sqrt(0.5)).erf().plus(1));
    }

    /** (1 + tanh(u)) / 2 is sigmoid(2u), which does not cancel where it is small. */
    static Expr geluTanh(Expr x) {
        Expr u = x.square().times(0.044715).plus(1).times(x).times(Math.sqrt(2 / Math.PI));
        return x.times(u.times(2).sigmoid());
    }

    static Expr elu(Expr x, double alpha) {
        return x.gt(0).where(x, x.expm1().times(alpha));
    }

    static Expr leakyRelu(Expr x, double slope) {
        return x.gt(0).where(x, x.times(slope));
    }

    static Expr hardSigmoid(Expr x) {
        return x.div(6).plus(0.5).clip(0, 1);
    }
}
