package dev.covector.runtime.kernel;

/**
 * What generated code gives {@link FloatGemm}: how to read the operands of a contraction
 * {@code C = A · B} (A of m × k, B of k × n, per batch) and what to do with a finished tile.
 *
 * <p>Producers are fused into the packing, consumers into {@link #finish}. Each method is called
 * once a panel or tile, never once an element, from several threads with a scratch each.
 */
public interface FloatContraction {
    /** How it is computed; what follows is told of {@link Algorithm#DIRECT}. */
    Algorithm algorithm();

    /**
     * How A is packed. Either is as fast to compute with: it should be the one in which neighbours in memory stay
     * neighbours.
     */
    boolean packsRows();

    /**
     * Packs rows {@code [m0, m0 + mc)} by steps {@code [k0, k0 + kc)} of A: step by step, each tile of {@link FloatGemm#TILE_M} rows
     * {@link FloatGemm#A_TILE} behind the one before, {@code s.a[s.aOffset + (k - k0) * FloatGemm.A_STRIDE + (row - m0)]} in the
     * first; or row by row, {@code s.a[s.aOffset + (row - m0) * FloatGemm.A_ROW + (k - k0)]} of one tile at most. Places of further
     * rows may keep what they hold.
     */
    void packA(Scratch s, int batch, int m0, int mc, int k0, int kc);

    /**
     * Packs steps {@code [k0, k0 + kc)} by columns {@code [n0, n0 + nc)} of B, step by step, each panel of {@link FloatGemm#TILE_N}
     * columns {@link FloatGemm#PANEL} behind the one before: {@code s.b[s.bOffset + (k - k0) * FloatGemm.TILE_N + (column - n0)]} in
     * the first. Places of further columns may keep what they hold.
     */
    void packB(Scratch s, int batch, int k0, int kc, int n0, int nc);

    /**
     * Whether A need not be packed: it is in an array, in which the steps of a row lie side by side. Or all rows lie side by side,
     * with steps that are equally far from each other: that is so if not {@link #packsRows}, and B is packed or
     * {@link #isPanel}. Where A is packed after all, {@link #packsRows} says how.
     */
    boolean leavesA();

    /** How far the steps of an A in place are from each other. */
    int stepOfA();

    /** The array that holds A where it is in place. */
    float[] arrayOfA();

    /** Where in its array the part for A begins. */
    int startOfA();

    /**
     * Where in its array A is, if it is in place: {@code s.starts[row - m0]} says it of rows {@code [m0, m0 + mc)} and step
     * {@code k0}, from where the array's part for A begins.
     */
    void starts(Scratch s, int batch, int m0, int mc, int k0);

    /**
     * Whether B need not be packed: it is in an array, in which the columns of a whole panel lie side by side. Then A is
     * packed by steps, unless B {@link #isPanel}, and {@link #packB} is never called. If A need not be packed either, and B is
     * more than one panel, all columns lie side by side, whole pairs of panels, with steps that are equally far from each
     * other, and none is left out.
     */
    boolean leavesB();

    /** Whether a B in place is one panel, with its steps one after the other, as packing would make it. */
    boolean isPanel();

    /** The array that holds B where it is in place. */
    float[] arrayOfB();

    /** Where in its array the part for B begins. */
    int startOfB();

    /** How many columns of a B in place lie side by side: a multiple of a panel, or all. */
    int run();

    /**
     * Where in its array B is, if it is in place: {@code s.places[k - k0]} says it of step {@code k} and column {@code n0},
     * from where the array's part for B begins; less than 0 for a step that is left out of the sum, for all columns of the run.
     */
    void places(Scratch s, int batch, int k0, int kc, int n0);

    /**
     * Where in its array B is, if its steps lie side by side: {@code s.places[column - n0]} says it of columns
     * {@code [n0, n0 + nc)} and the first step, from where the array's part for B begins. Only {@link Algorithm#LANES} asks.
     */
    void columns(Scratch s, int batch, int n0, int nc);

    /** Whether all that becomes of C is that it is stored: then whole tiles may be written where they belong, and not be finished. */
    boolean leavesC();

    /** The array of such a C. */
    float[] arrayOfC();

    /** Where in its array an element of such a C is; columns lie side by side. */
    int placeOfC(int batch, int row, int column);

    /**
     * Takes the finished sums of rows {@code [m0, m0 + mc)} by columns {@code [n0, n0 + nc)}:
     * {@code s.tile[(row - m0) * FloatGemm.TILE_N + (column - n0)]}, or, where B is in place,
     * {@code s.wide[(row - m0) * FloatGemm.WIDE_N + (column - n0)]}. It may use
     * the tile as its working memory; what lies outside the rows and columns is undefined.
     */
    void finish(Scratch s, int batch, int m0, int mc, int n0, int nc);
}
