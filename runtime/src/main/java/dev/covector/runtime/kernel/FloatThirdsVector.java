package dev.covector.runtime.kernel;

import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/** What {@link FloatThirds} does by vectors. */
final class FloatThirdsVector {
    private static final int L = FloatTileVector.SPECIES.length();
    private static final int LANES = FloatThirds.LANES;
    private static final boolean WIDE = L == LANES;
    private static final int HALF = FloatThirds.HALF;
    private static final int N = FloatGemm.TILE_N;
    private static final int START = Scratch.FLOAT_START;
    private static final int END = FloatThirds.END;
    private static final int EIGHT = 8;

    /** To be packed by a real call of the warmer, enough to tell whether the code is there. */
    private static final int WARM_THREES = 16;

    /**
     * One in so many empty calls of the warmer is real as well: HotSpot knows what class a vector is that was loaded by the
     * profile only, and may compile as soon as there is one.
     */
    private static final int REAL_CALL = 16;

    private FloatThirdsVector() {}

    /** All that is needed for a contraction, to be warmed. */
    static GemmWarmer.Tile tile() {
        FloatThirds.Memory memory = new FloatThirds.Memory();
        float[] a = new float[FloatGemm.A_ROW];
        float[] panel = new float[START + 3 * WARM_THREES * N];
        float[] sums = new float[FloatGemm.TILE_M * N];
        int[] rows = new int[FloatGemm.TILE_M];
        int[] calls = {0};
        return steps -> {
            boolean real = steps > 0 || ++calls[0] % REAL_CALL == 0;
            block(a, rows, 0, memory, real ? 3 * Math.max(steps, 1) : 0, real ? FloatGemm.TILE_M : 0, sums);
            turn(panel, START, memory.b, START, real ? WARM_THREES : 0);
        };
    }

    /** Packs so many threes of steps of a packed panel. */
    static void turn(float[] panel, int from, float[] b, int to, int threes) {
        if (L >= EIGHT) {
            Eights.turn(panel, from, b, to, threes);
            return;
        }
        for (int three = 0; three < threes; three++) {
            for (int step = 0; step < 3; step++) {
                for (int column = 0; column < HALF; column++) {
                    int i = from + (3 * three + step) * N + column;
                    int j = to + three * N + step * HALF + column;
                    b[j] = panel[i];
                    b[j + LANES] = panel[i + HALF];
                }
            }
        }
    }

    /** Writes the sums over {@code whole} steps and those in {@code ends}, of at least {@code rows} rows. */
    static void block(float[] a, int[] starts, int first, FloatThirds.Memory memory, int whole, int rows,
            float[] sums) {
        float[] c = memory.lanes;
        int last = START + whole / 3 * N;
        if (WIDE) {
            FloatThirdsWide.block(a, starts, first, memory.b, START, whole, c, 0);
            Wide.end(c, memory.ends, memory.b, last, rows, sums);
            return;
        }
        for (int row = 0; row < Math.max(rows, 1); row += FloatThirdsNarrow.ROWS) {
            for (int part = 0; part < LANES / L; part++) {
                FloatThirdsNarrow.block(a, starts, first + row, memory.b, START + part * L, whole, c,
                        row * N + part * L, Narrow.SPREAD[part]);
            }
        }
        for (int row = 0; row < rows; row++) {
            for (int half = 0; half < 2; half++) {
                end(c, row * N + half * LANES, memory.ends, row * END, memory.b, last + half * LANES, sums,
                        row * N + half * HALF);
            }
        }
    }

    /** Adds the last steps of one row and of half of the columns, then the three sums of each element. */
    private static void end(float[] lanes, int i, float[] ends, int end, float[] b, int j, float[] sums,
            int to) {
        float first = ends[end];
        float second = ends[end + 1];
        float third = ends[end + 2];
        for (int column = 0; column < HALF; column++) {
            sums[to + column] = Math.fma(first, b[j + column], lanes[i + column])
                    + Math.fma(second, b[j + HALF + column], lanes[i + HALF + column])
                    + Math.fma(third, b[j + 2 * HALF + column], lanes[i + 2 * HALF + column]);
        }
    }

    /** Vectors that have a step's columns, and what may be written behind them. */
    private static final class Eights {
        private static final VectorSpecies<Float> S = FloatVector.SPECIES_256;

        /** Each store writes further than it should, where the next ones write. */
        static void turn(float[] panel, int from, float[] b, int to, int threes) {
            for (int three = 0; three < threes; three++) {
                int i = from + 3 * three * N;
                int j = to + three * N;
                FloatVector.fromArray(S, panel, i).intoArray(b, j);
                FloatVector.fromArray(S, panel, i + N).intoArray(b, j + HALF);
                FloatVector.fromArray(S, panel, i + 2 * N).intoArray(b, j + 2 * HALF);
                FloatVector.fromArray(S, panel, i + HALF).intoArray(b, j + LANES);
                FloatVector.fromArray(S, panel, i + N + HALF).intoArray(b, j + LANES + HALF);
                FloatVector.fromArray(S, panel, i + 2 * N + HALF).intoArray(b, j + LANES + 2 * HALF);
            }
        }
    }

    /** Vectors that have all lanes. */
    private static final class Wide {
        private static final VectorSpecies<Float> S = FloatVector.SPECIES_512;
        private static final VectorSpecies<Float> FOUR = FloatVector.SPECIES_128;
        private static final VectorShuffle<Float> SECOND =
                VectorShuffle.fromOp(S, lane -> (lane + HALF) % LANES);
        private static final VectorShuffle<Float> THIRD =
                VectorShuffle.fromOp(S, lane -> (lane + 2 * HALF) % LANES);

        /** Adds the last steps, then the three sums of each element. */
        static void end(float[] lanes, float[] ends, float[] b, int last, int rows, float[] sums) {
            for (int row = 0; row < rows; row++) {
                FloatVector a =
                        ((FloatVector) FloatVector.fromArray(FOUR, ends, row * END).reinterpretShape(S, 0))
                                .rearrange(FloatThirdsWide.SPREAD);
                FloatVector x = a.fma(FloatVector.fromArray(S, b, last),
                        FloatVector.fromArray(S, lanes, row * N));
                FloatVector y = a.fma(FloatVector.fromArray(S, b, last + LANES),
                        FloatVector.fromArray(S, lanes, row * N + LANES));
                x.add(x.rearrange(SECOND)).add(x.rearrange(THIRD)).intoArray(sums, row * N);
                y.add(y.rearrange(SECOND)).add(y.rearrange(THIRD)).intoArray(sums, row * N + HALF);
            }
        }
    }

    /** Vectors that have a part of the lanes. */
    private static final class Narrow {
        /** For each part of the lanes, which of three elements they want. */
        private static final VectorShuffle<?>[] ALL = IntStream.range(0, LANES / L)
                .mapToObj(part -> VectorShuffle.fromOp(FloatTileVector.SPECIES,
                        lane -> Math.min((part * L + lane) / HALF, 2)))
                .toArray(VectorShuffle<?>[]::new);
        static final VectorShuffle<Float>[] SPREAD = cast(ALL);

        @SuppressWarnings("unchecked") // all are of this species
        private static VectorShuffle<Float>[] cast(VectorShuffle<?>[] shuffles) {
            return (VectorShuffle<Float>[]) shuffles;
        }
    }
}
