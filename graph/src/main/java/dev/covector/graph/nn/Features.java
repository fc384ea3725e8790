package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import java.util.List;

/** What blocks with a value for each feature, the last axis, have in common. */
final class Features {
    private Features() {}

    /** Checks that the last axis of {@code x} is that of {@code weight}, since an extent of 1 would broadcast. */
    static void check(Expr x, Expr weight) {
        if (x.rank() == 0 || !x.shape().dim(-1).equals(weight.shape().dim(-1))) {
            throw x.builder().error(
                    "takes " + weight.shape().dim(-1) + " features in the last axis, got " + x.shape(),
                    List.of(x, weight),
                    "features and channels are the last axis; transpose(…) makes them so");
        }
    }

    /** Centred and divided by √(variance + epsilon), then scaled and shifted. */
    static Expr normalised(Expr x, Expr mean, Expr variance, double epsilon, Expr weight, Expr bias) {
        return x.minus(mean).times(variance.plus(epsilon).rsqrt()).times(weight).plus(bias);
    }
}
