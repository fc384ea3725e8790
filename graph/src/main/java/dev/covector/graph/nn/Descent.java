package dev.covector.graph.nn;

import dev.covector.graph.Expr;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Updates;
import dev.covector.graph.ir.Op;
import dev.covector.runtime.DType;
import dev.covector.runtime.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One step of an optimizer, {@code parameter -= learningRate · direction}, and what it remembers for the next one: slots
 * of parameters, and a counter if anything asks for it.
 */
final class Descent {
    /** What is particular to an optimizer. */
    @FunctionalInterface
    interface Direction {
        Expr of(Descent step, Expr parameter, Expr gradient);
    }

    /** Makes a learning rate of the parameter's dtype. */
    @FunctionalInterface
    interface Rate {
        /** The direction times the rate. */
        Expr scale(Descent step, Expr direction);

        static Rate of(double rate) {
            Numbers.notNegative("learning rate", rate);
            return (step, direction) -> direction.times(rate);
        }

        static Rate of(Expr rate) {
            return (step, direction) -> direction.times(rate);
        }

        static Rate of(Schedule schedule) {
            return (step, direction) -> direction.times(schedule.at(step.before()).cast(direction.dtype()));
        }
    }

    private final GraphBuilder g;
    private final String name;
    private Updates updates = Updates.none();
    private @Nullable Expr counter;

    private Descent(GraphBuilder g, String name) {
        this.g = g;
        this.name = name;
    }

    /** @param name what the slots are called after */
    static Updates of(String name, Rate rate, List<Expr> parameters, List<Expr> gradients,
            Direction direction) {
        if (parameters.isEmpty() || parameters.size() != gradients.size()) {
            throw new IllegalArgumentException(
                    parameters.size() + " parameters and " + gradients.size() + " gradients");
        }
        Descent step = new Descent(parameters.get(0).builder(), name);
        for (int i = 0; i < parameters.size(); i++) {
            Expr parameter = parameters.get(i);
            if (!(parameter.node().op() instanceof Op.Parameter)) {
                throw step.g.error("only a parameter can be trained", List.of(parameter),
                        "declare it with parameter");
            }
            Expr along = direction.of(step, parameter, gradients.get(i));
            step.set(parameter, parameter.minus(rate.scale(step, along)));
        }
        return step.updates;
    }

    /** The new value of a slot of {@code parameter} that starts as {@code initial}. */
    Expr slot(Expr parameter, String slot, double initial, UnaryOperator<Expr> next) {
        Expr old = g.state(parameter.node().name() + "/" + name + "." + slot, parameter.dtype(),
                parameter.shape(), Initializers.constant(initial));
        Expr value = next.apply(old);
        set(old, value);
        return value;
    }

    /** The exponential moving average {@code decay · old + (1 - decay) · value}, which starts as 0. */
    Expr average(Expr parameter, String slot, double decay, Expr value) {
        return slot(parameter, slot, 0, old -> old.times(decay).plus(value.times(1 - decay)));
    }

    /** What an {@link #average} of this decay is a fraction of, since it started as 0: 1 - decayⁿ at the nth step. */
    Expr weightOfAverage(double decay, DType dtype) {
        return before().plus(1).times(Math.log(decay)).expm1().unaryMinus().cast(dtype);
    }

    /** The number of steps before this one, a float64 scalar. */
    private Expr before() {
        if (counter == null) {
            counter = g.state(name + ".step", DType.INT64, Shape.scalar(), Initializers.zeros());
            set(counter, counter.plus(1));
        }
        return counter.cast(DType.FLOAT64);
    }

    private void set(Expr parameter, Expr value) {
        updates = updates.and(parameter, value);
    }
}
