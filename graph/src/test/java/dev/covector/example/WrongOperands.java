package dev.covector.example;

import static dev.covector.runtime.DType.BOOL;
import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;

import dev.covector.graph.Expr;
import dev.covector.graph.Graph;
import dev.covector.graph.GraphBuilder;
import dev.covector.graph.nn.Initializers;
import dev.covector.runtime.Dim;
import dev.covector.runtime.Shape;

/** What the methods that no other program here calls wrongly refuse, each called as its program; operand-errors.txt. */
final class WrongOperands {
    private final Dim batch = Dim.of("batch");
    private final GraphBuilder g = Graph.builder("wrong");
    private final Expr x = g.input("x", FLOAT32, Shape.of(batch, 784));
    private final Expr row = g.input("row", FLOAT32, Shape.of(10));
    private final Expr label = g.input("label", INT32, Shape.of(batch));
    private final Expr mask = g.input("mask", BOOL, Shape.of(batch, 784));
    private final Expr w = g.parameter("w", FLOAT32, Shape.of(784, 10), Initializers.zeros());

    void abs() {
        mask.abs();
    }

    void acos() {
        label.acos();
    }

    void all() {
        x.all();
    }

    void allKeepDims() {
        x.allKeepDims(0);
    }

    void anyKeepDims() {
        x.anyKeepDims(0);
    }

    void argmax() {
        x.argmax(2);
    }

    void argmin() {
        mask.argmin(0);
    }

    void asin() {
        label.asin();
    }

    void atan() {
        label.atan();
    }

    void ceil() {
        label.ceil();
    }

    void cos() {
        label.cos();
    }

    void cosh() {
        label.cosh();
    }

    void div() {
        x.div(row);
    }

    void elu() {
        label.elu(1);
    }

    void eq() {
        mask.eq(1);
    }

    void erf() {
        label.erf();
    }

    void exp() {
        label.exp();
    }

    void expm1() {
        label.expm1();
    }

    void flip() {
        x.flip(2);
    }

    void ge() {
        mask.ge(mask);
    }

    void gelu() {
        label.gelu();
    }

    void geluTanh() {
        mask.geluTanh();
    }

    void gradients() {
        x.matmul(w).sum().gradients(w, label);
    }

    void gt() {
        x.gt(label);
    }

    void hardSigmoid() {
        mask.hardSigmoid();
    }

    void isNaN() {
        label.isNaN();
    }

    void le() {
        label.le(0.5);
    }

    void leakyRelu() {
        mask.leakyRelu(0.1);
    }

    void log1p() {
        label.log1p();
    }

    void logSoftmax() {
        x.logSoftmax(2);
    }

    void max() {
        mask.max();
    }

    void maxKeepDims() {
        x.maxKeepDims(3);
    }

    void maximum() {
        mask.maximum(mask);
    }

    void meanKeepDims() {
        label.meanKeepDims(0);
    }

    void min() {
        mask.min();
    }

    void minKeepDims() {
        mask.minKeepDims(0);
    }

    void minimum() {
        x.minimum(label);
    }

    void ne() {
        x.ne(row);
    }

    void normL1() {
        x.normL1(0, 0);
    }

    void not() {
        x.not();
    }

    void or() {
        mask.or(1);
    }

    void outer() {
        x.outer(label);
    }

    void prodKeepDims() {
        mask.prodKeepDims(0);
    }

    void relu() {
        mask.relu();
    }

    void rem() {
        x.rem(mask);
    }

    void repeat() {
        x.repeat(2, 3);
    }

    void roll() {
        x.roll(2, 1);
    }

    void round() {
        label.round();
    }

    void rsqrt() {
        label.rsqrt();
    }

    void sigmoid() {
        label.sigmoid();
    }

    void sign() {
        mask.sign();
    }

    void sin() {
        label.sin();
    }

    void sinh() {
        label.sinh();
    }

    void slice() {
        w.slice(0, 0, 10, 0);
    }

    void softmax() {
        label.softmax(0);
    }

    void sqrt() {
        label.sqrt();
    }

    void square() {
        mask.square();
    }

    void sumKeepDims() {
        mask.sumKeepDims(0);
    }

    void tan() {
        label.tan();
    }

    void tanh() {
        label.tanh();
    }

    void tile() {
        x.tile(0, -1);
    }

    void triu() {
        label.triu(0);
    }

    void unaryMinus() {
        mask.unaryMinus();
    }

    void ushr() {
        x.ushr(x);
    }

    void xor() {
        mask.xor(x);
    }

    void constant() {
        g.constant(INT32, 0.5);
    }

    void constantTooLarge() {
        g.constant(INT32, 1L << 40);
    }

    void full() {
        g.full(INT32, Shape.of(3), 0.5);
    }

    void extent() {
        g.extent(BOOL, batch);
    }

    void named() {
        x.matmul(w).named("my logits");
    }

    void state() {
        g.state("w", FLOAT32, Shape.of(3), Initializers.zeros());
    }

    void randomUniform() {
        g.randomUniform(INT32, Shape.of(3));
    }

    void namedInput() {
        x.named("images");
    }

    void take() {
        x.take(x, 0);
    }
}
