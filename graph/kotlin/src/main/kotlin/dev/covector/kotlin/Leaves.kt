package dev.covector.kotlin

import dev.covector.graph.Expr
import dev.covector.graph.GraphBuilder
import dev.covector.graph.Initializer
import dev.covector.runtime.DType
import dev.covector.runtime.Dim
import dev.covector.runtime.Shape

/**
 * Data that a call brings, named after the property.
 *
 * ```kotlin
 * val x by input(FLOAT32, batch, 784)
 * ```
 *
 * @throws dev.covector.graph.GraphException if there is an input of that name
 */
public fun GraphBuilder.input(dtype: DType, shape: Shape): Named<Expr> = named { name ->
    input(name, dtype, shape)
}

/** An [input] of fixed extents; a scalar if there are none. */
public fun GraphBuilder.input(dtype: DType, vararg extents: Int): Named<Expr> =
    input(dtype, Shape.of(*extents))

/** An [input] with one named axis before fixed ones, such as `input(FLOAT32, batch, 28, 28, 1)`. */
public fun GraphBuilder.input(dtype: DType, first: Dim, vararg rest: Int): Named<Expr> =
    input(dtype, Shape.of(first, *rest))

/** A parameter of the shape `[extent]`. */
public fun GraphBuilder.parameter(
    rows: Int,
    columns: Int,
    initializer: Initializer,
    dtype: DType = DType.FLOAT32,
): Named<Expr> = named { name -> parameter(name, dtype, Shape.of(rows, columns), initializer) }
