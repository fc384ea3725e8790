package dev.covector.kotlin

import dev.covector.graph.Expr
import dev.covector.graph.GraphBuilder
import dev.covector.graph.Initializer
import dev.covector.runtime.DType
import dev.covector.runtime.DType.FLOAT32
import dev.covector.runtime.Shape

/**
 * Data that a call brings, named after the property.
 *
 * ```kotlin
 * val x by input(FLOAT32, batch, 784)
 * val rate by input(FLOAT32)              // a scalar
 * ```
 *
 * @param extents each an Int or a [Dim][dev.covector.runtime.Dim], as [shapeOf] takes them; none
 *   for a scalar
 * @throws dev.covector.graph.GraphException if there is an input of that name, or an extent is of
 *   another type
 */
public fun GraphBuilder.input(dtype: DType, vararg extents: Any): Named<Expr> =
    input(dtype, shape(extents, "what only a call knows has a name: val batch by dim()"))

/**
 * Data that a call brings, named after the property: `val y by input(INT32, x.shape)`.
 *
 * @throws dev.covector.graph.GraphException if there is an input of that name
 */
public fun GraphBuilder.input(dtype: DType, shape: Shape): Named<Expr> = named { name ->
    input(name, dtype, shape)
}

/**
 * A value that a session keeps, named after the property; optimisers take it unless told otherwise.
 *
 * ```kotlin
 * val w by parameter(784, 256, normal(0.01))
 * val b by parameter(256, zeros())
 * ```
 *
 * @param shape of fixed extents
 * @throws dev.covector.graph.GraphException if there is a parameter of that path, or the shape has
 *   a named dimension
 */
public fun GraphBuilder.parameter(
    shape: Shape,
    initializer: Initializer,
    dtype: DType = FLOAT32,
): Named<Expr> = atPath { path -> parameter(path, dtype, shape, initializer) }

/** A [parameter] that is a scalar. */
public fun GraphBuilder.parameter(initializer: Initializer, dtype: DType = FLOAT32): Named<Expr> =
    parameter(Shape.scalar(), initializer, dtype)

/** A [parameter] that is a vector. */
public fun GraphBuilder.parameter(
    extent: Int,
    initializer: Initializer,
    dtype: DType = FLOAT32,
): Named<Expr> = parameter(fixed(extent), initializer, dtype)

/** A [parameter] that is a matrix. */
public fun GraphBuilder.parameter(
    rows: Int,
    columns: Int,
    initializer: Initializer,
    dtype: DType = FLOAT32,
): Named<Expr> = parameter(fixed(rows, columns), initializer, dtype)

/** A [parameter] of three axes. */
public fun GraphBuilder.parameter(
    first: Int,
    second: Int,
    third: Int,
    initializer: Initializer,
    dtype: DType = FLOAT32,
): Named<Expr> = parameter(fixed(first, second, third), initializer, dtype)

/** A [parameter] of four axes, such as a kernel `[height, width, channels, outputs]`. */
public fun GraphBuilder.parameter(
    first: Int,
    second: Int,
    third: Int,
    fourth: Int,
    initializer: Initializer,
    dtype: DType = FLOAT32,
): Named<Expr> = parameter(fixed(first, second, third, fourth), initializer, dtype)

/**
 * A parameter that optimisers leave alone, such as a running average, named after the property.
 *
 * ```kotlin
 * val mean by state(x.shape, zeros())
 * ```
 *
 * @param shape of fixed extents
 * @throws dev.covector.graph.GraphException if there is a parameter of that path, or the shape has
 *   a named dimension
 */
public fun GraphBuilder.state(
    shape: Shape,
    initializer: Initializer,
    dtype: DType = FLOAT32,
): Named<Expr> = atPath { path -> state(path, dtype, shape, initializer) }

/** A [state] that is a scalar, such as a counter: `val steps by state(zeros(), INT64)`. */
public fun GraphBuilder.state(initializer: Initializer, dtype: DType = FLOAT32): Named<Expr> =
    state(Shape.scalar(), initializer, dtype)

/** A [state] that is a vector. */
public fun GraphBuilder.state(
    extent: Int,
    initializer: Initializer,
    dtype: DType = FLOAT32,
): Named<Expr> = state(fixed(extent), initializer, dtype)

private fun GraphBuilder.fixed(vararg extents: Int): Shape =
    shape(extents.toTypedArray(), "a parameter's extents are fixed, from 0 on")
