package dev.covector.kotlin

import dev.covector.graph.GraphBuilder
import dev.covector.runtime.Dim
import dev.covector.runtime.Shape

/**
 * A shape of fixed and named extents in any order: `shapeOf(batch, 12, length, 64)`; a scalar's if
 * there are none.
 *
 * @param extents each an Int or a [Dim]
 * @throws IllegalArgumentException if one is of another type, or negative
 */
public fun shapeOf(vararg extents: Any): Shape {
    extents.forEachIndexed { axis, extent -> require(isExtent(extent)) { problem(axis, extent) } }
    return Shape.of(extents.map { extent -> extent as? Dim ?: Dim.of((extent as Int).toLong()) })
}

/** The same with errors of the graph, which say where, and what helps against a negative extent. */
internal fun GraphBuilder.shape(extents: Array<out Any>, hint: String): Shape {
    extents.forEachIndexed { axis, extent ->
        if (!isExtent(extent)) {
            throw error(problem(axis, extent), emptyList(), "")
        }
        if (extent is Int && extent < 0) {
            throw error("extent $axis is $extent, which is negative", emptyList(), hint)
        }
    }
    return shapeOf(*extents)
}

private fun isExtent(extent: Any) = extent is Int || extent is Dim

private fun problem(axis: Int, extent: Any) =
    "extent $axis is ${described(extent)}; it is an Int or a Dim"

/** A value of a type that was not wanted. */
internal fun described(value: Any): String {
    val type = value.javaClass.simpleName
    return if (value.javaClass.isArray) "of $type" else "$value of $type"
}

/**
 * The extent of an axis, counted from the end where negative: `x.shape[0]`.
 *
 * @throws IndexOutOfBoundsException if there is no such axis
 */
public operator fun Shape.get(axis: Int): Dim = dim(axis)

// Dim has these operators for other dimensions, and some for a Long on the right.

/** The sum with a number: `length + 1`. */
public operator fun Dim.plus(number: Int): Dim = plus(number.toLong())

/** The difference from a number: `length - 1`. */
public operator fun Dim.minus(number: Int): Dim = plus(-number.toLong())

/** The product with a number: `batch * 2`. */
public operator fun Dim.times(number: Int): Dim = times(number.toLong())

/** The sum with a number: `1 + length`. */
public operator fun Int.plus(dim: Dim): Dim = dim.plus(toLong())

/** The difference of a number and a dimension: `10 - length`. */
public operator fun Int.minus(dim: Dim): Dim = Dim.of(toLong()).minus(dim)

/** The product with a number: `2 * batch`. */
public operator fun Int.times(dim: Dim): Dim = dim.times(toLong())
