package dev.covector.kotlin

import dev.covector.graph.Convolution
import dev.covector.graph.Expr
import dev.covector.graph.Graph
import dev.covector.graph.GraphBuilder
import dev.covector.graph.nn.Linear
import dev.covector.runtime.Call
import dev.covector.runtime.CompiledGraph
import dev.covector.runtime.DType
import dev.covector.runtime.Dim
import dev.covector.runtime.LoadReport
import dev.covector.runtime.MachineLimits
import dev.covector.runtime.Parameters
import dev.covector.runtime.PreparedCall
import dev.covector.runtime.Profile
import dev.covector.runtime.Results
import dev.covector.runtime.Session
import dev.covector.runtime.SessionOptions
import dev.covector.runtime.Shape
import dev.covector.runtime.Tensor
import dev.covector.runtime.Workers
import java.lang.reflect.Method
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
    private companion object {
        /** Methods without arguments that compute, copy, measure or begin something. */
        val DO_SOMETHING =
            setOf(
                "Tensor.item",
                "Tensor.toFloats",
                "Tensor.toDoubles",
                "Tensor.toInts",
                "Tensor.describe",
                "Parameters.toMap",
                "Session.profile",
                "Call.run",
                "PreparedCall.run",
                "Profile.limits",
                "Profile.table",
            )
    }

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
                .flatMap { it.methods.asList() }
                .filter {
                    Modifier.isStatic(it.modifiers) &&
                        it.parameterTypes.take(2) ==
                            listOf(GraphBuilder::class.java, String::class.java)
                }
        val kotlin =
            Class.forName("dev.covector.kotlin.LayersKt").methods.filter {
                it.returnType == Named::class.java && !it.isSynthetic && it.name != "layer"
            }
        fun layer(factory: Method) =
            factory.declaringClass.simpleName.replaceFirstChar(Char::lowercase)
        assertEquals(java.map(::layer).toSet(), kotlin.map { it.name }.toSet())
        // In Kotlin a layer is without a bias if that is null.
        assertEquals(setOf("of", "withoutBias"), java.map { it.name }.toSet())

        // Those with fewer parameters are Kotlin's defaults; a list of sizes is a number for each.
        val missing = java.filter { factory ->
            val wanted = factory.parameterTypes.drop(2).flatMap(::numbers)
            kotlin.none {
                it.name == layer(factory) && it.parameterTypes.drop(1).take(wanted.size) == wanted
            }
        }
        assertEquals(emptyList<Method>(), missing)
    }

    private fun numbers(type: Class<*>): List<Class<*>> =
        if (type == IntArray::class.java) List(2) { Int::class.java } else listOf(type)

    /**
     * A record's components, and what begins with get or is, are properties in Kotlin already. What
     * returns another of its own class is an operation. Nodes are for passes, which speak Java.
     */
    @Test
    fun whatJavaAsksForByMethodsIsAProperty() {
        val asked =
            listOf(
                    Expr::class.java,
                    Graph::class.java,
                    Graph.Parameter::class.java,
                    Graph.Update::class.java,
                    Graph.Function::class.java,
                    Convolution::class.java,
                    Shape::class.java,
                    Dim::class.java,
                    DType::class.java,
                    Tensor::class.java,
                    CompiledGraph::class.java,
                    Session::class.java,
                    SessionOptions::class.java,
                    Parameters::class.java,
                    Call::class.java,
                    PreparedCall::class.java,
                    Results::class.java,
                    LoadReport::class.java,
                    Workers::class.java,
                    Profile::class.java,
                    Profile.Kernel::class.java,
                    Profile.Line::class.java,
                    Profile.Function::class.java,
                    MachineLimits::class.java,
                )
                .plus(
                    namesInPackageOf(Linear::class.java).map {
                        Class.forName("${Linear::class.java.packageName}.$it")
                    }
                )
                .filter { Modifier.isPublic(it.modifiers) }
                .flatMap { owner ->
                    val components = owner.recordComponents.orEmpty().map { it.name }
                    owner.declaredMethods
                        .filter {
                            it.parameterCount == 0 &&
                                Modifier.isPublic(it.modifiers) &&
                                !Modifier.isStatic(it.modifiers) &&
                                !it.isSynthetic &&
                                it.returnType != Void.TYPE &&
                                it.returnType != owner
                        }
                        .map { it.name }
                        .filter { it !in components && !Regex("(is|get)[A-Z].*").matches(it) }
                        .filter { it !in setOf("toString", "hashCode") }
                        .map { "${owner.simpleName}.$it" }
                }
        val properties =
            Class.forName("dev.covector.kotlin.PropertiesKt")
                .methods
                .filter { Modifier.isStatic(it.modifiers) }
                .map {
                    "${it.parameterTypes[0].simpleName}.${it.name.drop(3).replaceFirstChar(Char::lowercase)}"
                }
        assertEquals(
            properties.toSortedSet(),
            (asked - DO_SOMETHING).toSortedSet(),
        )
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
