package dev.covector.kotlin

import java.nio.file.Path
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readText
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** What holds of all of the library's own code. */
class SourcesTest {
    private val sources: Map<String, String> =
        Path.of("src/main/kotlin/dev/covector/kotlin").listDirectoryEntries("*.kt").associate {
            it.name to it.readText()
        }

    /** A declaration, and what stands before it. */
    private val declaration =
        Regex("""(?m)^( *)public ((?:[a-z]+ )*)(class|interface|fun|val|typealias) ([^=({:\n]+)""")

    @Test
    fun allThatIsPublicIsDocumented() {
        var documented = 0
        for ((file, text) in sources) {
            for (match in declaration.findAll(text)) {
                val before = text.substring(0, match.range.first).trimEnd().lines()
                // Annotations stand between.
                val last = before.last { !it.trim().startsWith("@") }
                assertTrue(last.trim().endsWith("*/"), "$file: ${match.value} has no KDoc")
                documented++
            }
        }
        assertTrue(documented > 80, "only $documented public declarations were found")
    }

    /**
     * The lines of what is inlined are not those of the user's code, and the precedence of infix
     * calls deceives.
     */
    @Test
    fun nothingIsInlineOrInfix() {
        val found = sources.mapValues { (_, text) ->
            Regex("""\b(inline|infix|reified|crossinline|noinline|JvmInline)\b""")
                .findAll(withoutComments(text))
                .map { it.value }
                .toList()
        }
        assertEquals(sources.mapValues { emptyList<String>() }, found)
        assertTrue(sources.size > 5, "no sources were found")
    }

    private fun withoutComments(text: String) =
        text
            .replace(Regex("(?s)/\\*.*?\\*/"), "")
            .replace(Regex("//.*"), "")
            .replace(Regex("\"[^\"\n]*\""), "\"\"")
}
