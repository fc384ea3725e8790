package dev.covector.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ways put each element where it belongs, and touch nothing else. */
final class FloatTransposeTest {
    private interface Way {
        void columns(float[] from, int fromStart, int apart, float[] to, int toStart, int step, int length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 16, 37})
    void elementByElement(int length) {
        check(length, FloatTranspose::columns);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 9, 16, 37})
    void byVectors(int length) {
        Assumptions.assumeTrue(GemmTiles.vector(), "there is no Vector API");
        check(length, FloatTranspose::columnsByVectors);
    }

    private static void check(int length, Way way) {
        for (int apart : new int[]{length, length + 5, -length}) {
            for (int step : new int[]{FloatTranspose.COLUMNS, 32}) {
                float[] from = new float[3 + FloatTranspose.COLUMNS * (length + 5)];
                for (int i = 0; i < from.length; i++) {
                    from[i] = i + 1;
                }
                int start = apart < 0 ? (FloatTranspose.COLUMNS - 1) * length : 3;
                float[] expected = new float[5 + length * step + FloatTranspose.COLUMNS];
                Arrays.fill(expected, Float.NaN);
                float[] actual = expected.clone();
                for (int i = 0; i < length; i++) {
                    for (int column = 0; column < FloatTranspose.COLUMNS; column++) {
                        expected[5 + i * step + column] = from[start + column * apart + i];
                    }
                }
                way.columns(from, start, apart, actual, 5, step, length);
                assertArrayEquals(expected, actual, length + ", " + apart + " apart, by " + step);
            }
        }
    }
}
