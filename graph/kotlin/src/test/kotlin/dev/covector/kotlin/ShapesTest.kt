package dev.covector.kotlin

import dev.covector.runtime.Dim
import dev.covector.runtime.Shape
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test

class ShapesTest {
    private val batch by dim()
    private val length by dim()

    @Test
    fun aDimensionIsCalledAsItsProperty() {
        assertEquals(Dim.of("batch"), batch)
    }

    @Test
    fun extentsGoInAnyOrder() {
        val heads = 4
        assertEquals("[batch,4,length,64]", shapeOf(batch, heads, length, 64).toString())
        assertEquals(Shape.of(28, 28), shapeOf(28, 28))
        assertEquals(Shape.scalar(), shapeOf())
        assertEquals(listOf(batch, Dim.of(28L)), shapeOf(batch, 28).let { listOf(it[0], it[-1]) })
    }

    @Test
    fun dimensionsHaveOperators() {
        val n = 3
        assertEquals("2*batch", (batch * 2).toString())
        val table =
            mapOf(
                batch + n to batch.plus(3L),
                batch - n to batch.plus(-3L),
                batch * n to batch.times(3L),
                n + batch to batch.plus(3L),
                n - batch to Dim.of(3L).minus(batch),
                n * batch to batch.times(3L),
                batch + length to batch.plus(length),
                (batch - 1) * length to batch.minus(Dim.of(1L)).times(length),
            )
        table.forEach { (kotlin, java) -> assertEquals(java, kotlin) }
    }

    @Test
    fun refusesWhatIsNoExtent() {
        val refused = assertThrows(IllegalArgumentException::class.java) { shapeOf(batch, 2L) }
        assertEquals("extent 1 is 2 of Long; it is an Int or a Dim", refused.message)
    }
}
