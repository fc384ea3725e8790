package dev.covector.runtime.kernel;

import dev.covector.runtime.Workers;
import java.util.Arrays;
import java.util.Random;

/** A batch of plain matrix products: operands, the contraction, and the expected bits by three loops. */
final class DoubleProblem implements DoubleContraction {
    final int batches;
    final int m;
    final int n;
    final int k;
    final double[] a;
    final double[] b;
    private final double[] c;
    private boolean packsRows;

    DoubleProblem(int batches, int m, int n, int k) {
        this.batches = batches;
        this.m = m;
        this.n = n;
        this.k = k;
        Random random = new Random(m * 31L + n * 17L + k);
        a = values(random, batches * m * k);
        b = values(random, batches * k * n);
        c = new double[batches * m * n];
    }

    /** Of different sizes and signs, so that each order of adding gives other bits. */
    private static double[] values(Random random, int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = Math.scalb(random.nextDouble() - 0.5, random.nextInt(12));
        }
        return values;
    }

    /** Every further value is one of these. */
    DoubleProblem with(int every, double... specials) {
        for (int i = 0; i < a.length; i += every) {
            a[i] = specials[i / every % specials.length];
        }
        for (int i = every / 2; i < b.length; i += every) {
            b[i] = specials[(i / every + 1) % specials.length];
        }
        return this;
    }

    double[] expected() {
        double[] sums = new double[c.length];
        int block = Math.max(1, DoubleGemm.blockSteps(k));
        double[] t = new double[n];
        for (int row = 0; row < batches * m; row++) {
            int batch = row / m;
            for (int k0 = 0; k0 < k; k0 += block) {
                Arrays.fill(t, 0d);
                for (int p = k0; p < Math.min(k, k0 + block); p++) {
                    for (int j = 0; j < n; j++) {
                        t[j] = Math.fma(a[row * k + p], b[(batch * k + p) * n + j], t[j]);
                    }
                }
                for (int j = 0; j < n; j++) {
                    sums[row * n + j] = k0 == 0 ? t[j] : sums[row * n + j] + t[j];
                }
            }
        }
        return sums;
    }

    /** The same problem, packing A by rows or by steps. */
    DoubleProblem packing(boolean rows) {
        packsRows = rows;
        return this;
    }

    double[] run(Scratch s, boolean vector) {
        return run(s, vector, 1);
    }

    /** In this many ranges of units, one after the other. */
    double[] run(Scratch s, boolean vector, int parts) {
        clear();
        int units = DoubleGemm.units(batches, m, n, k);
        for (int i = 0; i < parts; i++) {
            DoubleGemm.run(this, s, vector, batches, m, n, k, units * i / parts, units * (i + 1) / parts);
        }
        return c;
    }

    double[] run(Workers workers, boolean vector) {
        clear();
        Scratch[] scratch = new Scratch[workers.threads()];
        Arrays.setAll(scratch, i -> new Scratch());
        workers.run(DoubleGemm.units(batches, m, n, k), 1,
                (worker, from, to) -> DoubleGemm.run(this, scratch[worker], vector, batches, m, n, k, from,
                        to));
        return c;
    }

    private void clear() {
        Arrays.fill(c, 12345);
    }

    @Override
    public boolean packsRows() {
        return packsRows;
    }

    @Override
    public void packA(Scratch s, int batch, int m0, int mc, int k0, int kc) {
        for (int p = 0; p < kc; p++) {
            for (int r = 0; r < DoubleGemm.TILE_M; r++) {
                s.a64[s.aOffset + (packsRows ? r * DoubleGemm.A_ROW + p : p * DoubleGemm.A_STRIDE + r)] =
                        r < mc ? a[(batch * m + m0 + r) * k + k0 + p] : Double.NaN;
            }
        }
    }

    @Override
    public void packB(Scratch s, int batch, int k0, int kc, int n0, int nc) {
        for (int p = 0; p < kc; p++) {
            for (int j = 0; j < DoubleGemm.TILE_N; j++) {
                s.b64[s.bOffset + p * DoubleGemm.TILE_N + j] =
                        j < nc ? b[(batch * k + k0 + p) * n + n0 + j] : Double.NaN;
            }
        }
    }

    @Override
    public void finish(Scratch s, int batch, int m0, int mc, int n0, int nc) {
        for (int r = 0; r < mc; r++) {
            System.arraycopy(s.tile64, r * DoubleGemm.TILE_N, c, (batch * m + m0 + r) * n + n0,
                    nc);
        }
    }

    @Override
    public String toString() {
        return batches + " of " + m + "x" + k + "x" + n + " double";
    }
}
