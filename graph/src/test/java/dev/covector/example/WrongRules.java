package dev.covector.example;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;

import dev.covector.graph.CustomGradient;
import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.ArrayList;
import java.util.List;

/** Custom gradients that must be refused, as {@link WrongPrograms}; rule-errors.txt has their messages. */
final class WrongRules {
    private final GraphBuilder g = Graph.builder("wrong");
    private final Expr x = g.input("x", FLOAT32, Shape.of(Dim.of("batch"), 8));
    private final Expr label = g.input("label", INT32, Shape.of(Dim.of("batch")));
    private final Expr w = g.parameter("w", FLOAT32, Shape.of(8), Initializers.zeros());

    void noOperand() {
        CustomGradient.of(List.of(), in -> x, (cotangent, in, y) -> List.of());
    }

    void operandOfIntegers() {
        CustomGradient.of(List.of(x, label), in -> in.get(0), (cotangent, in, y) -> in);
    }

    void resultOfIntegers() {
        x.customGradient(v -> v.cast(INT32), (cotangent, v, y) -> v);
    }

    void resultOfAnotherGraph() {
        Expr other = Graph.builder("other").input("z", FLOAT32, Shape.of(3));
        x.customGradient(v -> other, (cotangent, v, y) -> v);
    }

    void parameterThatIsNoOperand() {
        x.customGradient(v -> v.times(w).tanh(), (cotangent, v, y) -> cotangent);
    }

    void inputThatIsNoOperand() {
        Expr twice = x.times(2);
        w.customGradient(v -> v.times(twice.sum(0)), (cotangent, v, y) -> cotangent);
    }

    void operandItselfInsteadOfTheLambdas() {
        w.customGradient(v -> w.tanh(), (cotangent, v, y) -> cotangent);
    }

    void tooFewCotangents() {
        CustomGradient.of(List.of(x, w), in -> in.get(0).times(in.get(1)),
                (cotangent, in, y) -> List.of(cotangent.times(in.get(1))));
    }

    void cotangentThatIsNotSummed() {
        CustomGradient.of(List.of(x, w), in -> in.get(0).times(in.get(1)),
                (cotangent, in, y) -> List.of(cotangent.times(in.get(1)), cotangent.times(in.get(0))));
    }

    void cotangentOfAnotherDtype() {
        w.customGradient(Expr::tanh, (cotangent, v, y) -> cotangent.cast(FLOAT64));
    }

    void cotangentOutsideOfItsRule() {
        List<Expr> kept = new ArrayList<>();
        Expr y = w.customGradient(Expr::tanh, (cotangent, v, result) -> {
            kept.add(cotangent);
            return cotangent;
        });
        g.function("f").returns("y", y).returns("cotangent", kept.get(0).times(2));
        g.build();
    }

    void mistakeInARule() {
        x.customGradient(v -> v.tanh(), (cotangent, v, y) -> cotangent.matmul(v));
    }

    void derivativeOfWhatARuleIsGiven() {
        w.customGradient(Expr::tanh, (cotangent, v, y) -> y.gradient(v, cotangent));
    }

    void gradientPastTheOperands() {
        Expr h = w.exp();
        Expr y = h.customGradient(v -> v.plus(w.stopGradient()), (cotangent, v, result) -> cotangent);
        y.sum().gradient(x);
    }
}
