package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.runtime.DType;

/**
 * A learning rate that changes from step to step, as an expression of the number of steps before this one. The optimizer
 * counts them in a state of its own, such as {@code sgd.step}.
 *
 * <pre>{@code
 * Sgd.of(Schedule.cosine(0.1, 0, 10_000).warmUp(500)).minimize(loss)
 * }</pre>
 */
@FunctionalInterface
public interface Schedule {
    /**
     * The learning rate, a float64 scalar.
     *
     * @param step the number of steps before this one, a float64 scalar: 0 at the first
     */
    Expr at(Expr step);

    /** Always the same. */
    static Schedule constant(double rate) {
        Numbers.notNegative("learning rate", rate);
        return step -> step.builder().constant(DType.FLOAT64, rate);
    }

    /** Multiplied by {@code factor} after each {@code every} steps: PyTorch's {@code StepLR}. */
    static Schedule step(double rate, int every, double factor) {
        Numbers.notNegative("learning rate", rate);
        Numbers.positive("factor", factor);
        Numbers.atLeastOne("number of steps", every);
        return step -> power(factor, step.div(every).floor()).times(rate);
    }

    /** Multiplied by {@code factor} at each of these steps: PyTorch's {@code MultiStepLR}. */
    static Schedule multiStep(double rate, double factor, int... milestones) {
        Numbers.notNegative("learning rate", rate);
        Numbers.positive("factor", factor);
        int[] at = milestones.clone();
        return step -> {
            Expr passed = step.builder().constant(DType.FLOAT64, 0.0);
            for (int milestone : at) {
                passed = passed.plus(step.ge(milestone).cast(DType.FLOAT64));
            }
            return power(factor, passed).times(rate);
        };
    }

    /** Multiplied by {@code factor} after each step: PyTorch's {@code ExponentialLR}. */
    static Schedule exponential(double rate, double factor) {
        Numbers.notNegative("learning rate", rate);
        Numbers.positive("factor", factor);
        return step -> power(factor, step).times(rate);
    }

    /**
     * Half a cosine from {@code rate} down to {@code least}, reached after {@code steps} steps and kept: PyTorch's
     * {@code CosineAnnealingLR}, which goes up again.
     */
    static Schedule cosine(double rate, double least, int steps) {
        Numbers.notNegative("learning rate", rate);
        Numbers.notNegative("least learning rate", least);
        Numbers.atLeastOne("number of steps", steps);
        return step -> step.div(steps).minimum(1).times(Math.PI).cos().plus(1).times((rate - least) / 2)
                .plus(least);
    }

    /** A line from one learning rate to another, reached after {@code steps} steps and kept. */
    static Schedule linear(double from, double to, int steps) {
        Numbers.notNegative("learning rate", from);
        Numbers.notNegative("learning rate", to);
        Numbers.atLeastOne("number of steps", steps);
        return step -> step.div(steps).minimum(1).times(to - from).plus(from);
    }

    /** This for so many steps, and then {@code next} from its own first step on: PyTorch's {@code SequentialLR}. */
    default Schedule then(int steps, Schedule next) {
        Numbers.atLeastOne("number of steps", steps);
        return step -> step.lt(steps).where(at(step), next.at(step.minus(steps).maximum(0)));
    }

    /** This, in the first steps 1/{@code steps}, 2/{@code steps}, … of it. */
    default Schedule warmUp(int steps) {
        Numbers.atLeastOne("number of steps", steps);
        return step -> at(step).times(step.plus(1).div(steps).minimum(1));
    }

    private static Expr power(double factor, Expr exponent) {
        return exponent.times(Math.log(factor)).exp();
    }
}
