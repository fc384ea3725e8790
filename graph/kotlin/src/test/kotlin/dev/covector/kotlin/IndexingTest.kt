package dev.covector.kotlin

import dev.covector.graph.Expr
import dev.covector.graph.Slice
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.TestFactory

/** Indices are slices, whose conventions are NumPy's. `y` is `[12,5]`, `x` is `[batch,12,5]`. */
class IndexingTest {
    @TestFactory
    fun indicesAreSlices(): List<DynamicTest> =
        listOf(
                form("y[3]", { y[3] }, Slice.at(3)),
                form("y[-1, 2]", { y[-1, 2] }, Slice.at(-1), Slice.at(2)),
                form("y[0..<10, 3]", { y[0..<10, 3] }, Slice.range(0, 10), Slice.at(3)),
                form("y[0..9]", { y[0..9] }, Slice.range(0, 10)),
                form("y[2 until 4]", { y[2 until 4] }, Slice.range(2, 4)),
                form("y[ALL, 1]", { y[ALL, 1] }, Slice.all(), Slice.at(1)),
                form("y[ALL, 1..2]", { y[ALL, 1..2] }, Slice.all(), Slice.range(1, 3)),
                form("y[ALL]", { y[ALL] }, Slice.all()),
                form("y[ELLIPSIS, 0]", { y[ELLIPSIS, 0] }, Slice.ellipsis(), Slice.at(0)),
                form(
                    "y[NEW_AXIS, 0..1]",
                    { y[NEW_AXIS, 0..1] },
                    Slice.newAxis(),
                    Slice.range(0, 2),
                ),
                form(
                    "y[Slice.from(2), 1..3]",
                    { y[Slice.from(2), 1..3] },
                    Slice.from(2),
                    Slice.range(1, 4),
                ),
                // More than there are, and none.
                form("y[5..100]", { y[5..100] }, Slice.range(5, 101)),
                form("y[5..Int.MAX_VALUE]", { y[5..Int.MAX_VALUE] }, Slice.from(5)),
                form("y[5..<5]", { y[5..<5] }, Slice.range(5, 5)),
                form("y[5..<3]", { y[5..<3] }, Slice.range(5, 3)),
                // From the end.
                form("y[-3..-1]", { y[-3..-1] }, Slice.from(-3)),
                form("y[-3..<0]", { y[-3..<0] }, Slice.from(-3)),
                form("y[-3..<-1]", { y[-3..<-1] }, Slice.range(-3, -1)),
                form("y[1..<-1]", { y[1..<-1] }, Slice.range(1, -1)),
                form("y[1..-2]", { y[1..-2] }, Slice.range(1, -1)),
                // Kotlin's progressions end with their last element.
                form("y[0..<10 step 2]", { y[0..<10 step 2] }, Slice.range(0, 9).step(2)),
                form("y[1..11 step 5]", { y[1..11 step 5] }, Slice.range(1, 12).step(5)),
                form("y[-7..-1 step 3]", { y[-7..-1 step 3] }, Slice.from(-7).step(3)),
                form("y[1..<-1 step 2]", { y[1..<-1 step 2] }, Slice.range(1, -1).step(2)),
                form("y[ALL.step(-1)]", { y[ALL.step(-1)] }, Slice.all().step(-1)),
                form("y[9 downTo 0]", { y[9 downTo 0] }, Slice.from(9).step(-1)),
                form("y[9 downTo 3]", { y[9 downTo 3] }, Slice.range(9, 2).step(-1)),
                form("y[9 downTo 3 step 4]", { y[9 downTo 3 step 4] }, Slice.range(9, 4).step(-4)),
                form("y[-1 downTo -4]", { y[-1 downTo -4] }, Slice.range(-1, -5).step(-1)),
                form("y[-1 downTo 0]", { y[-1 downTo 0] }, Slice.from(-1).step(-1)),
                form("y[(0..4).reversed()]", { y[(0..4).reversed()] }, Slice.from(4).step(-1)),
                // Of a named extent.
                Form(
                    "x[1..-1 + ...]",
                    { x[Slice.to(-1), 0..1] },
                    { x.get(Slice.to(-1), Slice.range(0, 2)) },
                ),
                Form("x[-1]", { x[-1] }, { x.get(Slice.at(-1)) }),
            )
            .map(Form::test)

    private fun form(name: String, kotlin: Operands.() -> Expr, vararg java: Slice) =
        Form(name, kotlin) { y.get(*java) }
}
