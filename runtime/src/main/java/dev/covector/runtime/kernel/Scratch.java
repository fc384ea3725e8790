package dev.covector.runtime.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The working memory of one thread in a contraction: packed operands, and tiles of the result.
 *
 * <p>Grows when a larger contraction comes and never shrinks, so that a call whose sizes have been
 * seen before allocates nothing. The public fields are for generated code, which is handed a scratch
 * whose arrays are large enough; the offsets count elements of the type in use. Float and double
 * contractions may share one scratch.
 */
public final class Scratch {
    /**
     * Where the packed operands begin. G1 puts a large array at the start of a region, its elements 16
     * bytes further; 48 bytes more and each packed row of B is a whole number of cache lines.
     * Elsewhere the alignment of an array can't be known, and the offset does no harm.
     */
    private static final int ALIGNMENT_BYTES = 48;

    static final int FLOAT_START = ALIGNMENT_BYTES / Float.BYTES;
    static final int DOUBLE_START = ALIGNMENT_BYTES / Double.BYTES;

    /** Packed A, float: {@code a[aOffset + k * FloatGemm.A_STRIDE + row]}, or {@code [aOffset + row * A_ROW + k]}. */
    public float[] a = new float[0];
    /** Packed B, float: {@code b[bOffset + k * FloatGemm.TILE_N + column]}. */
    public float[] b = new float[0];
    /** Finished tile, float: {@code tile[row * FloatGemm.TILE_N + column]}. */
    public float[] tile = new float[0];
    /** Finished tile where B is in place, float: {@code wide[row * FloatGemm.WIDE_N + column]}. */
    public float[] wide = new float[0];

    /** How far steps are from each other in an A that tiles take by steps. */
    int aStep;
    /** Rows of a tile before the first that is wanted: the last tile of an A that is not packed has no other rows to read. */
    int before;
    /** Where rows of an A that is not packed begin, in elements. */
    public int[] starts = new int[0];
    /** Which steps of a B that is not packed there are. */
    final int[] kept = new int[FloatGemm.MAX_BLOCK_STEPS];
    /** Where steps of a B that is not packed are, in elements. */
    public final int[] places = new int[FloatGemm.MAX_BLOCK_STEPS];

    /** Packed A, double: {@code a64[aOffset + k * DoubleGemm.A_STRIDE + row]}, or {@code [aOffset + row * A_ROW + k]}. */
    public double[] a64 = new double[0];
    /** Packed B, double: {@code b64[bOffset + k * DoubleGemm.TILE_N + column]}. */
    public double[] b64 = new double[0];
    /** Finished tile, double: {@code tile64[row * DoubleGemm.TILE_N + column]}. */
    public double[] tile64 = new double[0];

    /** Which part of a contraction the generated nests that pack and finish work on: the matrix of a batch. */
    public int matrix;
    /** The first row of the block. */
    public int m0;
    /** The row after the last. */
    public int m1;
    /** The first column. */
    public int n0;
    /** The column after the last. */
    public int n1;
    /** The first step of the sum. */
    public int k0;
    /** The step after the last. */
    public int k1;

    /** What a nest of vector code tells whoever tries it ({@link NestCode}): so many indices show what it takes. */
    public int sample;

    /** How many floating sums and products a loop may have at a time. */
    public static final int MAX_IN_LANES = 32;
    /** The lanes of a loop's float32 sums and products ({@link Lanes}), 16 of each. */
    public final float[] lanes32 = new float[16 * MAX_IN_LANES];
    /** The lanes of a loop's float64 sums and products, 8 of each. */
    public final double[] lanes64 = new double[8 * MAX_IN_LANES];

    /** How many iterations of a loop are one block, where scalar code runs a loop as several. A multiple of 16. */
    public static final int BLOCK = 512;
    /** How many numbers such loops may hand to each other for each iteration. */
    public static final int ROWS = 32;

    private float[] rows = new float[0];

    /** {@link #ROWS} rows of {@link #BLOCK} numbers, for the loops of a block; made by the first call. */
    public float[] rows() {
        if (rows.length == 0) {
            rows = new float[ROWS * BLOCK];
        }
        return rows;
    }

    /** Results and arguments of {@link StrictLanes}, float32. */
    public final float[] strict32 = new float[2 * StrictLanes.ARGUMENTS];
    /** The same, float64. */
    public final double[] strict64 = new double[2 * StrictLanes.ARGUMENTS];
    /** Where vector code has random words made ({@link Philox#bits32}): for 16 lanes, and the rest of their blocks. */
    public final int[] bits32 = new int[16 + 6];
    /** The same for words of 64 bits and 8 lanes. */
    public final long[] bits64 = new long[8];

    /** A row of {@link Sorting}, and where it is moved to and from. */
    long[] pairs = new long[0];
    long[] moved = new long[0];
    /** How often each digit occurs. */
    final int[] counts = new int[Sorting.DIGITS * Sorting.RADIX];

    /** First element of packed A. */
    public int aOffset;
    /** First element of the packed panel of B. */
    public int bOffset;

    /** A packed by steps, of A packed by rows. */
    float[] turned = new float[0];
    double[] turned64 = new double[0];

    // The tiles that wait for further blocks of steps, and the blocks that are to be added to some of them.
    // An array each: with variable offsets C2 would not vectorise the adding.
    float[][] tiles = new float[0][];
    double[][] tiles64 = new double[0][];
    final float[][] blocks = new float[FloatGemm.GROUP_PANELS][FloatGemm.TILE_M * FloatGemm.TILE_N];
    final double[] block64 = new double[DoubleGemm.TILE_M * DoubleGemm.TILE_N];

    /** One for each tile of rows, and for a block that is to be added to one. */
    float[][] wideTiles = new float[0][];

    /** Tiles of {@link FloatWinograd} and of its gradient, with all planes. */
    float[][] planes = new float[0][];

    private FloatThirds.@Nullable Memory thirds;

    final FloatTileScalar scalar = new FloatTileScalar();
    final DoubleTileScalar scalar64 = new DoubleTileScalar();

    /** Without memory; it grows with what a thread runs. */
    public Scratch() {}

    /** What {@link FloatThirds} needs; made by the first call. */
    FloatThirds.Memory thirds() {
        if (thirds == null) {
            thirds = new FloatThirds.Memory();
        }
        return thirds;
    }

    /** Makes room for where so many rows are. */
    void growPlaces(int rowCount) {
        starts = starts.length >= rowCount ? starts : new int[rowCount];
    }

    /** Makes room for this many elements of packed A and B, and for this many tiles. */
    void growFloat(int aSize, int bSize, int tileCount) {
        a = a.length >= aSize + FLOAT_START ? a : new float[aSize + FLOAT_START];
        int ofOneTile = Math.min(a.length, FloatGemm.A_TILE + FLOAT_START);
        turned = turned.length >= ofOneTile ? turned : new float[ofOneTile];
        b = b.length >= bSize + FLOAT_START ? b : new float[bSize + FLOAT_START];
        int old = tiles.length;
        if (old < tileCount) {
            tiles = Arrays.copyOf(tiles, tileCount);
            Arrays.setAll(tiles, i -> i < old ? tiles[i] : new float[FloatGemm.TILE_M * FloatGemm.TILE_N]);
        }
    }

    /** Makes room for this many wide tiles. */
    void growWide(int tileCount) {
        int old = wideTiles.length;
        if (old < tileCount) {
            wideTiles = Arrays.copyOf(wideTiles, tileCount);
            Arrays.setAll(wideTiles,
                    i -> i < old ? wideTiles[i] : new float[FloatGemm.TILE_M * FloatGemm.WIDE_N]);
        }
    }

    /** Makes room for this many tiles with all planes. */
    void growPlanes(int tileCount) {
        int old = planes.length;
        if (old < tileCount) {
            planes = Arrays.copyOf(planes, tileCount);
            Arrays.setAll(planes,
                    i -> i < old ? planes[i] : new float[FloatWinograd.PLANES * FloatWinograd.PLANE]);
        }
    }

    /** Makes room for this many elements of packed A and B, and for this many tiles. */
    void growDouble(int aSize, int bSize, int tileCount) {
        a64 = a64.length >= aSize + DOUBLE_START ? a64 : new double[aSize + DOUBLE_START];
        turned64 = turned64.length >= a64.length ? turned64 : new double[a64.length];
        b64 = b64.length >= bSize + DOUBLE_START ? b64 : new double[bSize + DOUBLE_START];
        int old = tiles64.length;
        if (old < tileCount) {
            tiles64 = Arrays.copyOf(tiles64, tileCount);
            Arrays.setAll(tiles64,
                    i -> i < old ? tiles64[i] : new double[DoubleGemm.TILE_M * DoubleGemm.TILE_N]);
        }
    }
}
