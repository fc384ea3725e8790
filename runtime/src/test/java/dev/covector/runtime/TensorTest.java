package dev.covector.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class TensorTest {
    private final float[] data = {1, 2, 3, 4, 5, 6};
    private final Tensor x = Tensor.of(data, 3, 2);

    @Test
    void rowsAreAViewOfTheSameArray() {
        Tensor rows = x.rows(1, 3);
        assertEquals("f32[2,2] {3.0, 4.0, 5.0, 6.0}", rows.toString());
        assertSame(data, rows.array());
        assertEquals(2, rows.offset());
        data[2] = 30;
        assertEquals(30, rows.getDouble(0, 0));
        assertEquals("f32[1,2] {5.0, 6.0}", rows.rows(1, 2).toString());
        assertEquals("f32[0,2] {}", x.rows(3, 3).toString());
    }

    @Test
    void reshapeIsAView() {
        assertEquals("f32[2,3] {1.0, 2.0, 3.0, 4.0, 5.0, 6.0}", x.reshape(2, 3).toString());
        assertSame(data, x.reshape(6).array());
        assertEquals(5, x.rows(1, 3).reshape(4).getDouble(2));
    }

    @Test
    void aCopyHasAnArrayOfItsOwn() {
        Tensor copy = x.rows(1, 2).copy();
        assertNotSame(data, copy.array());
        assertArrayEquals(new float[]{3, 4}, (float[]) copy.array());
        assertEquals(0, copy.offset());
    }

    @Test
    void elementsOfEachType() {
        assertEquals(4, x.getDouble(1, 1));
        assertEquals(0.1, Tensor.scalar(0.1).item());
        assertEquals(7, Tensor.scalar(7).getLong());
        assertEquals(Long.MAX_VALUE, Tensor.of(new long[]{Long.MAX_VALUE}).getLong());
        assertEquals(1, Tensor.of(new boolean[]{false, true}, 2).getDouble(1));
        assertEquals(-2, Tensor.of(new double[]{-2.5}, 1).getLong(0));
        assertArrayEquals(new float[]{3, 4}, x.rows(1, 2).toFloats());
        assertArrayEquals(new double[]{3, 4}, x.rows(1, 2).toDoubles());
        assertArrayEquals(new int[]{2}, Tensor.of(new int[]{1, 2}, 2).rows(1, 2).toInts());
        assertEquals("bool[2] {false, false}", Tensor.zeros(DType.BOOL, 2).toString());
        assertEquals("i64[] {0}", Tensor.zeros(DType.INT64).toString());
        assertEquals("f64[2] {2.0, 3.0}", Tensor.view(new double[]{1, 2, 3, 4}, 1, 2).toString());
    }

    @Test
    void longTensorsPrintTheirStart() {
        assertEquals("i32[17] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, …}",
                Tensor.zeros(DType.INT32, 17).toString());
    }

    @Test
    void shapesAreNotShared() {
        int[] shape = {3, 2};
        Tensor y = Tensor.of(data, shape);
        shape[0] = 1;
        y.shape()[1] = 7;
        assertEquals("f32[3,2]", y.describe());
        assertEquals(2, y.dim(-1));
    }

    @Test
    void refusesWhatIsNoTensor() {
        assertRefused("shape [4, 2] has 8 elements, the array has 6 from offset 0",
                () -> Tensor.of(data, 4, 2));
        assertRefused("shape [6] has 6 elements, the array has 5 from offset 1",
                () -> Tensor.view(data, 1, 6));
        assertRefused("negative extent in shape [-1, 2]", () -> Tensor.of(data, -1, 2));
        assertRefused("negative extent in shape [-1]", () -> Tensor.zeros(DType.FLOAT32, -1));
        assertRefused("a tensor's array is float[], double[], int[], long[] or boolean[], not short[]",
                () -> Tensor.view(new short[3], 0, 3));
        assertRefused("a scalar has no rows", () -> Tensor.scalar(1f).rows(0, 1));
        assertRefused("can't view 6 elements as shape [4]", () -> x.reshape(4));
        assertRefused("can't view 6 elements as shape [4, 2]", () -> x.reshape(4, 2));
        assertRefused("index of rank 1 into f32[3,2]", () -> x.getDouble(1));
        assertThrows(IndexOutOfBoundsException.class, () -> x.rows(2, 4));
        assertThrows(IndexOutOfBoundsException.class, () -> x.getDouble(0, 2));
        assertEquals("axis 2 of f32[3,2]",
                assertThrows(IndexOutOfBoundsException.class, () -> x.dim(2)).getMessage());
        assertEquals("item() needs exactly one element, this is f32[3,2]",
                assertThrows(IllegalStateException.class, x::item).getMessage());
        assertEquals("wanted i32, this is f32[3,2]",
                assertThrows(IllegalStateException.class, x::toInts).getMessage());
    }

    private static void assertRefused(String message, Executable what) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, what).getMessage());
    }
}
