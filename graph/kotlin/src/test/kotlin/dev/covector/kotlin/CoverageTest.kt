package dev.covector.kotlin

import dev.covector.graph.Expr
import dev.covector.graph.GraphBuilder
import dev.covector.graph.nn.Linear
import java.lang.reflect.Modifier
import java.nio.file.FileSystems
import java.nio.file.Path
import kotlin.io.path.isDirectory
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.nameWithoutExtension
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Test

/** What Java's API has gained, Kotlin's has too. */
class CoverageTest {
    @Test
    fun whereJavaTakesADoubleKotlinTakesAnyNumber() {
        val java =
            Expr::class.java.methods.filter { method ->
                method.parameterCount > 0 && method.parameterTypes.all { it == Double::class.java }
            }
        val kotlin =
            operators()
                .filter { it.parameterTypes[0] == Expr::class.java }
                .map { it.name to it.parameterCount - 1 }
        // With a dtype of its own, a number needs no other form.
        assertEquals(
            java.map { it.name to it.parameterCount }.toSet() - setOf("constant" to 1),
            kotlin.toSet(),
        )
    }

    @Test
    fun whatHasAnOperatorHasItOnBothSides() {
        val arithmetic = setOf("plus", "minus", "times", "div", "rem")
        assertEquals(
            arithmetic,
            operators()
                .filter { it.parameterTypes[0] == Number::class.java }
                .map { it.name }
                .toSet(),
        )
    }

    @Test
    fun eachLayerWithParametersCanBeDeclared() {
        val java =
            namesInPackageOf(Linear::class.java)
                .map { Class.forName("${Linear::class.java.packageName}.$it") }
                .filter { layer ->
                    layer.methods.any {
                        Modifier.isStatic(it.modifiers) &&
                            it.name == "of" &&
                            it.parameterTypes.take(2) ==
                                listOf(GraphBuilder::class.java, String::class.java)
                    }
                }
                .map { it.simpleName.replaceFirstChar(Char::lowercase) }
        val kotlin =
            Class.forName("dev.covector.kotlin.LayersKt")
                .methods
                .filter { it.returnType == Named::class.java && !it.isSynthetic }
                .map { it.name }
        assertEquals(java.toSet(), kotlin.toSet() - "layer")
    }

    private fun operators() =
        Class.forName("dev.covector.kotlin.OperatorsKt").methods.filter {
            Modifier.isStatic(it.modifiers)
        }

    private fun namesInPackageOf(type: Class<*>): List<String> {
        val source = Path.of(type.protectionDomain.codeSource.location.toURI())
        val inside = type.packageName.replace('.', '/')
        fun names(folder: Path) =
            folder
                .listDirectoryEntries("*.class")
                .map { it.nameWithoutExtension }
                .filter { '$' !in it && '-' !in it }
        if (source.isDirectory()) {
            return names(source.resolve(inside))
        }
        return FileSystems.newFileSystem(source).use { jar -> names(jar.getPath(inside)) }
    }
}
