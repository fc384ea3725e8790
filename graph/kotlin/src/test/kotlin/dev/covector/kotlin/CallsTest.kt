package dev.covector.kotlin

import dev.covector.compiler.Compiler
import dev.covector.graph.nn.Initializers.zeros
import dev.covector.runtime.CallException
import dev.covector.runtime.DType.FLOAT32
import dev.covector.runtime.Tensor
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test

/** Calls in Kotlin are those of Java. */
class CallsTest {
    private val session =
        Compiler.compile(
                graph("line") {
                    val batch by dim()
                    val x by input(FLOAT32, batch, 2)
                    val y by input(FLOAT32, batch)
                    val w by parameter(2, zeros())
                    val error = x.matmul(w) - y
                    val loss = (error * error).mean()
                    function("train") {
                        returns("loss" to loss, "error" to error)
                        updates(w to w - 0.1 * loss.gradient(w))
                    }
                    function("predict") { returns("y" to x.matmul(w)) }
                }
            )
            .newSession(1)

    private val x = arrayOf(floatArrayOf(1f, 0f), floatArrayOf(0f, 2f)).toTensor()
    private val y = floatArrayOf(1f, 2f).toTensor()

    @Test
    fun aSessionIsCalledByTheFunctionsName() {
        val results = session("train", "x" to x, "y" to y)
        assertEquals(2.5f, results.scalar("loss"))
        assertArrayEquals(floatArrayOf(-1f, -2f), results["error"].toFloatArray())
        assertEquals(listOf("loss", "error"), results.names)
        assertArrayEquals(floatArrayOf(0.1f, 0.4f), session.parameters["w"].toFloatArray())
        val loss by results
        assertEquals(2.5, loss.item())
    }

    @Test
    fun aPreparedCallKeepsItsInputs() {
        val predict = session.prepare("predict")
        session.parameters["w"] = Tensor.of(floatArrayOf(2f, 3f), 2)
        val y by predict("x" to x)
        assertArrayEquals(floatArrayOf(2f, 6f), y.toFloatArray())
        session.parameters["w"] = Tensor.of(floatArrayOf(1f, 1f), 2)
        assertArrayEquals(floatArrayOf(1f, 2f), predict()["y"].toFloatArray())
        assertArrayEquals(floatArrayOf(1f, 2f), y.toFloatArray())
    }

    @Test
    fun whatIsCalledWrongIsRefusedAsInJava() {
        val table =
            mapOf<String, () -> Any>(
                "graph \"line\" has no function \"test\"; it has train, predict" to
                    {
                        session("test", "x" to x)
                    },
                "function \"predict\" has no input \"z\"; it has x" to
                    {
                        session("predict", "z" to x)
                    },
                "function \"predict\" has no result \"z\"; it has y" to
                    {
                        session("predict", "x" to x)["z"]
                    },
                "function \"predict\" has no result \"wrong\"; it has y" to
                    {
                        @Suppress("UNUSED_VARIABLE") val wrong by session("predict", "x" to x)
                    },
            )
        table.forEach { (message, wrong) ->
            assertEquals(message, assertThrows(CallException::class.java) { wrong() }.message)
        }
    }

    @Test
    fun whatIsAskedForByMethodsIsAPropertyToo() {
        val graph =
            graph("g") { function("f") { returns("y" to this@graph.constant(FLOAT32, 1.0)) } }
        val compiled = Compiler.compile(graph)
        assertEquals(
            listOf("g", "g", listOf("f"), listOf("f"), emptyList<String>()),
            listOf(
                graph.name,
                compiled.name,
                graph.functions.map { it.name },
                compiled.functionNames,
                graph.parameters,
            ),
        )
    }
}
