package dev.covector.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The register tiles of 6 and of 4 rows against plain loops: the same bits, and nothing is written beyond their rows and columns. */
final class FloatTilesTest {
    private static final int ROWS = 6;
    private static final int M = FloatGemm.TILE_M;
    private static final int N = FloatGemm.TILE_N;
    /** Where operands begin in their arrays. */
    private static final int START = 5;
    private static final int K = 40;

    private final Random random = new Random(1);
    private final float[] a = values(START + M * K + K * FloatGemm.A_STRIDE);
    private final float[] b = values(START + 2 * FloatGemm.PANEL);

    @BeforeAll
    static void needsTheVectorApi() {
        Assumptions.assumeTrue(GemmTiles.vector(), "without the Vector API there is only the scalar tile");
    }

    @ParameterizedTest(name = "{0} steps")
    @ValueSource(ints = {0, 1, 7, 40})
    void lowTile(int steps) {
        float[] c = unwritten();
        float[] expected = unwritten();
        for (int j = 0; j < N; j += 2 * FloatTileVector.SPECIES.length()) {
            FloatTileLow.block(a, START, FloatGemm.A_STRIDE, b, START + j, steps, c, j);
        }
        for (int row = 0; row < ROWS && steps > 0; row++) {
            for (int column = 0; column < N; column++) {
                float sum = 0;
                for (int k = 0; k < steps; k++) {
                    sum = Math.fma(a[START + k * FloatGemm.A_STRIDE + row], b[START + k * N + column], sum);
                }
                expected[row * N + column] = sum;
            }
        }
        assertArrayEquals(expected, c);
    }

    @ParameterizedTest(name = "{0} steps")
    @ValueSource(ints = {0, 1, 7, 40})
    void columnsInPlace(int steps) {
        int[] places = IntStream.range(0, K).map(k -> (K - 1 - k) * 3 * N).toArray();
        float[] c = unwritten(M * FloatGemm.WIDE_N);
        float[] expected = unwritten(M * FloatGemm.WIDE_N);
        int at = 2 * N;
        FloatTilePlaces.block(a, START, b, START, places, steps, c, at);
        for (int row = 0; row < ROWS && steps > 0; row++) {
            for (int column = 0; column < FloatTilePlaces.COLUMNS; column++) {
                float sum = 0;
                for (int k = 0; k < steps; k++) {
                    sum = Math.fma(a[START + k * FloatGemm.A_STRIDE + row], b[START + places[k] + column],
                            sum);
                }
                expected[at + row * FloatGemm.WIDE_N + column] = sum;
            }
        }
        assertArrayEquals(expected, c);
    }

    @ParameterizedTest(name = "{0} steps")
    @ValueSource(ints = {0, 1, 7, 40})
    void pairOfPanels(int steps) {
        int[] rows = IntStream.range(0, M).map(row -> START + (M - 1 - row) * K).toArray();
        float[][] c = {unwritten(), unwritten()};
        float[][] expected = {unwritten(), unwritten()};
        int first = 3;
        int at = 2 * N;
        for (int j = 0; j < N; j += 2 * FloatTileVector.SPECIES.length()) {
            FloatRowsPair.block(a, rows, first, b, START + j, steps, c[0], c[1], at + j);
        }
        for (int panel = 0; panel < 2; panel++) {
            for (int row = 0; row < ROWS && steps > 0; row++) {
                for (int column = 0; column < N; column++) {
                    float sum = 0;
                    for (int k = 0; k < steps; k++) {
                        sum = Math.fma(a[rows[first + row] + k],
                                b[START + panel * FloatGemm.PANEL + k * N + column], sum);
                    }
                    expected[panel][at + row * N + column] = sum;
                }
            }
            assertArrayEquals(expected[panel], c[panel], "panel " + panel);
        }
    }

    @ParameterizedTest(name = "{0} steps")
    @ValueSource(ints = {0, 1, 7, 40})
    void allInPlace(int steps) {
        int[] rows = IntStream.range(0, M).map(row -> START + (M - 1 - row) * K).toArray();
        float[] c = unwritten();
        float[] expected = unwritten();
        int first = 3;
        int step = 3 * N;
        int line = 2 * N + 1;
        int at = 7;
        for (int j = 0; j < N; j += 2 * FloatTileVector.SPECIES.length()) {
            FloatTileInPlace.block(a, rows, first, b, START + j, step, steps, c, at + j, line);
        }
        for (int row = 0; row < FloatTileInPlace.ROWS && steps > 0; row++) {
            for (int column = 0; column < 2 * N; column++) {
                float sum = 0;
                for (int k = 0; k < steps; k++) {
                    sum = Math.fma(a[rows[first + row] + k], b[START + k * step + column], sum);
                }
                expected[at + row * line + column] = sum;
            }
        }
        assertArrayEquals(expected, c);
    }

    private static float[] unwritten() {
        return unwritten(M * N);
    }

    private static float[] unwritten(int size) {
        float[] c = new float[size];
        Arrays.fill(c, 12345f);
        return c;
    }

    /** Of different sizes and signs, so that each order of adding gives other bits. */
    private float[] values(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = Math.scalb(random.nextFloat() - 0.5f, random.nextInt(12));
        }
        return values;
    }
}
