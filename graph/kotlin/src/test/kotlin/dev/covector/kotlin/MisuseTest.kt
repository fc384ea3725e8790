package dev.covector.kotlin

import java.nio.file.Path
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/**
 * What Kotlin's compiler refuses: above all, that a function declares what belongs to the graph.
 */
class MisuseTest {
    @TempDir private lateinit var folder: Path

    @Test
    fun isToldLineByLine() {
        assertEquals(
            """
            val a = x plus x: 'infix' modifier is required on 'fun plus(other: Expr): Expr'.
            val b = x > 0: unresolved reference 'compareTo' on receiver of type 'Expr'.
            val y by input(FLOAT32): 'fun GraphBuilder.input(dtype: DType, vararg extents: Any): Named<Expr>' cannot be called
            val w by parameter(2, zeros()): 'fun GraphBuilder.parameter(extent: Int, initializer: Initializer, dtype: DType = ...): Named<Expr>' cannot be called
            val h by linear(2, 3): 'fun GraphBuilder.linear(inFeatures: Int, outFeatures: Int, weight: Initializer = ..., bias: Initializer = ...): Named<Linear>' cannot be called
            val c = constant(FLOAT32, 1.0): 'fun constant(dtype: DType, value: Double): Expr' cannot be called
            function("inner") {}: 'fun GraphBuilder.function(name: String, declare: FunctionBuilder.() -> Unit): Unit' cannot be called
            build(): 'fun build(): Graph' cannot be called
            """
                .trimIndent(),
            errors(
                """
                import dev.covector.graph.nn.Initializers.zeros
                import dev.covector.kotlin.*
                import dev.covector.runtime.DType.FLOAT32

                fun wrong() = graph("wrong") {
                    val x by input(FLOAT32)
                    val right = constant(FLOAT32, 1.0) + x
                    val a = x plus x
                    val b = x > 0
                    function("right") { returns("x" to x) }
                    function("outer") {
                        val y by input(FLOAT32)
                        val w by parameter(2, zeros())
                        val h by linear(2, 3)
                        val c = constant(FLOAT32, 1.0)
                        function("inner") {}
                        build()
                        returns("right" to right)
                        val d = this@graph.constant(FLOAT32, 1.0)
                    }
                }
                """
            ),
        )
    }

    /** Each refused line, and what is said of it up to where it would be that of any receiver. */
    private fun errors(program: String): String {
        val lines = program.trimIndent().lines()
        return ERROR.findAll(Kotlinc(folder).compile(mapOf("Program.kt" to program.trimIndent())))
            .joinToString("\n") { error ->
                val (number, message) = error.destructured
                "${lines[number.toInt() - 1].trim()}: ${message.substringBefore(" in this context")}"
            }
    }

    private companion object {
        val ERROR = Regex("Program\\.kt:(\\d+):\\d+: error: (.*)")
    }
}
