package dev.covector.graph.nn;

import dev.covector.graph.Expr;

/**
 * A part of a network: from a value to a value. Most have parameters; a method of {@link Expr} is one without.
 *
 * <pre>{@code
 * Block net = Sequential.of(Linear.of(g, "net.0", 784, 256), Expr::relu, Dropout.of(0.5), Linear.of(g, "net.1", 256, 10));
 * Expr logits = net.invoke(x);                       // in Kotlin: net(x)
 * Training training = new Training();
 * Expr loss = Losses.softmaxCrossEntropy(net.invoke(x, training), label).mean();
 * g.function("predict").returns("probability", logits.softmax(-1));
 * g.function("train").returns("loss", loss).updates(adam.minimize(loss)).updates(training.updates());
 * }</pre>
 *
 * <p>A block applied twice uses the same parameters twice. Axes in front of those that a block speaks of are batches;
 * features and channels are the last axis.
 */
@FunctionalInterface
public interface Block {
    /** This applied to {@code x} as in evaluation: nothing is random, nothing is learnt. */
    Expr invoke(Expr x);

    /** This applied to {@code x} as in training, which only some blocks, and those made of them, do differently. */
    default Expr invoke(Expr x, Training training) {
        return invoke(x);
    }
}
