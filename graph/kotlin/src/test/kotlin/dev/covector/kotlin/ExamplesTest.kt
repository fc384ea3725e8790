package dev.covector.kotlin

import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.net.URLClassLoader
import java.nio.file.Path
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.readText
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** What documentation shows is compiled; the programs of README.md are also run. */
class ExamplesTest {
    @TempDir private lateinit var folder: Path

    @Test
    fun compileAndPrintWhatIsBelowThem() {
        val examples =
            Regex("(?s)<!-- file (\\w+)\\.kt -->\n```kotlin\n(.*?)```\n\n```text\n(.*?)```")
                .findAll(Path.of("README.md").readText())
                .map { it.destructured.toList() }
                .toList()
        assertEquals(listOf("Xor", "Highways", "Wrong"), examples.map { it[0] })
        val kotlinc = Kotlinc(folder)
        assertEquals(
            "",
            kotlinc.compile(
                examples.associate { (name, program, _) -> "$name.kt" to program } +
                    ("Documented.kt" to documented())
            ),
        )
        URLClassLoader(arrayOf(kotlinc.classes.toUri().toURL())).use { loader ->
            for ((name, _, output) in examples) {
                assertEquals(
                    output,
                    printed { loader.loadClass("${name}Kt").getMethod("main").invoke(null) },
                )
            }
        }
    }

    /** The examples of KDoc, each in a function in which the values that it speaks of are known. */
    private fun documented(): String {
        val examples =
            Path.of("src/main/kotlin/dev/covector/kotlin")
                .listDirectoryEntries("*.kt")
                .sorted()
                .flatMap { file ->
                    Regex("(?s)```kotlin\n(.*?)```").findAll(file.readText()).map { example ->
                        example.groupValues[1].lines().joinToString("\n") {
                            it.trimStart().removePrefix("*").removePrefix(" ")
                        }
                    }
                }
        assertTrue(examples.size >= 20, "only ${examples.size} examples were found")
        return CONTEXT.trimIndent() +
            examples.withIndex().joinToString("") { (i, example) ->
                "\n\nfun Context.example$i() {\n    graph(\"example\") {\n$example    }\n}"
            }
    }

    private fun printed(program: () -> Unit): String {
        val printed = ByteArrayOutputStream()
        val before = System.out
        System.setOut(PrintStream(printed, true))
        try {
            program()
        } finally {
            System.setOut(before)
        }
        return printed.toString()
    }

    private companion object {
        const val CONTEXT =
            """
            @file:Suppress("UNUSED_EXPRESSION", "UNUSED_VARIABLE", "unused", "UnusedExpression")

            import dev.covector.graph.*
            import dev.covector.graph.nn.*
            import dev.covector.graph.nn.Initializers.*
            import dev.covector.kotlin.*
            import dev.covector.runtime.*
            import dev.covector.runtime.DType.*

            class Context(
                val x: Expr, val loss: Expr, val w: Expr, val b: Expr, val tokens: Expr, val image: Expr,
                val query: Expr, val key: Expr, val value: Expr, val hidden: Linear, val output: Linear,
                val training: Training, val batch: Dim, val session: Session, val points: Tensor,
                val images: Tensor, val labels: Tensor, val batches: List<Pair<Tensor, Tensor>>,
            )
            """
    }
}
