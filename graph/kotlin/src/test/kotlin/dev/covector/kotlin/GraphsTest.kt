package dev.covector.kotlin

import dev.covector.graph.Graph
import dev.covector.graph.nn.Initializers.normal
import dev.covector.graph.text.GraphText
import dev.covector.runtime.DType.FLOAT32
import dev.covector.runtime.Dim
import dev.covector.runtime.Shape
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** What is built in Kotlin is what Java's builder makes. */
class GraphsTest {
    private val batch = Dim.of("batch")

    @Test
    fun declarationsAreNamedAfterTheirProperties() {
        val inKotlin =
            graph("line") {
                val x by input(FLOAT32, batch, 3)
                val w by parameter(3, 2, normal(0.01))
                function("predict") { returns("y" to x.matmul(w)) }
            }

        val g = Graph.builder("line")
        val x = g.input("x", FLOAT32, Shape.of(batch, 3))
        val w = g.parameter("w", FLOAT32, Shape.of(3, 2), normal(0.01))
        g.function("predict").returns("y", x.matmul(w))

        assertEquals(GraphText.canonical(g.build()), GraphText.canonical(inKotlin))
    }
}
