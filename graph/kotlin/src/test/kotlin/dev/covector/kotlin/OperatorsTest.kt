package dev.covector.kotlin

import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.TestFactory

/** Operators are the calls that Java writes. */
class OperatorsTest {
    private val three = 3

    @TestFactory
    fun areCalls(): List<DynamicTest> =
        listOf(
                Form("x + y", { x + y }, { x.plus(y) }),
                Form("x - y", { x - y }, { x.minus(y) }),
                Form("x * y", { x * y }, { x.times(y) }),
                Form("x / y", { x / y }, { x.div(y) }),
                Form("x % y", { x % y }, { x.rem(y) }),
                Form("-x", { -x }, { x.unaryMinus() }),
                Form("!b", { !b }, { b.not() }),
                // Numbers of any type take the dtype of the tensor.
                Form("x + 1", { x + 1 }, { x.plus(1.0) }),
                Form("x + 1f", { x + 1f }, { x.plus(1.0) }),
                Form("x + 1.0", { x + 1.0 }, { x.plus(1.0) }),
                Form("x + 1L", { x + 1L }, { x.plus(1.0) }),
                Form("x - three", { x - three }, { x.minus(3.0) }),
                Form("x * 0.1f", { x * 0.1f }, { x.times(0.1) }),
                Form("d * 0.1f", { d * 0.1f }, { d.times(0.1f.toDouble()) }),
                Form("d * 0.1", { d * 0.1 }, { d.times(0.1) }),
                Form("i / 2", { i / 2 }, { i.div(2.0) }),
                Form("i % 2f", { i % 2f }, { i.rem(2.0) }),
                Form("l + 2", { l + 2 }, { l.plus(2.0) }),
                Form("x / Byte", { x / three.toByte() }, { x.div(3.0) }),
                Form("x % Short", { x % three.toShort() }, { x.rem(3.0) }),
                Form(
                    "l + (2^53 + 1)",
                    { l + 9007199254740993L },
                    { l.plus(l.constant(9007199254740993L)) },
                ),
                // On the left, too. What commutes is the same node either way.
                Form("1 + x", { 1 + x }, { x.plus(1.0) }),
                Form("2f * x", { 2f * x }, { x.times(2.0) }),
                Form("2.0 * x", { 2.0 * x }, { x.times(2.0) }),
                Form("2L * l", { 2L * l }, { l.times(2.0) }),
                Form("1 - x", { 1 - x }, { x.constant(1.0).minus(x) }),
                Form("1.5 - d", { 1.5 - d }, { d.constant(1.5).minus(d) }),
                Form("1f / x", { 1f / x }, { x.constant(1.0).div(x) }),
                Form("7 % i", { 7 % i }, { i.constant(7.0).rem(i) }),
                Form("7L / l", { 7L / l }, { l.constant(7L).div(l) }),
                Form(
                    "2f * x + 1 - y / 4",
                    { 2f * x + 1 - y / 4 },
                    { x.times(2.0).plus(1.0).minus(y.div(4.0)) },
                ),
                // What Java has for a number of type double.
                Form("x.maximum(0)", { x.maximum(0) }, { x.maximum(0.0) }),
                Form("x.minimum(1f)", { x.minimum(1f) }, { x.minimum(1.0) }),
                Form("x.clip(0, 1)", { x.clip(0, 1) }, { x.clip(0.0, 1.0) }),
                Form("x.pow(3)", { x.pow(3) }, { x.pow(3.0) }),
                Form("x.leakyRelu(0.5f)", { x.leakyRelu(0.5f) }, { x.leakyRelu(0.5) }),
                Form("x.elu(1)", { x.elu(1) }, { x.elu(1.0) }),
                Form("i.eq(1)", { i.eq(1) }, { i.eq(1.0) }),
                Form("i.ne(1)", { i.ne(1) }, { i.ne(1.0) }),
                Form("x.lt(0)", { x.lt(0) }, { x.lt(0.0) }),
                Form("x.le(0)", { x.le(0) }, { x.le(0.0) }),
                Form("x.gt(0f)", { x.gt(0f) }, { x.gt(0.0) }),
                Form("l.ge(0L)", { l.ge(0L) }, { l.ge(0.0) }),
            )
            .map(Form::test)
}
