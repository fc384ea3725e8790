package dev.covector.graph;

import dev.covector.graph.ir.Node;
import dev.covector.graph.ir.Op;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Values whose derivative is told instead of derived: what {@code autograd.Function} is in PyTorch and
 * {@code custom_vjp} in JAX. Both lambdas run once, when the graph is built, and make expressions.
 *
 * <pre>{@code
 * // rounded, and yet differentiable: a straight-through estimator
 * Expr code = x.customGradient(v -> v.cast(INT32).cast(FLOAT32), (cotangent, v, y) -> cotangent);
 *
 * // the features' gradient changes its sign, for adversarial training
 * Expr reversed = features.customGradient(v -> v, (cotangent, v, y) -> cotangent.unaryMinus());
 *
 * // a gradient that can't be large, whatever comes after h
 * Expr tame = h.customGradient(v -> v, (cotangent, v, y) -> cotangent.maximum(-1).minimum(1));
 *
 * // a distance whose derivative is 0 where its own would be 0 / 0
 * Expr length = CustomGradient.of(List.of(a, b),
 *         in -> in.get(0).square().plus(in.get(1).square()).sqrt(),
 *         (cotangent, in, y) -> {
 *             Expr scale = y.gt(0).where(cotangent.div(y), cotangent.times(0));
 *             return List.of(scale.times(in.get(0)), scale.times(in.get(1)));
 *         });
 * }</pre>
 *
 * <p>A rule is made of ordinary expressions, so that a derivative of second order is the derivative of the rule; the
 * result in it has the custom derivative again. It may use anything that there is in the graph; all of that counts as
 * used by the functions that use the value. Where the usual derivative is part of a rule, apply the function once more:
 * {@code f.apply(v).gradient(v, cotangent)}.
 */
public final class CustomGradient {
    private CustomGradient() {}

    /** The vector–Jacobian product of a function of one operand. */
    @FunctionalInterface
    public interface UnaryRule {
        /**
         * What the operand's cotangent receives.
         *
         * @param cotangent of the result's dtype and shape; has no value outside of the rule. Where it is 0, what the rule
         *                  makes of it should be 0 too: parts of a graph that don't contribute may be left out
         * @param result    of the function; has no value outside of the rule either
         * @return of the operand's dtype and shape
         */
        Expr apply(Expr cotangent, Expr operand, Expr result);
    }

    /** The vector–Jacobian product of a function of several operands. */
    @FunctionalInterface
    public interface Rule {
        /**
         * What the operands' cotangents receive.
         *
         * @param cotangent of the result's dtype and shape; has no value outside of the rule
         * @param result    of the function; has no value outside of the rule either
         * @return one for each operand, of its dtype and shape
         */
        List<Expr> apply(Expr cotangent, List<Expr> operands, Expr result);
    }

    /**
     * {@code forward} of the operands, which is differentiated as {@code rule} tells.
     *
     * @param operands all that the result is to have a derivative with respect to; float32 or float64
     * @param forward  makes the value, float32 or float64 too; inputs and parameters that are no operands it may use
     *                 where no derivative passes only
     * @throws GraphException if the lambdas don't follow the above
     */
    public static Expr of(List<Expr> operands, Function<List<Expr>, Expr> forward, Rule rule) {
        if (operands.isEmpty()) {
            UserCode code = UserCode.here();
            throw new GraphException(code.method() + ": a custom gradient has an operand at least\n  at "
                    + code.line());
        }
        GraphBuilder builder = operands.get(0).builder();
        operands.forEach(builder::checkOwn);
        checkFloating(operands, builder);
        List<Expr> inner = IntStream.range(0, operands.size())
                .mapToObj(i -> builder.distinct(operands.get(i),
                        operands.size() == 1 ? "operand" : "operand" + (i + 1)))
                .toList();
        Expr result = forward.apply(inner);
        builder.checkOwn(result);
        checkResult(operands, inner, result);
        Expr same = builder.placeholder(result, "result");
        Expr cotangent = builder.placeholder(result, "cotangent");
        List<Expr> derived = rule.apply(cotangent, inner, same);
        if (derived.size() != operands.size()) {
            throw builder.error("the rule gives " + derived.size() + " of "
                    + operands.size() + " cotangents", operands, "one for each of them, in their order");
        }
        for (int i = 0; i < operands.size(); i++) {
            checkDerived(operands.get(i), derived.get(i));
        }
        List<Expr> inputs = new ArrayList<>(List.of(result));
        inputs.addAll(inner);
        inputs.add(same);
        inputs.add(cotangent);
        inputs.addAll(derived);
        return builder.make(new Op.CustomGradient(), inputs, null);
    }

    static Expr of(Expr operand, Function<Expr, Expr> forward, UnaryRule rule) {
        return of(List.of(operand), in -> forward.apply(in.get(0)),
                (cotangent, in, result) -> List.of(rule.apply(cotangent, in.get(0), result)));
    }

    private static void checkFloating(List<Expr> operands, GraphBuilder builder) {
        for (Expr operand : operands) {
            if (!operand.dtype().isFloating()) {
                throw builder.error("only f32 and f64 have derivatives, operand "
                        + (operands.indexOf(operand) + 1) + " is " + operand.dtype(), operands,
                        "the lambdas may use it without its being an operand");
            }
        }
    }

    private static void checkDerived(Expr operand, Expr derived) {
        operand.builder().checkOwn(derived);
        if (!derived.node().type().equals(operand.node().type())) {
            throw operand.builder().error("the rule gives " + derived.node().type()
                    + " for the operand " + GraphBuilder.describe(operand.node()) + ", which is "
                    + operand.node().type(), List.of(operand, derived),
                    derived.dtype() != operand.dtype() ? ""
                            : "where an operand was repeated, its cotangent is the sum over the copies");
        }
    }

    /** A derivative that the rule doesn't know of would be lost without a word. */
    private static void checkResult(List<Expr> operands, List<Expr> inner, Expr result) {
        if (!result.dtype().isFloating()) {
            throw result.builder().error("only f32 and f64 have derivatives, the result is " + result.dtype(),
                    operands, "cast it, such as with .cast(FLOAT32)");
        }
        BitSet seen = new BitSet();
        inner.forEach(operand -> seen.set(operand.node().id()));
        List<Node> open = new ArrayList<>(List.of(result.node()));
        while (!open.isEmpty()) {
            Node node = open.removeLast();
            if (!node.type().dtype().isFloating() || node.op() instanceof Op.StopGradient
                    || seen.get(node.id())) {
                continue;
            }
            seen.set(node.id());
            boolean source = switch (node.op()) {
                case Op.Input input -> true;
                case Op.Parameter parameter -> true;
                case Op.Placeholder placeholder -> true;
                default -> false;
            };
            if (source) {
                throw result.builder().error("the result depends on " + GraphBuilder.describe(node)
                        + " by another way than the lambda's operands, so that its derivative would be lost",
                        operands, "make it an operand and use the lambda's own, or use its stopGradient()");
            }
            open.addAll(node.differentiableInputs());
        }
    }
}
