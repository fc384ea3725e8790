package dev.covector.kotlin

import dev.covector.graph.Expr

// Expr has these operators for other expressions and for a Double on the right; here are all other
// numbers, and numbers on the left. A number takes the tensor's dtype, as it does in Java.

/**
 * Adds a number, which takes this dtype: `x + 1`.
 *
 * @throws dev.covector.graph.GraphException as all of these do, if the tensor is bool, or of an
 *   integer dtype that doesn't have the number
 */
public operator fun Expr.plus(number: Number): Expr = plus(scalar(number))

/** Subtracts a number, which takes this dtype: `x - 1`. */
public operator fun Expr.minus(number: Number): Expr = minus(scalar(number))

/** Multiplies by a number, which takes this dtype: `x * 2`. */
public operator fun Expr.times(number: Number): Expr = times(scalar(number))

/** Divides by a number, which takes this dtype: `x / 2`; of integers it truncates. */
public operator fun Expr.div(number: Number): Expr = div(scalar(number))

/**
 * Remainder of the division by a number, which takes this dtype: `x % 2`; it has the sign of `x`.
 */
public operator fun Expr.rem(number: Number): Expr = rem(scalar(number))

/** Adds a tensor to a number, which takes its dtype: `1 + x`, which is the same node as `x + 1`. */
public operator fun Number.plus(x: Expr): Expr = x.plus(x.scalar(this))

/** Subtracts a tensor from a number, which takes its dtype: `1 - x`. */
public operator fun Number.minus(x: Expr): Expr = x.scalar(this).minus(x)

/**
 * Multiplies a number, which takes the tensor's dtype: `2f * x`, which is the same node as `x *
 * 2f`.
 */
public operator fun Number.times(x: Expr): Expr = x.times(x.scalar(this))

/** Divides a number, which takes the tensor's dtype: `1 / x`; of integers it truncates. */
public operator fun Number.div(x: Expr): Expr = x.scalar(this).div(x)

/**
 * Remainder of a number, which takes the tensor's dtype: `7 % x`; it has the sign of the number.
 */
public operator fun Number.rem(x: Expr): Expr = x.scalar(this).rem(x)

/** Elementwise maximum with a number, which takes this dtype: `x.maximum(0)`; NaN wins. */
public fun Expr.maximum(number: Number): Expr = maximum(scalar(number))

/** Elementwise minimum with a number, which takes this dtype: `x.minimum(1)`; NaN wins. */
public fun Expr.minimum(number: Number): Expr = minimum(scalar(number))

/** min(max(x, [min]), [max]), for numbers that take this dtype: `x.clip(0, 1)`; NaN stays NaN. */
public fun Expr.clip(min: Number, max: Number): Expr = maximum(min).minimum(max)

/**
 * To the power of a number, which takes this dtype: `x.pow(3)`, for float32 and float64; as Java's
 * `Math.pow`.
 */
public fun Expr.pow(exponent: Number): Expr = pow(scalar(exponent))

/** max(x, 0), plus [slope] · min(x, 0); the derivative at 0 is the slope. */
public fun Expr.leakyRelu(slope: Number): Expr = leakyRelu(slope.toDouble())

/** x where it is positive, [alpha] · (exp(x) - 1) elsewhere; the derivative at 0 is alpha. */
public fun Expr.elu(alpha: Number): Expr = elu(alpha.toDouble())

/** Whether equal to a number, which takes this dtype, as bool. */
public fun Expr.eq(number: Number): Expr = eq(scalar(number))

/** Whether different from a number, which takes this dtype, as bool. */
public fun Expr.ne(number: Number): Expr = ne(scalar(number))

/** Whether less than a number, which takes this dtype, as bool. */
public fun Expr.lt(number: Number): Expr = lt(scalar(number))

/** Whether at most a number, which takes this dtype, as bool. */
public fun Expr.le(number: Number): Expr = le(scalar(number))

/** Whether greater than a number, which takes this dtype, as bool: `x.gt(0)`. */
public fun Expr.gt(number: Number): Expr = gt(scalar(number))

/** Whether at least a number, which takes this dtype, as bool. */
public fun Expr.ge(number: Number): Expr = ge(scalar(number))

private fun Expr.scalar(number: Number): Expr =
    when (number) {
        is Float,
        is Double -> constant(number.toDouble())
        is Int,
        is Long,
        is Short,
        is Byte -> constant(number.toLong())
        else ->
            throw builder()
                .error(
                    "a number next to a tensor is an Int, a Long, a Float or a Double, not ${described(number)}",
                    listOf(this),
                    "convert it, such as with toDouble()",
                )
    }
