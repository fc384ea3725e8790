package dev.covector.example;

import static dev.covector.runtime.DType.BOOL;
import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;
import static dev.covector.runtime.DType.INT64;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.Slice;
import dev.covector.graph.nn.Initializers;
import dev.covector.graph.nn.Linear;
import dev.covector.graph.nn.Losses;
import dev.covector.graph.nn.Sgd;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;
import java.util.List;

/**
 * Programs that must be refused, one a method; errors.txt has their messages. Outside the language's own packages, so
 * that the lines here are the user's. A line more or less moves the golden line numbers: re-record them.
 */
final class WrongPrograms {
    private final Dim batch = Dim.of("batch");
    private final GraphBuilder g = Graph.builder("wrong");
    private final Expr x = g.input("x", FLOAT32, Shape.of(batch, 784));
    private final Expr label = g.input("label", INT32, Shape.of(batch));
    private final Expr mask = g.input("mask", BOOL, Shape.of(batch, 784));
    private final Expr w = g.parameter("w", FLOAT32, Shape.of(784, 10), Initializers.zeros());

    void matmulOfOtherExtents() {
        Expr v = g.parameter("v", FLOAT32, Shape.of(128, 10), Initializers.zeros());
        x.matmul(v);
    }

    void matmulTheWrongWayRound() {
        Expr h = x.matmul(w).named("h");
        w.matmul(h);
    }

    void matmulWithAScalar() {
        x.matmul(g.constant(FLOAT32, 2));
    }

    void matmulOfOtherBatches() {
        Expr a = g.input("a", FLOAT32, Shape.of(3, 4, 5));
        Expr b = g.input("b", FLOAT32, Shape.of(2, 5, 6));
        a.matmul(b);
    }

    void matmulOfTwoDtypes() {
        x.matmul(g.input("d", FLOAT64, Shape.of(784, 10)));
    }

    void layerOfAnotherWidth() {
        Linear hidden = Linear.of(g, "hidden", 784, 256);
        Linear output = Linear.of(g, "output", 128, 10);
        output.invoke(hidden.invoke(x).relu());
    }

    void shapesThatDoNotBroadcast() {
        Expr bias = g.input("bias", FLOAT32, Shape.of(10));
        x.plus(bias);
    }

    void twoNamesForOneDimension() {
        x.minus(g.input("y", FLOAT32, Shape.of(Dim.of("rows"), 784)));
    }

    void aNameAgainstANumber() {
        x.times(g.input("y", FLOAT32, Shape.of(256, 1)));
    }

    void lossAgainstAColumn() {
        Expr loss = Losses.squared(x.matmul(w).sum(-1), g.input("target", FLOAT32, Shape.of(Dim.of("n"), 1)));
        loss.mean();
    }

    void dtypesThatDiffer() {
        x.plus(g.input("y", FLOAT64, Shape.of(batch, 784)));
    }

    void fractionOnIntegers() {
        label.times(0.5);
    }

    void tooLargeForAnInteger() {
        label.plus(3e9);
    }

    void numberOnBools() {
        mask.times(2);
    }

    void arithmeticOnBools() {
        mask.plus(mask);
    }

    void logicOnNumbers() {
        x.gt(0).and(x);
    }

    void orderOfBools() {
        mask.lt(mask);
    }

    void logarithmOfIntegers() {
        label.log();
    }

    void meanOfIntegers() {
        label.mean();
    }

    void conditionThatIsNoBool() {
        label.where(label, label);
    }

    void axisOutOfRange() {
        x.sum(2);
    }

    void axisTwice() {
        x.sum(1, -1);
    }

    void reshapeToOtherSize() {
        w.reshape(10, 783);
    }

    void reshapeThatDoesNotDivide() {
        w.reshape(-1, 11);
    }

    void reshapeOfABatch() {
        x.reshape(256, 784);
    }

    void reshapeWithTwoOpen() {
        x.reshape(-1, -1);
    }

    void broadcastToOther() {
        w.broadcastTo(Shape.of(784, 20));
    }

    void broadcastToFewer() {
        w.broadcastTo(Shape.of(784));
    }

    void transposeThatIsNone() {
        w.transpose(0, 0);
    }

    void squeezeOfMany() {
        x.squeeze(0);
    }

    void sliceOfUnknownLength() {
        x.get(Slice.to(100));
    }

    void sliceOfTooManyAxes() {
        x.get(0, 1, 2);
    }

    void sliceWithTwoEllipses() {
        x.get(Slice.ellipsis(), Slice.at(0), Slice.ellipsis());
    }

    void indexOutside() {
        x.get(Slice.all(), Slice.at(784));
    }

    void padAway() {
        w.pad(1, -6, -5, 0);
    }

    void padWithAFraction() {
        label.pad(0, 1, 0, 0.5);
    }

    void concatOfOtherExtents() {
        Expr.concat(1, w, x.slice(1, 0, 10));
    }

    void concatOfOtherRanks() {
        Expr.concat(0, label, label.expandDims(0));
    }

    void concatOfTwoDtypes() {
        Expr.concat(0, w, w.cast(FLOAT64));
    }

    void stackOfOtherShapes() {
        Expr.stack(0, w, w.transpose());
    }

    void splitThatDoesNotDivide() {
        w.split(0, 3);
    }

    void splitBySizesOfAnotherSum() {
        w.split(1, new int[]{5, 4});
    }

    void expandOutside() {
        x.expandDims(4);
    }

    void gatherByFractions() {
        w.gather(x, 0);
    }

    void scatterOfOtherShape() {
        w.scatterAdd(label, x, 0);
    }

    void contractingAxesThatDoNotPair() {
        x.dot(w, List.of(), List.of(), List.of(0, 1), List.of(0));
    }

    void oneHotOfFractions() {
        x.oneHot(10, FLOAT32);
    }

    void crossEntropyOverANamedDimension() {
        Losses.softmaxCrossEntropy(x.transpose(), g.input("row", INT32, Shape.of(784)));
    }

    void crossEntropyOfAScalar() {
        Losses.softmaxCrossEntropy(x.sum(), g.input("c", INT32, Shape.scalar()));
    }

    void crossEntropyWithFractionalLabels() {
        Losses.softmaxCrossEntropy(x.matmul(w), x.sum(-1));
    }

    void crossEntropyWithOneHotLabels() {
        Losses.softmaxCrossEntropy(x.matmul(w), g.input("labels", INT32, Shape.of(batch, 10)));
    }

    void gradientOfMany() {
        x.matmul(w).gradient(w);
    }

    void gradientThatIsNone() {
        Expr other = g.parameter("other", FLOAT32, Shape.of(3), Initializers.zeros());
        x.matmul(w).sum().gradient(other);
    }

    void gradientThroughArgmax() {
        x.matmul(w).argmax(-1).cast(FLOAT32).mean().gradient(w);
    }

    void gradientByIntegers() {
        label.cast(FLOAT32).mean().gradient(label);
    }

    void gradientOfIntegers() {
        label.sum().gradient(label);
    }

    void cotangentOfAnotherShape() {
        x.matmul(w).gradient(w, x);
    }

    void minimizeWhatIsNotReached() {
        Expr other = g.parameter("other", FLOAT32, Shape.of(3), Initializers.zeros());
        Sgd.of(0.1).minimize(x.matmul(w).mean(), w, other);
    }

    void updateOfAnInput() {
        g.function("f").updates(x, x.times(2));
    }

    void updateWithAnotherType() {
        g.function("f").updates(w, w.sum(0));
    }

    void updateTwice() {
        g.function("f").updates(w, w.times(2)).updates(w, w.times(3));
    }

    void twoInputsOfAName() {
        g.input("x", FLOAT32, Shape.of(3));
    }

    void twoParametersOfAPath() {
        Linear.of(g, "hidden", 784, 10);
        Linear.of(g, "hidden", 10, 10);
    }

    void twoFunctionsOfAName() {
        g.function("f").returns("y", x);
        g.function("f").returns("y", w);
    }

    void twoResultsOfAName() {
        g.function("f").returns("y", x).returns("y", w);
    }

    void nameThatIsNone() {
        g.input("my input", FLOAT32, Shape.of(3));
    }

    void resultNameThatIsNone() {
        g.function("f").returns("accuracy %", x);
    }

    void parameterOfAnUnknownExtent() {
        g.parameter("p", FLOAT32, Shape.of(batch), Initializers.zeros());
    }

    void initializerOfAnotherShape() {
        g.parameter("p", FLOAT32, Shape.of(3), (b, dtype, shape) -> b.constant(dtype, 1));
    }

    void initializerThatReadsAParameter() {
        g.parameter("p", FLOAT32, Shape.of(784, 10), (b, dtype, shape) -> w.plus(1));
        g.build();
    }

    void iotaAlongNoAxis() {
        g.iota(INT32, Shape.of(3), 1);
    }

    void randomIntegers() {
        g.randomNormal(INT32, Shape.of(3));
    }

    void operandOfAnotherGraph() {
        GraphBuilder other = Graph.builder("other");
        x.plus(other.input("y", FLOAT32, Shape.of(784)));
    }

    void dimensionThatNoInputHas() {
        g.function("noise").returns("y", g.randomNormal(FLOAT32, Shape.of(batch, 3)));
        g.build();
    }

    void dimensionThatIsOnlyPartOfAnother() {
        Expr pairs = g.input("pairs", FLOAT32, Shape.of(Dim.of("n").times(2), 3));
        g.function("f").returns("y", pairs.reshape(Shape.of(Dim.of("n"), Dim.of(2), Dim.of(3))));
        g.build();
    }

    void reciprocalOfIntegers() {
        label.reciprocal();
    }

    void bitsOfFractions() {
        x.and(x);
    }

    void bitsOfBoolsAndIntegers() {
        g.input("wide", BOOL, Shape.of(batch)).and(label);
    }

    void shiftOfFractions() {
        x.shl(2);
    }

    void shiftByAnotherDtype() {
        label.shr(g.input("bits", INT64, Shape.of(batch)));
    }

    void maskTooLargeForTheInteger() {
        label.and(0xFFFF_FFFFL);
    }

    void powerOfIntegers() {
        label.pow(2);
    }

    void powerOfTwoDtypes() {
        x.pow(x.cast(FLOAT64));
    }

    void angleOfIntegers() {
        label.atan2(label);
    }

    void roundingOfIntegers() {
        label.floor();
    }

    void finitenessOfIntegers() {
        label.isFinite();
    }

    void softplusOfBools() {
        mask.softplus();
    }

    void gradientThroughRounding() {
        x.matmul(w).round().mean().gradient(w);
    }

    void gradientThroughSign() {
        x.matmul(w).sign().mean().gradient(w);
    }

    void anyOfNumbers() {
        x.any(-1);
    }

    void productOfBools() {
        mask.prod();
    }

    void gradientThroughAll() {
        x.matmul(w).gt(0).all(-1).cast(FLOAT32).mean().gradient(w);
    }

    void cumulativeSumOfBools() {
        mask.cumsum(-1);
    }

    void randomBitsOfFractions() {
        g.randomBits(FLOAT32, Shape.of(3));
    }

    void probabilityOfMoreThanOne() {
        g.randomBernoulli(1.5, Shape.of(3));
    }
}
