package dev.covector.kotlin

import dev.covector.graph.Expr
import dev.covector.graph.Slice

/** A whole axis, NumPy's `:`. `ALL.step(-1)` is the whole axis backwards, `::-1`. */
public val ALL: Slice = Slice.all()

/** As many whole axes as no other index speaks of, NumPy's `...`. */
public val ELLIPSIS: Slice = Slice.ellipsis()

/** A new axis of extent 1, NumPy's `None`. */
public val NEW_AXIS: Slice = Slice.newAxis()

/**
 * NumPy's `x[...]`: an index for each axis, from the first on; axes that are not spoken of are
 * taken whole.
 *
 * |index                        |of its axis takes                                                    |
 * |-----------------------------|---------------------------------------------------------------------|
 * |`3`, `-1`                    |one element, counted from the end where negative; the axis disappears|
 * |`0..<10`, `0..9`             |these, the last one included where the range includes it             |
 * |`0..<10 step 2`              |every second of them                                                 |
 * |`9 downTo 0`                 |these, backwards                                                     |
 * |`-3..-1`, `1..<-1`           |the last three; all but the first and the last                       |
 * |[ALL], [ELLIPSIS], [NEW_AXIS]|`:`, `...` and `None`                                                |
 * |any [Slice]                  |what Java's `get` takes: `Slice.from(2)`, `Slice.to(-1)`             |
 *
 * Bounds beyond a fixed extent are as good as its ends. A range from the end of the axis to its
 * beginning, such as `-3..3`, is refused, as is one up to -1 from the beginning: Kotlin makes
 * `0..<0` and `0..-1` the same range, of which one takes nothing and the other everything.
 *
 * ```kotlin
 * x[0..<10, 3]
 * x[ALL, 1]
 * x[ELLIPSIS, 0..<10 step 2]
 * ```
 *
 * @throws dev.covector.graph.GraphException if an index is none of these, or is outside its axis,
 *   or there are more than axes
 */
public operator fun Expr.get(vararg index: Any): Expr =
    get(*Array(index.size) { axis -> slice(axis, index[axis]) })

private fun Expr.slice(axis: Int, index: Any): Slice =
    when (index) {
        is Int -> Slice.at(index)
        is IntProgression -> slice(axis, index)
        is Slice -> index
        else -> {
            val hint =
                when (index) {
                    is Expr -> "gather takes what a tensor of indices says, where chooses by bools"
                    is IntArray,
                    is List<*> -> "gather takes what a tensor of indices says, such as a constant"
                    is Long,
                    is LongProgression -> "indices are Ints"
                    else ->
                        "it is an Int, a range such as 0..<10, ALL, ELLIPSIS, NEW_AXIS or a Slice"
                }
            throw builder()
                .error("index $axis is ${described(index)}, which is no index", listOf(this), hint)
        }
    }

private fun Expr.slice(axis: Int, range: IntProgression): Slice {
    val first = range.first
    val last = range.last
    val one = if (range.step < 0) -1 else 1
    if (one * first < one * last && (first < 0) != (last < 0)) {
        val step = if (range.step == 1) "" else ".step(${range.step})"
        throw builder()
            .error(
                "index $axis, $range, goes past an end of the axis",
                listOf(this),
                "Slice.range($first, ${last + one})$step has bounds as NumPy's",
            )
    }
    if (one > 0 && first >= 0 && last == -1) {
        throw builder()
            .error(
                "index $axis, $range, is nothing if its end was given as ..<0, and all the rest if it was ..-1",
                listOf(this),
                "Slice.range($first, 0) is nothing, Slice.from($first) the rest",
            )
    }
    // NumPy's stop is one farther, for which at the very end there is no number.
    val toTheEnd = if (one < 0) last == 0 else last == -1 || last == Int.MAX_VALUE
    return (if (toTheEnd) Slice.from(first) else Slice.range(first, last + one)).step(range.step)
}
