package dev.covector.example;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

/** Composites that must be refused, as {@link WrongPrograms}; composite-errors.txt has their messages. */
final class WrongComposites {
    private final GraphBuilder g = Graph.builder("wrong");
    private final Expr a = g.input("a", FLOAT32, Shape.of(Dim.of("batch"), 8));
    private final Expr b = g.input("b", FLOAT32, Shape.of(8, 4));
    private final Expr i = g.input("i", INT32, Shape.of(Dim.of("batch")));

    void einsumOfNothing() {
        Expr.einsum("->");
    }

    void einsumOfOneTooFew() {
        Expr.einsum("ij,jk->ik", a);
    }

    void einsumOfOtherRank() {
        Expr.einsum("ijk,jk->ik", a, b);
    }

    void einsumOfOtherExtents() {
        Expr.einsum("ij,kj->ik", a, b);
    }

    void einsumOfANameAgainstANumber() {
        Expr.einsum("ij,ij->ij", a, b);
    }

    void einsumOfADiagonalThatIsNone() {
        Expr.einsum("ii->i", b);
    }

    void einsumToWhatIsNotThere() {
        Expr.einsum("ij,jk->il", a, b);
    }

    void einsumToTheSameTwice() {
        Expr.einsum("ij,jk->ii", a, b);
    }

    void einsumWithTwoArrows() {
        Expr.einsum("ij->ji->ij", b);
    }

    void einsumWithDigits() {
        Expr.einsum("i1,1k->ik", a, b);
    }

    void einsumWithTwoDots() {
        Expr.einsum("..j->j", b);
    }

    void einsumThatLosesFurtherAxes() {
        Expr.einsum("...j,jk->k", a, b);
    }

    void einsumOfFurtherAxesThatDoNotBroadcast() {
        Expr.einsum("...j,j...->...", a, b);
    }

    void einsumOfTwoDtypes() {
        Expr.einsum("ij,jk->ik", a, b.cast(FLOAT64));
    }

    void triangleOfAVector() {
        b.sum(0).tril(0);
    }

    void normOfIntegers() {
        i.norm();
    }

    void varianceOfIntegers() {
        i.variance();
    }

    void logSumExpOfIntegers() {
        i.logSumExp();
    }

    void siluOfIntegers() {
        i.silu();
    }

    void clipToAFraction() {
        i.clip(0.5, 3);
    }

    void stdOverAnAxisTwice() {
        a.std(1, -1);
    }
}
