package dev.covector.kotlin

import dev.covector.graph.Expr
import dev.covector.graph.Graph
import dev.covector.graph.GraphBuilder
import dev.covector.graph.text.GraphText
import dev.covector.runtime.DType.BOOL
import dev.covector.runtime.DType.FLOAT32
import dev.covector.runtime.DType.FLOAT64
import dev.covector.runtime.DType.INT32
import dev.covector.runtime.DType.INT64
import dev.covector.runtime.Dim
import dev.covector.runtime.Shape
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.DynamicTest.dynamicTest

/** What a form of Kotlin is applied to. */
internal class Operands(val g: GraphBuilder) {
    val x: Expr = g.input("x", FLOAT32, Shape.of(Dim.of("batch"), 12, 5))
    val y: Expr = g.input("y", FLOAT32, Shape.of(12, 5))
    val d: Expr = g.input("d", FLOAT64, Shape.of(3))
    val i: Expr = g.input("i", INT32, Shape.of(3))
    val l: Expr = g.input("l", INT64, Shape.of(3))
    val b: Expr = g.input("b", BOOL, Shape.of(3))
}

/** A form of Kotlin, and the calls of Java that it stands for. */
internal class Form(
    val name: String,
    val kotlin: Operands.() -> Expr,
    val java: Operands.() -> Expr,
) {
    fun test(): DynamicTest = dynamicTest(name) { assertEquals(text(java), text(kotlin)) }

    private fun text(form: Operands.() -> Expr): String {
        val g = Graph.builder("form")
        g.function("f").returns("result", Operands(g).form())
        return GraphText.canonical(g.build())
    }
}
