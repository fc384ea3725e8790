package dev.covector.runtime.kernel;

/**
 * What generated code gives {@link DoubleGemm}: how to read the operands of a contraction
 * {@code C = A · B} (A of m × k, B of k × n, per batch) and what to do with a finished tile.
 *
 * <p>Producers are fused into the packing, consumers into {@link #finish}. Each method is called
 * once a panel or tile, never once an element, from several threads with a scratch each.
 */
public interface DoubleContraction {
    /**
     * How A is packed. Either is as fast to compute with: it should be the one in which neighbours in memory stay
     * neighbours.
     */
    boolean packsRows();

    /**
     * Packs rows {@code [m0, m0 + mc)} by steps {@code [k0, k0 + kc)} of A: step by step,
     * {@code s.a64[s.aOffset + (k - k0) * DoubleGemm.A_STRIDE + (row - m0)]}, or row by row,
     * {@code s.a64[s.aOffset + (row - m0) * DoubleGemm.A_ROW + (k - k0)]}. There are at most
     * {@link DoubleGemm#TILE_M} rows; places of further rows may keep what they hold.
     */
    void packA(Scratch s, int batch, int m0, int mc, int k0, int kc);

    /**
     * Packs steps {@code [k0, k0 + kc)} by columns {@code [n0, n0 + nc)} of B, step by step:
     * {@code s.b64[s.bOffset + (k - k0) * DoubleGemm.TILE_N + (column - n0)]}. There are at most
     * {@link DoubleGemm#TILE_N} columns; places of further columns may keep what they hold.
     */
    void packB(Scratch s, int batch, int k0, int kc, int n0, int nc);

    /**
     * Takes the finished sums of rows {@code [m0, m0 + mc)} by columns {@code [n0, n0 + nc)}:
     * {@code s.tile64[(row - m0) * DoubleGemm.TILE_N + (column - n0)]}. It may use
     * the tile as its working memory; what lies outside the rows and columns is undefined.
     */
    void finish(Scratch s, int batch, int m0, int mc, int n0, int nc);
}
