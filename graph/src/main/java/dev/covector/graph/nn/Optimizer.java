package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Updates;
import java.util.Arrays;
import java.util.List;

/**
 * Says how parameters change by their gradients. What it does is part of the graph: a training step is one compiled
 * function.
 *
 * <pre>{@code
 * Optimizer adam = Adam.of(1e-3).weightDecay(1e-4).clipByGlobalNorm(1);
 * g.function("train").returns("loss", loss).updates(adam.minimize(loss));
 * }</pre>
 *
 * <p>What an optimizer remembers from step to step are states of the graph, which are saved with the parameters: the
 * first moment that {@link Adam} keeps of {@code hidden.weight} is {@code hidden.weight/adam.m}, the number of steps taken
 * {@code adam.step}. Two optimizers of a kind in one graph need different names, see {@code named}.
 */
@FunctionalInterface
public interface Optimizer {
    /**
     * One step.
     *
     * @param parameters at least one
     * @param gradients  one for each parameter, of its dtype and shape
     */
    Updates step(List<Expr> parameters, List<Expr> gradients);

    /**
     * One step that makes {@code loss} smaller, for all trainable parameters that it depends on.
     *
     * @param loss a scalar
     * @throws dev.covector.graph.GraphException if there is no such parameter
     */
    default Updates minimize(Expr loss) {
        List<Expr> parameters = loss.builder().trainable(loss);
        if (parameters.isEmpty()) {
            throw loss.builder().error("the loss depends on no parameter that can be trained", List.of(loss),
                    "declare one with parameter; a state is not trained");
        }
        return minimize(loss, parameters);
    }

    /**
     * One step for these parameters only; all others keep their values.
     *
     * @throws dev.covector.graph.GraphException if the loss does not depend on one of them
     */
    default Updates minimize(Expr loss, Expr... parameters) {
        return minimize(loss, Arrays.asList(parameters));
    }

    /**
     * One step for these parameters only, such as {@link GraphBuilder#trainable(Expr, String)
     * g.trainable(loss, "decoder")}; all others keep their values.
     *
     * @throws dev.covector.graph.GraphException if the loss does not depend on one of them, or there is none
     */
    default Updates minimize(Expr loss, List<Expr> parameters) {
        if (parameters.isEmpty()) {
            throw loss.builder().error("there is no parameter to train", List.of(loss), "");
        }
        return step(parameters, parameters.stream().map(loss::gradient).toList());
    }

    /**
     * This, with gradients that are scaled down, all by one factor, to a Euclidean norm of at most {@code maxNorm}; what
     * PyTorch's {@code clip_grad_norm_} does but for its 1e-6. Weight decay is not clipped.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    default Optimizer clipByGlobalNorm(double maxNorm) {
        Numbers.positive("norm", maxNorm);
        return (parameters, gradients) -> {
            Expr first = gradients.get(0);
            Expr squares = gradients.stream().map(gradient -> gradient.square().sum().cast(first.dtype()))
                    .reduce(Expr::plus).orElseThrow();
            Expr scale = squares.sqrt().maximum(maxNorm).reciprocal().times(maxNorm);
            return step(parameters,
                    gradients.stream().map(gradient -> gradient.times(scale.cast(gradient.dtype())))
                            .toList());
        };
    }

    /**
     * This, with the elements of gradients clipped to ±{@code limit}. Weight decay is not clipped.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    default Optimizer clipByValue(double limit) {
        Numbers.positive("limit", limit);
        return (parameters, gradients) -> step(parameters,
                gradients.stream().map(gradient -> gradient.clip(-limit, limit)).toList());
    }
}
