package dev.covector.runtime.kernel;

/**
 * The working memory of one thread in a contraction: packed operands, and the tiles of the result.
 *
 * <p>Grows when a larger contraction comes and never shrinks, so that a call whose sizes have been
 * seen before allocates nothing. The fields are public for generated code, which is handed a scratch
 * whose arrays are large enough and whose offsets say where to read and write; the offsets count
 * elements of the type in use. Float and double contractions may share one scratch.
 */
public final class Scratch {
    /**
     * Where the packed operands begin. G1 puts a large array at the start of a region, its elements 16
     * bytes further; 48 bytes more and each packed row of B is one whole cache line. Elsewhere
     * the alignment of an array can't be known, and the offset does no harm.
     */
    private static final int ALIGNMENT_BYTES = 48;

    /** Packed A, float: {@code a[aOffset + k * FloatGemm.A_STRIDE + row]}. */
    public float[] a = new float[0];
    /** Packed B, float: {@code b[bOffset + k * FloatGemm.TILE_N + column]}. */
    public float[] b = new float[0];
    /** Finished tile, float: {@code tile[tileOffset + row * FloatGemm.TILE_N + column]}. */
    public float[] tile = new float[0];

    /** Packed A, double: {@code a64[aOffset + k * DoubleGemm.A_STRIDE + row]}. */
    public double[] a64 = new double[0];
    /** Packed B, double: {@code b64[bOffset + k * DoubleGemm.TILE_N + column]}. */
    public double[] b64 = new double[0];
    /** Finished tile, double: {@code tile64[tileOffset + row * DoubleGemm.TILE_N + column]}. */
    public double[] tile64 = new double[0];

    /** Which part of a contraction the generated nests that pack and finish work on: the matrix of a batch. */
    public int batch;
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

    /** The lanes of an accumulator, while they are put together. */
    public final float[] lanes32 = new float[16];
    /** As {@link #lanes32}, of float64. */
    public final double[] lanes64 = new double[8];
    /** As {@link #lanes32}, of int32. */
    public final int[] intLanes32 = new int[16];
    /** As {@link #lanes32}, of int64. */
    public final long[] intLanes64 = new long[8];

    /** First element of packed A. */
    public int aOffset;
    /** First element of the packed panel of B. */
    public int bOffset;
    /** First element of the finished tile. */
    public int tileOffset;

    /** One block of the sum over K, before it is added to its tile. */
    final float[] block = new float[FloatGemm.TILE_M * FloatGemm.TILE_N];

    final double[] block64 = new double[DoubleGemm.TILE_M * DoubleGemm.TILE_N];

    /** Makes the float arrays hold this many elements from {@link #floatStart} on. */
    void growFloat(int aSize, int bSize, int tileSize) {
        a = grown(a, aSize);
        b = grown(b, bSize);
        tile = grown(tile, tileSize);
    }

    /** Makes the double arrays hold this many elements from {@link #doubleStart} on. */
    void growDouble(int aSize, int bSize, int tileSize) {
        a64 = grown(a64, aSize);
        b64 = grown(b64, bSize);
        tile64 = grown(tile64, tileSize);
    }

    static int floatStart() {
        return ALIGNMENT_BYTES / Float.BYTES;
    }

    static int doubleStart() {
        return ALIGNMENT_BYTES / Double.BYTES;
    }

    private static float[] grown(float[] array, int size) {
        int length = Math.addExact(size, floatStart());
        return array.length >= length ? array : new float[length];
    }

    private static double[] grown(double[] array, int size) {
        int length = Math.addExact(size, doubleStart());
        return array.length >= length ? array : new double[length];
    }
}
