package dev.covector.example;

import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

/** Sorting that must be refused, as {@link WrongPrograms}; sorting-errors.txt has the messages. */
final class WrongSorting {
    private final GraphBuilder g = Graph.builder("wrong");
    private final Expr a = g.input("a", FLOAT32, Shape.of(Dim.of("batch"), 8));
    private final Expr i = g.input("i", INT32, Shape.of(Dim.of("batch")));

    void argSortOfAnAxisThatIsNotThere() {
        a.argSort(2);
    }

    void sortOfANumber() {
        a.sum().sort(-1);
    }

    void topOfMoreThanThereAre() {
        a.topK(9, -1);
    }

    void topOfFewerThanNone() {
        a.topK(-1, 0);
    }

    void takenByIndicesOfOtherRank() {
        a.takeAlongAxis(i, 1);
    }

    void takenByIndicesOfOtherExtents() {
        a.takeAlongAxis(g.iota(INT32, Shape.of(5, 2), 0), 1);
    }

    void takenByNumbersThatAreNoIndices() {
        a.takeAlongAxis(a, 1);
    }

    void derivativeOfTheOrder() {
        a.argSort(1).cast(FLOAT32).sum().gradient(a);
    }
}
