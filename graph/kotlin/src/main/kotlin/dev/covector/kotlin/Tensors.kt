package dev.covector.kotlin

import dev.covector.runtime.DType
import dev.covector.runtime.Tensor

// As elsewhere in Kotlin, to… copies. A tensor that shares an array is made by Tensor.of.

/**
 * A float32 tensor with a copy of these elements, in row-major order; a vector if no [shape] is
 * given.
 *
 * ```kotlin
 * val points = floatArrayOf(0f, 0f, 0f, 1f, 1f, 0f, 1f, 1f).toTensor(4, 2)
 * ```
 *
 * @throws IllegalArgumentException if the shape has another number of elements
 */
public fun FloatArray.toTensor(vararg shape: Int): Tensor =
    checked(Tensor.of(copyOf(), *shape.orVector(size)), size)

/** A float64 tensor with a copy of these elements, as that of a [FloatArray]. */
public fun DoubleArray.toTensor(vararg shape: Int): Tensor =
    checked(Tensor.of(copyOf(), *shape.orVector(size)), size)

/** An int32 tensor with a copy of these elements, as that of a [FloatArray]. */
public fun IntArray.toTensor(vararg shape: Int): Tensor =
    checked(Tensor.of(copyOf(), *shape.orVector(size)), size)

/** An int64 tensor with a copy of these elements, as that of a [FloatArray]. */
public fun LongArray.toTensor(vararg shape: Int): Tensor =
    checked(Tensor.of(copyOf(), *shape.orVector(size)), size)

/** A bool tensor with a copy of these elements, as that of a [FloatArray]. */
public fun BooleanArray.toTensor(vararg shape: Int): Tensor =
    checked(Tensor.of(copyOf(), *shape.orVector(size)), size)

/**
 * A float32 matrix, whose rows are copies of these.
 *
 * ```kotlin
 * val points = arrayOf(floatArrayOf(0f, 1f), floatArrayOf(1f, 0f)).toTensor()    // f32[2,2]
 * ```
 *
 * @throws IllegalArgumentException if the rows differ in length
 */
public fun Array<FloatArray>.toTensor(): Tensor {
    val columns = columns(map { row -> row.size })
    return Tensor.of(
        FloatArray(size * columns) { i -> this[i / columns][i % columns] },
        size,
        columns,
    )
}

/** A float64 matrix, whose rows are copies of these, as that of float arrays. */
public fun Array<DoubleArray>.toTensor(): Tensor {
    val columns = columns(map { row -> row.size })
    return Tensor.of(
        DoubleArray(size * columns) { i -> this[i / columns][i % columns] },
        size,
        columns,
    )
}

/** An int32 matrix, whose rows are copies of these, as that of float arrays. */
public fun Array<IntArray>.toTensor(): Tensor {
    val columns = columns(map { row -> row.size })
    return Tensor.of(
        IntArray(size * columns) { i -> this[i / columns][i % columns] },
        size,
        columns,
    )
}

/** An int64 matrix, whose rows are copies of these, as that of float arrays. */
public fun Array<LongArray>.toTensor(): Tensor {
    val columns = columns(map { row -> row.size })
    return Tensor.of(
        LongArray(size * columns) { i -> this[i / columns][i % columns] },
        size,
        columns,
    )
}

/**
 * A copy of the elements in row-major order.
 *
 * @throws IllegalStateException if this is not float32
 */
public fun Tensor.toFloatArray(): FloatArray = toFloats()

/** A copy of the elements in row-major order, converted where this is not float64. */
public fun Tensor.toDoubleArray(): DoubleArray = toDoubles()

/**
 * A copy of the elements in row-major order.
 *
 * @throws IllegalStateException if this is not int32
 */
public fun Tensor.toIntArray(): IntArray = toInts()

/**
 * A copy of the elements in row-major order.
 *
 * @throws IllegalStateException if this is not int64
 */
public fun Tensor.toLongArray(): LongArray {
    requireDtype(DType.INT64)
    return (array() as LongArray).copyOfRange(offset(), offset() + size())
}

/**
 * A copy of the elements in row-major order.
 *
 * @throws IllegalStateException if this is not bool
 */
public fun Tensor.toBooleanArray(): BooleanArray {
    requireDtype(DType.BOOL)
    return (array() as BooleanArray).copyOfRange(offset(), offset() + size())
}

/**
 * A copy of the rows of a matrix.
 *
 * @throws IllegalStateException if this is not a matrix of float32
 */
public fun Tensor.toFloatArrays(): Array<FloatArray> {
    requireMatrix()
    return Array(dim(0)) { row -> rows(row, row + 1).toFloats() }
}

/**
 * A copy of the rows of a matrix, converted where this is not float64.
 *
 * @throws IllegalStateException if this is not a matrix
 */
public fun Tensor.toDoubleArrays(): Array<DoubleArray> {
    requireMatrix()
    return Array(dim(0)) { row -> rows(row, row + 1).toDoubles() }
}

/**
 * A copy of the rows of a matrix.
 *
 * @throws IllegalStateException if this is not a matrix of int32
 */
public fun Tensor.toIntArrays(): Array<IntArray> {
    requireMatrix()
    return Array(dim(0)) { row -> rows(row, row + 1).toInts() }
}

/**
 * A copy of the rows of a matrix.
 *
 * @throws IllegalStateException if this is not a matrix of int64
 */
public fun Tensor.toLongArrays(): Array<LongArray> {
    requireMatrix()
    return Array(dim(0)) { row -> rows(row, row + 1).toLongArray() }
}

/**
 * The element at an index, one number for each axis, counted from the end where negative:
 * `tensor[2, 0]`, `tensor[-1, 0]`; a Double whatever the dtype, true as 1.
 *
 * @throws IndexOutOfBoundsException if it is outside an axis
 * @throws IllegalArgumentException if there are not as many numbers as axes
 */
public operator fun Tensor.get(vararg index: Int): Double {
    require(index.size == rank()) { "index of rank ${index.size} into ${describe()}" }
    return getDouble(*IntArray(index.size) { axis -> fromTheStart(index[axis], axis) })
}

private fun Tensor.fromTheStart(index: Int, axis: Int): Int {
    val extent = dim(axis)
    if (index < -extent || index >= extent) {
        throw IndexOutOfBoundsException("index $index is outside axis $axis of ${describe()}")
    }
    return if (index < 0) index + extent else index
}

/**
 * A view of these rows of axis 0: `images.rows(0..<256)`.
 *
 * @throws IndexOutOfBoundsException if there are no such rows
 */
public fun Tensor.rows(range: IntRange): Tensor = rows(range.first, Math.addExact(range.last, 1))

private fun IntArray.orVector(size: Int) = if (isEmpty()) intArrayOf(size) else this

private fun checked(tensor: Tensor, size: Int): Tensor {
    require(tensor.size() == size) {
        "the shape ${tensor.shape().contentToString()} has ${tensor.size()} elements, the array has $size"
    }
    return tensor
}

/** The extent that all rows have. */
private fun columns(sizes: List<Int>): Int {
    val columns = sizes.firstOrNull() ?: 0
    val other = sizes.indexOfFirst { it != columns }
    require(other < 0) { "row $other has ${sizes[other]} elements, those before it have $columns" }
    return columns
}

private fun Tensor.requireDtype(dtype: DType) {
    check(dtype() == dtype) { "wanted $dtype, this is ${describe()}" }
}

private fun Tensor.requireMatrix() {
    check(rank() == 2) { "wanted a matrix, this is ${describe()}" }
}
