package dev.covector.runtime.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.runtime.Workers;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A batch of plain matrix products: operands, the contraction, and the expected bits by three loops. */
final class FloatProblem implements FloatContraction {
    /** Where the parts for operands begin. */
    private static final int START = 3;
    /** Columns side by side where steps are left out. */
    private static final int RUN = 2 * FloatGemm.TILE_N;

    final int batches;
    final int m;
    final int n;
    final int k;
    final float[] a;
    final float[] b;
    private final float[] c;
    private boolean packsRows;
    private boolean leavesA;
    private boolean leavesB;
    private boolean leavesC;
    private boolean leavesOut;
    private boolean isPanel;
    /** A with its rows side by side, while it is read so where it is. */
    private float @Nullable [] steps;
    /** B with its steps side by side, while lanes are steps. */
    private float @Nullable [] turned;

    FloatProblem(int batches, int m, int n, int k) {
        this.batches = batches;
        this.m = m;
        this.n = n;
        this.k = k;
        Random random = new Random(m * 31L + n * 17L + k);
        a = values(random, batches * m * k);
        b = values(random, batches * k * n);
        c = new float[batches * m * n];
    }

    /** Of different sizes and signs, so that each order of adding gives other bits. */
    private static float[] values(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = Math.scalb(random.nextFloat() - 0.5f, random.nextInt(12));
        }
        return values;
    }

    /** Every further value is one of these. */
    FloatProblem with(int every, float... specials) {
        for (int i = 0; i < a.length; i += every) {
            a[i] = specials[i / every % specials.length];
        }
        for (int i = every / 2; i < b.length; i += every) {
            b[i] = specials[(i / every + 1) % specials.length];
        }
        return this;
    }

    /** What the form in which A and B are given now should make. */
    float[] expected() {
        float[] sums = new float[c.length];
        int block = Math.max(1, FloatGemm.blockSteps(k));
        int parts = leavesA && !leavesB && steps == null && FloatThirds.suit(n, k) ? 3 : 1;
        float[][] t = new float[parts][n];
        for (int row = 0; row < batches * m; row++) {
            int batch = row / m;
            for (int k0 = 0; k0 < k; k0 += block) {
                for (float[] part : t) {
                    Arrays.fill(part, 0f);
                }
                int steps = Math.min(k, k0 + block) - k0;
                for (int p = 0; p < (steps + parts - 1) / parts * parts; p++) {
                    for (int j = 0; j < n; j++) {
                        if (!isLeftOut(k0 + p, j)) {
                            t[p % parts][j] = p < steps
                                    ? Math.fma(a[row * k + k0 + p], b[(batch * k + k0 + p) * n + j],
                                            t[p % parts][j])
                                    : Math.fma(0f, 0f, t[p % parts][j]);
                        }
                    }
                }
                for (int j = 0; j < n; j++) {
                    float sum = parts == 1 ? t[0][j] : t[0][j] + t[1][j] + t[2][j];
                    sums[row * n + j] = k0 == 0 ? sum : sums[row * n + j] + sum;
                }
            }
        }
        return sums;
    }

    /** Some steps of some runs of columns, all of others, and none of the rest. */
    private boolean isLeftOut(int step, int column) {
        int run = column / RUN % 4;
        return leavesOut && (run == 1 ? step / 3 % 2 == 0 : run == 2);
    }

    /** The same where steps are lanes. */
    float[] expectedByLanes() {
        float[] sums = new float[c.length];
        for (int at = 0; at < sums.length; at++) {
            int row = at / n;
            float[] lanes = new float[16];
            for (int p = 0; p < k; p++) {
                lanes[p % 16] = Math.fma(a[row * k + p], b[(row / m * k + p) * n + at % n], lanes[p % 16]);
            }
            for (int w = 8; w > 0; w /= 2) {
                for (int lane = 0; lane < w; lane++) {
                    lanes[lane] += lanes[lane + w];
                }
            }
            sums[at] = lanes[0];
        }
        return sums;
    }

    /** The same problem, packing A by rows or by steps. */
    FloatProblem packing(boolean rows) {
        packsRows = rows;
        leavesA = false;
        leavesB = false;
        leavesC = false;
        leavesOut = false;
        isPanel = false;
        steps = null;
        turned = null;
        return this;
    }

    /** The same problem, reading A by rows where it is. */
    FloatProblem leavingA() {
        packing(true).leavesA = true;
        return this;
    }

    /** The same problem, reading A by steps where it is. */
    FloatProblem leavingSteps() {
        float[] at = new float[a.length];
        for (int i = 0; i < at.length; i++) {
            at[i] = a[(i / (m * k) * m + i % m) * k + i / m % k];
        }
        packing(false).leavesA = true;
        steps = at;
        return this;
    }

    /** The same problem, reading the one panel of B where it is, whatever becomes of A. */
    FloatProblem leavingPanel() {
        assertTrue(n == FloatGemm.TILE_N, "one panel");
        leavesB = true;
        isPanel = true;
        return this;
    }

    /** The same problem, packing A by steps and reading B where it is. */
    FloatProblem leavingB() {
        packing(false).leavesB = true;
        return this;
    }

    /** The same problem, reading A by rows and B where they are, and writing whole tiles of C where they belong. */
    FloatProblem leavingAll() {
        leavingB().leavesA = true;
        leavesC = true;
        return this;
    }

    /** The same without some of the steps. */
    FloatProblem leavingOut() {
        leavingB().leavesOut = true;
        return this;
    }

    /** The same problem by lanes, reading both operands where they are. */
    FloatProblem byLanes() {
        float[] bt = new float[b.length];
        for (int i = 0; i < bt.length; i++) {
            bt[i] = b[(i / (n * k) * k + i % k) * n + i / k % n];
        }
        leavingA().turned = bt;
        return this;
    }

    float[] run(Scratch s, boolean vector) {
        return run(s, vector, 1);
    }

    /** In this many ranges of units, one after the other. */
    float[] run(Scratch s, boolean vector, int parts) {
        clear();
        int units = FloatGemm.units(this, batches, m, n);
        for (int i = 0; i < parts; i++) {
            FloatGemm.run(this, s, vector, batches, m, n, k, units * i / parts, units * (i + 1) / parts);
        }
        return c;
    }

    float[] run(Workers workers, boolean vector) {
        clear();
        Scratch[] scratch = new Scratch[workers.threads()];
        Arrays.setAll(scratch, i -> new Scratch());
        workers.run(FloatGemm.units(this, batches, m, n), 1,
                (worker, from, to) -> FloatGemm.run(this, scratch[worker], vector, batches, m, n, k, from,
                        to));
        return c;
    }

    private void clear() {
        Arrays.fill(c, 12345f);
    }

    @Override
    public Algorithm algorithm() {
        return turned == null ? Algorithm.DIRECT : Algorithm.LANES;
    }

    @Override
    public boolean packsRows() {
        return packsRows;
    }

    @Override
    public void packA(Scratch s, int batch, int m0, int mc, int k0, int kc) {
        int tiles = (mc + FloatGemm.TILE_M - 1) / FloatGemm.TILE_M;
        assertTrue(tiles == 1 || !packsRows, "by rows one tile is packed at a time");
        for (int p = 0; p < kc; p++) {
            for (int r = 0; r < tiles * FloatGemm.TILE_M; r++) {
                int stepwise = r / FloatGemm.TILE_M * FloatGemm.A_TILE + p * FloatGemm.A_STRIDE
                        + r % FloatGemm.TILE_M;
                s.a[s.aOffset + (packsRows ? r * FloatGemm.A_ROW + p : stepwise)] =
                        r < mc ? a[(batch * m + m0 + r) * k + k0 + p] : Float.NaN;
            }
        }
    }

    @Override
    public void packB(Scratch s, int batch, int k0, int kc, int n0, int nc) {
        for (int p = 0; p < kc; p++) {
            for (int j = 0; j < (nc + FloatGemm.TILE_N - 1) / FloatGemm.TILE_N * FloatGemm.TILE_N; j++) {
                s.b[s.bOffset + j / FloatGemm.TILE_N * FloatGemm.PANEL + p * FloatGemm.TILE_N
                        + j % FloatGemm.TILE_N] =
                                j < nc ? b[(batch * k + k0 + p) * n + n0 + j] : Float.NaN;
            }
        }
    }

    @Override
    public boolean leavesA() {
        return leavesA;
    }

    @Override
    public int stepOfA() {
        return steps == null ? 1 : m;
    }

    @Override
    public float[] arrayOfA() {
        return steps == null ? a : steps;
    }

    @Override
    public int startOfA() {
        return START;
    }

    @Override
    public void starts(Scratch s, int batch, int m0, int mc, int k0) {
        for (int r = 0; r < mc; r++) {
            s.starts[r] =
                    (steps == null ? (batch * m + m0 + r) * k + k0 : (batch * k + k0) * m + m0 + r) - START;
        }
    }

    @Override
    public boolean leavesB() {
        return leavesB;
    }

    @Override
    public boolean isPanel() {
        return isPanel;
    }

    @Override
    public float[] arrayOfB() {
        return turned == null ? b : turned;
    }

    /** Places of steps are at least 0: where B is left, its part begins at the start of its array. */
    @Override
    public int startOfB() {
        return leavesB ? 0 : START;
    }

    @Override
    public int run() {
        return leavesOut ? RUN : n;
    }

    @Override
    public void places(Scratch s, int batch, int k0, int kc, int n0) {
        for (int p = 0; p < kc; p++) {
            s.places[p] = isLeftOut(k0 + p, n0) ? -1 : (batch * k + k0 + p) * n + n0;
        }
    }

    @Override
    public void columns(Scratch s, int batch, int n0, int nc) {
        for (int j = 0; j < nc; j++) {
            s.places[j] = (batch * n + n0 + j) * k - START;
        }
    }

    @Override
    public boolean leavesC() {
        return leavesC;
    }

    @Override
    public float[] arrayOfC() {
        return c;
    }

    @Override
    public int placeOfC(int batch, int row, int column) {
        return (batch * m + row) * n + column;
    }

    @Override
    public void finish(Scratch s, int batch, int m0, int mc, int n0, int nc) {
        boolean wide = leavesB && !isPanel;
        for (int r = 0; r < mc; r++) {
            System.arraycopy(wide ? s.wide : s.tile, r * (wide ? FloatGemm.WIDE_N : FloatGemm.TILE_N), c,
                    (batch * m + m0 + r) * n + n0, nc);
        }
    }

    @Override
    public String toString() {
        return batches + " of " + m + "x" + k + "x" + n + " float";
    }
}
