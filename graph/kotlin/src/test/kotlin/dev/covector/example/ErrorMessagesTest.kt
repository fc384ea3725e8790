package dev.covector.example

import dev.covector.graph.GraphException
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method
import java.lang.reflect.Modifier
import java.nio.file.Path
import kotlin.io.path.readText
import kotlin.io.path.writeText
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/**
 * Holds every message of wrong programs in Kotlin against a text file, word for word. To record
 * them anew after a change, run this with `-Dcovector.golden.record=true` and read the difference
 * as a user would.
 */
class ErrorMessagesTest {
    private val golden = Path.of("src/test/resources/dev/covector/example/errors.txt")
    private val programs =
        WrongPrograms::class
            .java
            .declaredMethods
            .filter { Modifier.isPublic(it.modifiers) && !it.isSynthetic }
            .sortedBy { it.name }

    @Test
    fun eachWrongProgramIsToldWhatIsWrong() {
        val text =
            programs.joinToString("\n") { program -> "# ${program.name}\n${messageOf(program)}\n" }
        if (java.lang.Boolean.getBoolean("covector.golden.record")) {
            golden.writeText(text)
        }
        assertEquals(golden.readText(), text)
    }

    /** What the library calls on the user's behalf is in no message. */
    @Test
    fun messagesNameTheLineOfTheProgram() {
        for (program in programs) {
            val message = messageOf(program)
            assertTrue(message.contains("\n  at WrongPrograms.kt:"), message)
        }
    }

    private fun messageOf(program: Method): String =
        try {
            program.invoke(WrongPrograms())
            "was not refused"
        } catch (e: InvocationTargetException) {
            val cause = checkNotNull(e.cause)
            // Any other exception is named: it has no line.
            if (cause is GraphException) cause.message.toString() else cause.toString()
        }
}
