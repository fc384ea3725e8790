package dev.covector.kotlin

import dev.covector.graph.Expr
import dev.covector.graph.GraphBuilder
import dev.covector.runtime.Dim
import kotlin.properties.ReadOnlyProperty
import kotlin.reflect.KProperty

/**
 * What a property declares under its own name: `val x by input(FLOAT32, batch, 784)` declares the
 * input `x`. It is declared where the property is, whether the property is ever read or not.
 * Without `by` nothing is declared: `val x = input(FLOAT32, batch, 784)` is no input yet, only
 * this.
 *
 * Parameters and layers that are properties of a [Layer] have its path in front of their name.
 */
public class Named<out T>
internal constructor(private val declare: (owner: Any?, name: String) -> T) {
    /** What Kotlin calls for `by`: declares it under the name of [property]. */
    public operator fun provideDelegate(
        owner: Any?,
        property: KProperty<*>,
    ): ReadOnlyProperty<Any?, T> {
        val value = declare(owner, property.name)
        return ReadOnlyProperty { _, _ -> value }
    }
}

/**
 * A layer of one's own, or a whole network: the parameters and layers that its properties declare
 * have names below [path].
 *
 * ```kotlin
 * class Encoder(g: GraphBuilder, override val path: String) : Layer {
 *     private val hidden by g.linear(784, 256)          // encoder.hidden.weight, encoder.hidden.bias
 *     private val scale by g.parameter(256, zeros())    // encoder.scale
 *
 *     operator fun invoke(x: Expr): Expr = hidden(x).relu() * scale
 * }
 *
 * val encoder by layer { Encoder(this, it) }
 * ```
 *
 * One that maps a value to a value may be a [Block][dev.covector.graph.nn.Block], too.
 */
public interface Layer {
    /**
     * What the names of its parameters begin with, such as `encoder`; set before they are declared.
     */
    public val path: String
}

/**
 * A dimension that only a call knows, named after the property; equal to any other of that name.
 *
 * ```kotlin
 * val batch by dim()
 * ```
 */
public fun dim(): Named<Dim> = named { name -> Dim.of(name) }

/**
 * This value under the name of the property, which dumps and messages use.
 *
 * ```kotlin
 * val logits by output(hidden(x)).named()
 * ```
 *
 * @throws dev.covector.graph.GraphException if it is an input or a parameter, which have names
 *   already
 */
public fun Expr.named(): Named<Expr> = named { name -> named(name) }

internal fun <T> named(declare: (name: String) -> T): Named<T> = Named { _, name -> declare(name) }

/** The same for what belongs to a layer if its property does. */
internal fun <T> GraphBuilder.atPath(declare: (path: String) -> T): Named<T> =
    Named { owner, name ->
        declare(if (owner is Layer) "${path(owner)}.$name" else name)
    }

private fun GraphBuilder.path(layer: Layer): String {
    // Null while the object is made, whatever its type says.
    val path: String? = layer.path
    return path
        ?: throw error(
            "${layer.javaClass.simpleName} has none yet for what its properties declare",
            emptyList(),
            "make it a parameter of the constructor: override val path: String",
        )
}
