package dev.covector.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DimTest {
    private static final Dim N = Dim.of("n");
    private static final Dim M = Dim.of("m");

    /** A dimension, its text, and its value for n = 5, m = 3. */
    static Stream<Arguments> algebra() {
        return Stream.of(Arguments.of(Dim.of(784), "784", 784),
                Arguments.of(Dim.of(0), "0", 0),
                Arguments.of(N, "n", 5),
                Arguments.of(N.plus(N), "2*n", 10),
                Arguments.of(N.minus(N), "0", 0),
                Arguments.of(N.plus(1).minus(M), "-m+n+1", 3),
                Arguments.of(N.times(0), "0", 0),
                Arguments.of(N.times(28).times(28), "784*n", 3920),
                Arguments.of(M.times(N), "m*n", 15),
                Arguments.of(N.times(M), "m*n", 15),
                Arguments.of(N.plus(1).times(N.plus(-1)), "n*n-1", 24),
                Arguments.of(N.plus(M).times(N.plus(M)), "m*m+2*m*n+n*n", 64),
                Arguments.of(N.times(-1), "-n", -5),
                Arguments.of(Dim.of(7).floorDiv(2), "3", 3),
                Arguments.of(Dim.of(-7).floorDiv(2), "-4", -4),
                Arguments.of(N.floorDiv(1), "n", 5),
                Arguments.of(N.floorDiv(2), "floordiv(n,2)", 2),
                Arguments.of(N.times(4).floorDiv(2), "2*n", 10),
                Arguments.of(N.times(64).plus(33).floorDiv(32), "2*n+1", 11),
                Arguments.of(N.times(3).plus(5).floorDiv(2), "floordiv(n+1,2)+n+2", 10),
                Arguments.of(N.plus(-3).floorDiv(2), "floordiv(n+1,2)-2", 1),
                Arguments.of(N.plus(31).floorDiv(32), "floordiv(n+31,32)", 1),
                Arguments.of(N.ceilDiv(32), "floordiv(n+31,32)", 1),
                Arguments.of(N.times(32).ceilDiv(32), "n", 5),
                Arguments.of(N.floorDiv(2).plus(1).times(M), "floordiv(n,2)*m+m", 9),
                Arguments.of(N.floorDiv(2).floorDiv(2), "floordiv(floordiv(n,2),2)", 1));
    }

    @ParameterizedTest
    @MethodSource("algebra")
    void printsCanonicallyAndEvaluates(Dim dim, String text, long value) {
        assertEquals(text, dim.toString());
        assertEquals(value, dim.evaluate(name -> name.equals("n") ? 5 : 3));
    }

    /** What floor division takes out of the fraction must not change the value, for negative numbers either. */
    @Test
    void floorDivisionIsExactForAllSmallPolynomials() {
        for (int factor = -7; factor <= 7; factor++) {
            for (int constant = -7; constant <= 7; constant++) {
                for (int divisor = 1; divisor <= 5; divisor++) {
                    Dim quotient = N.times(factor).plus(constant).floorDiv(divisor);
                    for (long n = 0; n < 12; n++) {
                        long bound = n;
                        assertEquals(Math.floorDiv(factor * n + constant, (long) divisor),
                                quotient.evaluate(name -> bound), quotient + " at n = " + n);
                    }
                }
            }
        }
    }

    @Test
    void equalByAlgebraIsEqual() {
        assertEquals(N.times(784), N.times(28).times(28));
        assertEquals(N.times(784).hashCode(), N.times(28).times(28).hashCode());
        assertEquals(N.times(N).plus(N), N.plus(1).times(N));
        assertEquals(N.plus(33).floorDiv(32), N.plus(1).floorDiv(32).plus(1));
        assertEquals(Dim.of("n"), N);
        assertNotEquals(M, N);
        assertNotEquals(N.floorDiv(2).times(2), N);
    }

    /** Dividend, divisor, quotient or null where there may be a remainder. */
    static Stream<Arguments> divisions() {
        return Stream.of(Arguments.of(N.times(784), Dim.of(28), "28*n"),
                Arguments.of(N.times(784), N, "784"),
                Arguments.of(N.times(M).times(6), N.times(2), "3*m"),
                Arguments.of(N.times(4).plus(6), Dim.of(2), "2*n+3"),
                Arguments.of(N.plus(1), N.plus(1), "1"),
                Arguments.of(Dim.of(0), Dim.of(3), "0"),
                Arguments.of(Dim.of(10), Dim.of(3), null),
                Arguments.of(N, Dim.of(2), null),
                Arguments.of(N.times(4).plus(3), Dim.of(2), null),
                Arguments.of(N, M, null),
                Arguments.of(N, Dim.of(0), null),
                Arguments.of(Dim.of(0), Dim.of(0), null),
                Arguments.of(N.times(2).plus(2), N.plus(1), null));
    }

    @ParameterizedTest
    @MethodSource("divisions")
    void dividesExactlyOrNotAtAll(Dim dividend, Dim divisor, @Nullable String quotient) {
        Dim actual = dividend.dividedExactlyBy(divisor);
        if (quotient == null) {
            assertNull(actual);
        } else {
            assertEquals(quotient, String.valueOf(actual));
        }
    }

    @Test
    void tellsWhatItIs() {
        assertTrue(N.isName() && !N.isConstant());
        assertFalse(
                N.times(2).isName() || N.plus(1).isName() || N.floorDiv(2).isName() || Dim.of(3).isName());
        assertTrue(Dim.of(3).isConstant() && Dim.of(3).isExactly(3) && !Dim.of(3).isExactly(4)
                && !N.isExactly(3));
        assertEquals(Set.of("m", "n"), N.plus(1).floorDiv(3).times(M).names());
        assertEquals("the dimension n is only known at a call",
                assertThrows(IllegalStateException.class, N::value).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2n", "a b", "a-b", "a.b", "floordiv"})
    void namesAreIdentifiers(String name) {
        assertThrows(IllegalArgumentException.class, () -> Dim.of(name));
    }

    @Test
    void neverWrapsAround() {
        Dim large = Dim.of(Long.MAX_VALUE);
        assertThrows(ArithmeticException.class, () -> large.plus(1));
        assertThrows(ArithmeticException.class, () -> large.times(2));
        assertThrows(ArithmeticException.class, () -> N.times(N).evaluate(name -> 1L << 32));
        assertThrows(IllegalArgumentException.class, () -> N.floorDiv(0));
    }
}
