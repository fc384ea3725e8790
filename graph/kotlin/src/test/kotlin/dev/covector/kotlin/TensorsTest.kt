package dev.covector.kotlin

import dev.covector.runtime.DType
import dev.covector.runtime.Tensor
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Test

class TensorsTest {
    @Test
    fun arraysBecomeTensors() {
        val table =
            mapOf(
                floatArrayOf(1f, 2f, 3f, 4f, 5f, 6f).toTensor(3, 2) to
                    "f32[3,2] {1.0, 2.0, 3.0, 4.0, 5.0, 6.0}",
                floatArrayOf(1f, 2f).toTensor() to "f32[2] {1.0, 2.0}",
                floatArrayOf(1f).toTensor(1, 1) to "f32[1,1] {1.0}",
                doubleArrayOf(1.0, 2.0).toTensor(1, 2) to "f64[1,2] {1.0, 2.0}",
                intArrayOf(1, 2).toTensor(2, 1) to "i32[2,1] {1, 2}",
                longArrayOf(1, 2).toTensor() to "i64[2] {1, 2}",
                booleanArrayOf(true, false).toTensor() to "bool[2] {true, false}",
                arrayOf(floatArrayOf(1f, 2f), floatArrayOf(3f, 4f)).toTensor() to
                    "f32[2,2] {1.0, 2.0, 3.0, 4.0}",
                arrayOf(doubleArrayOf(1.0), doubleArrayOf(2.0)).toTensor() to "f64[2,1] {1.0, 2.0}",
                arrayOf(intArrayOf(1, 2, 3)).toTensor() to "i32[1,3] {1, 2, 3}",
                arrayOf(longArrayOf(1), longArrayOf(2)).toTensor() to "i64[2,1] {1, 2}",
                arrayOf<FloatArray>().toTensor() to "f32[0,0] {}",
            )
        table.forEach { (tensor, text) -> assertEquals(text, tensor.toString()) }
    }

    @Test
    fun tensorsBecomeArrays() {
        val rows = Tensor.of(floatArrayOf(0f, 1f, 2f, 3f, 4f, 5f), 3, 2).rows(1..2)
        assertArrayEquals(floatArrayOf(2f, 3f, 4f, 5f), rows.toFloatArray())
        assertArrayEquals(doubleArrayOf(2.0, 3.0, 4.0, 5.0), rows.toDoubleArray())
        assertArrayEquals(arrayOf(floatArrayOf(2f, 3f), floatArrayOf(4f, 5f)), rows.toFloatArrays())
        assertArrayEquals(
            arrayOf(doubleArrayOf(2.0, 3.0), doubleArrayOf(4.0, 5.0)),
            rows.toDoubleArrays(),
        )
        val ints = Tensor.of(intArrayOf(1, 2, 3, 4), 2, 2).rows(1..1)
        assertArrayEquals(intArrayOf(3, 4), ints.toIntArray())
        assertArrayEquals(arrayOf(intArrayOf(3, 4)), ints.toIntArrays())
        val longs = Tensor.of(longArrayOf(1, 2, 3, 4), 2, 2).rows(1..1)
        assertArrayEquals(longArrayOf(3, 4), longs.toLongArray())
        assertArrayEquals(arrayOf(longArrayOf(3, 4)), longs.toLongArrays())
        assertArrayEquals(
            booleanArrayOf(false),
            Tensor.of(booleanArrayOf(true, false), 2).rows(1..1).toBooleanArray(),
        )
    }

    @Test
    fun aTensorIsACopyOfItsArray() {
        val array = floatArrayOf(1f, 2f)
        val tensor = array.toTensor()
        array[0] = 5f
        assertEquals(1.0, tensor[0])
        tensor.toFloatArray()[0] = 5f
        assertEquals(1.0, tensor[0])
    }

    @Test
    fun elementsAndRowsAreTakenByIndex() {
        val tensor = intArrayOf(0, 1, 2, 3, 4, 5).toTensor(3, 2)
        assertEquals(3.0, tensor[1, 1])
        assertEquals(4.0, tensor[-1, -2])
        assertEquals("i32[2,2] {2, 3, 4, 5}", tensor.rows(1..<3).toString())
        assertEquals(
            listOf(DType.INT32, listOf(3, 2), 2, 6),
            listOf(tensor.dtype, tensor.shape.toList(), tensor.rank, tensor.size),
        )
    }

    @Test
    fun refusesWhatDoesNotFit() {
        val matrix = floatArrayOf(1f, 2f).toTensor(1, 2)
        val table =
            mapOf<String, () -> Any>(
                "the shape [2, 2] has 4 elements, the array has 6" to
                    {
                        floatArrayOf(1f, 2f, 3f, 4f, 5f, 6f).toTensor(2, 2)
                    },
                "row 1 has 1 elements, those before it have 2" to
                    {
                        arrayOf(floatArrayOf(1f, 2f), floatArrayOf(3f)).toTensor()
                    },
                "index 2 is outside axis 1 of f32[1,2]" to { matrix[0, 2] },
                "index -2 is outside axis 0 of f32[1,2]" to { matrix[-2, 0] },
                "index of rank 1 into f32[1,2]" to { matrix[0] },
                "wanted i64, this is f32[1,2]" to { matrix.toLongArray() },
                "wanted bool, this is f32[1,2]" to { matrix.toBooleanArray() },
                "wanted i32, this is f32[1,2]" to { matrix.toIntArrays() },
                "wanted a matrix, this is f32[2]" to { matrix.reshape(2).toFloatArrays() },
            )
        table.forEach { (message, wrong) ->
            assertEquals(message, assertThrows(RuntimeException::class.java) { wrong() }.message)
        }
    }
}
