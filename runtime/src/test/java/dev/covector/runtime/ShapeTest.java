package dev.covector.runtime;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ShapeTest {
    private final Dim batch = Dim.of("batch");

    @Test
    void eachWayToMakeOne() {
        assertEquals("[]", Shape.scalar().toString());
        assertEquals(Shape.scalar(), Shape.of());
        assertEquals("[2,3]", Shape.of(2, 3).toString());
        assertEquals("[batch,28,28]", Shape.of(batch, 28, 28).toString());
        assertEquals("[batch,batch+1,64]", Shape.of(batch, batch.plus(1), Dim.of(64)).toString());
        assertEquals(Shape.of(2, 3), Shape.of(List.of(Dim.of(2), Dim.of(3))));
    }

    @Test
    void whatItKnows() {
        Shape shape = Shape.of(batch, 28, 28);
        assertEquals(3, shape.rank());
        assertEquals(batch.times(784), shape.size());
        assertEquals(Dim.of(1), Shape.scalar().size());
        assertEquals(batch, shape.dim(0));
        assertEquals(Dim.of(28), shape.dim(-1));
        assertEquals(batch, shape.dim(-3));
        assertEquals(Set.of("batch"), shape.names());
        assertTrue(Shape.of(0, 3).isStatic());
        assertFalse(shape.isStatic());
        assertArrayEquals(new int[]{256, 28, 28}, shape.evaluate(name -> 256));
    }

    @Test
    void refusesWhatIsNone() {
        String message = "an extent can't be negative, got -1; what only a call knows has a name, such as "
                + "Dim.of(\"batch\")";
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, () -> Shape.of(3, -1)).getMessage());
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, () -> Shape.of(batch, -1)).getMessage());
        assertEquals(message, assertThrows(IllegalArgumentException.class,
                () -> Shape.of(List.of(Dim.of(-1)))).getMessage());
        assertEquals("axis 2 of the shape [3,4]",
                assertThrows(IndexOutOfBoundsException.class, () -> Shape.of(3, 4).dim(2)).getMessage());
        assertEquals("axis -1 of the shape []",
                assertThrows(IndexOutOfBoundsException.class, () -> Shape.scalar().dim(-1)).getMessage());
        assertThrows(ArithmeticException.class, () -> Shape.of(batch, 2).evaluate(name -> 1L << 31));
    }
}
