package dev.covector.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

final class FormulaTest {
    private static final Dim B = Dim.of("b");
    private static final Dim C = Dim.of("c");

    @Test
    void evaluatesAsTheDimensionDoes() {
        for (Dim dim : List.of(Dim.of(0), Dim.of(-7), B, C, B.times(C).times(B).plus(5),
                B.minus(C).floorDiv(3),
                B.plus(31).floorDiv(32).times(C).minus(B), B.floorDiv(2).plus(C).floorDiv(5))) {
            Formula formula = dim.formula(List.of("c", "b"));
            for (long[] values : new long[][]{{0, 0}, {3, 100}, {100, 3}, {1_000_000, 2_000}}) {
                assertEquals(dim.evaluate(name -> values[name.equals("c") ? 0 : 1]), formula.evaluate(values),
                        () -> dim + " where c is " + values[0] + ", b is " + values[1]);
            }
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        Formula square = B.times(B).formula(List.of("b"));
        assertThrows(ArithmeticException.class, () -> square.evaluate(new long[]{1L << 32}));
    }

    @Test
    void refusesANameThatNothingBinds() {
        assertEquals("nothing binds the dimension c",
                assertThrows(IllegalArgumentException.class, () -> C.formula(List.of("b"))).getMessage());
    }
}
