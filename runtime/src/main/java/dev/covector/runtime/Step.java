package dev.covector.runtime;

import dev.covector.runtime.kernel.Algorithm;
import dev.covector.runtime.kernel.DoubleContraction;
import dev.covector.runtime.kernel.DoubleGemm;
import dev.covector.runtime.kernel.FloatContraction;
import dev.covector.runtime.kernel.FloatGemm;
import dev.covector.runtime.kernel.Frame;
import dev.covector.runtime.kernel.NestCode;
import dev.covector.runtime.kernel.Scratch;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One task of a launch in a prepared call: what can be cut in ranges, and how long it is now. */
sealed interface Step {
    /** Takes over new values of the named dimensions. */
    void bind(Extents extents);

    /** How many independent indices there are. */
    int length();

    /** Whether the vector code has taken over. */
    boolean isVector();

    /** Runs the indices [from, to); {@code indexWork} says about how many operations one takes. */
    void run(Scratch scratch, int from, int to, long indexWork);

    /** The code of a nest, and the frame that it runs on. */
    record Nest(NestCode code, Frame frame) {
        /** Runs the nest, a part of a contraction, for what the scratch says: so many elements. */
        void runPart(Scratch scratch, int elements) {
            code.runPart(frame, scratch, elements);
        }
    }

    /** A nest over the indices of its outermost loop. */
    final class Loop implements Step {
        private final NestCode code;
        private final Frame frame;
        private final Formula extent;
        private final boolean vector;
        private int length;

        /** {@code vector} says whether there is vector code to run, at once or later. */
        Loop(Nest nest, Formula extent, boolean vector) {
            this.code = nest.code();
            this.frame = nest.frame();
            this.extent = extent;
            this.vector = vector;
        }

        @Override
        public boolean isVector() {
            return vector && code.isHot();
        }

        @Override
        public void bind(Extents extents) {
            length = extents.evaluate(extent);
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public void run(Scratch scratch, int from, int to, long indexWork) {
            code.run(frame, scratch, from, to, indexWork);
        }

        /** Runs all indices. */
        void runAll(Scratch scratch, long indexWork) {
            code.run(frame, scratch, 0, length, indexWork);
        }
    }

    /** The sizes of a contraction, and the nests around the shared tile; those that pack are null where nothing is packed. */
    record Parts(Algorithm algorithm, @Nullable Nest packA, @Nullable Nest packB, Nest finish, Formula batch,
            Formula m,
            Formula n,
            Formula k, boolean packsRows, boolean vector) {}

    /** An operand that need not be packed: the nest that says where it is, and the slot of its array. */
    record InPlace(Nest places, int slot, int run, int step) {}

    /**
     * What contractions of both types have in common; the nests find the part they work on in the scratch.
     */
    abstract sealed class Contraction implements Step {
        final Parts parts;
        final Frame frame;
        int batches;
        int m;
        int n;
        int k;

        private Contraction(Parts parts, Frame frame) {
            this.parts = parts;
            this.frame = frame;
        }

        @Override
        public void bind(Extents extents) {
            batches = extents.evaluate(parts.batch);
            m = extents.evaluate(parts.m);
            n = extents.evaluate(parts.n);
            k = extents.evaluate(parts.k);
        }

        public Algorithm algorithm() {
            return parts.algorithm;
        }

        public boolean packsRows() {
            return parts.packsRows;
        }

        public void packA(Scratch s, int batch, int m0, int mc, int k0, int kc) {
            s.matrix = batch;
            s.k0 = k0;
            s.k1 = k0 + kc;
            Nest nest = Objects.requireNonNull(parts.packA);
            int start = s.aOffset;
            int most = atATime(nest, mc, FloatGemm.TILE_M);
            for (int from = 0; from < mc; from += most) {
                s.m0 = m0 + from;
                s.m1 = m0 + Math.min(from + most, mc);
                nest.runPart(s, (s.m1 - s.m0) * kc);
                s.aOffset += FloatGemm.A_TILE;
            }
            s.aOffset = start;
        }

        /** While vector code is tried, it is given a tile or panel at a time: before it is compiled it can take milliseconds for one. */
        private int atATime(Nest nest, int lines, int tile) {
            return algorithm() != Algorithm.DIRECT || nest.code().isHot() ? lines : tile;
        }

        public void packB(Scratch s, int batch, int k0, int kc, int n0, int nc) {
            s.matrix = batch;
            s.k0 = k0;
            s.k1 = k0 + kc;
            Nest nest = Objects.requireNonNull(parts.packB);
            int start = s.bOffset;
            int most = atATime(nest, nc, FloatGemm.TILE_N);
            for (int from = 0; from < nc; from += most) {
                s.n0 = n0 + from;
                s.n1 = n0 + Math.min(from + most, nc);
                nest.runPart(s, (s.n1 - s.n0) * kc);
                s.bOffset += FloatGemm.PANEL;
            }
            s.bOffset = start;
        }

        public void finish(Scratch s, int batch, int m0, int mc, int n0, int nc) {
            s.matrix = batch;
            s.m0 = m0;
            s.m1 = m0 + mc;
            s.n0 = n0;
            s.n1 = n0 + nc;
            parts.finish.runPart(s, mc * nc);
        }
    }

    /** A contraction of float32. */
    final class OfFloats extends Contraction implements FloatContraction {
        private final @Nullable InPlace a;
        private final @Nullable InPlace b;
        private final OptionalInt c;

        OfFloats(Parts parts, Frame frame, @Nullable InPlace a, @Nullable InPlace b, OptionalInt c) {
            super(parts, frame);
            this.a = a;
            this.b = b;
            this.c = c;
        }

        @Override
        public boolean isVector() {
            return parts.vector && parts.finish.code().isHot() && FloatGemm.isHot();
        }

        @Override
        public boolean leavesA() {
            return a != null;
        }

        @Override
        public int stepOfA() {
            return Objects.requireNonNull(a).step();
        }

        @Override
        public float[] arrayOfA() {
            return (float[]) frame.buffers[Objects.requireNonNull(a).slot()];
        }

        @Override
        public int startOfA() {
            return frame.offsets[Objects.requireNonNull(a).slot()];
        }

        @Override
        public void starts(Scratch s, int batch, int m0, int mc, int k0) {
            s.matrix = batch;
            s.m0 = m0;
            s.m1 = m0 + mc;
            s.k0 = k0;
            Objects.requireNonNull(a).places().runPart(s, mc);
        }

        @Override
        public boolean leavesB() {
            return b != null;
        }

        @Override
        public boolean isPanel() {
            return run() == FloatGemm.TILE_N && Objects.requireNonNull(b).step() == FloatGemm.TILE_N;
        }

        @Override
        public float[] arrayOfB() {
            return (float[]) frame.buffers[Objects.requireNonNull(b).slot()];
        }

        @Override
        public int startOfB() {
            return frame.offsets[Objects.requireNonNull(b).slot()];
        }

        @Override
        public int run() {
            return Objects.requireNonNull(b).run();
        }

        @Override
        public void places(Scratch s, int batch, int k0, int kc, int n0) {
            s.matrix = batch;
            s.k0 = k0;
            s.k1 = k0 + kc;
            s.n0 = n0;
            Objects.requireNonNull(b).places().runPart(s, kc);
        }

        @Override
        public void columns(Scratch s, int batch, int n0, int nc) {
            s.matrix = batch;
            s.n0 = n0;
            s.n1 = n0 + nc;
            s.k0 = 0;
            Objects.requireNonNull(b).places().runPart(s, nc);
        }

        @Override
        public boolean leavesC() {
            return c.isPresent();
        }

        @Override
        public float[] arrayOfC() {
            return (float[]) frame.buffers[c.getAsInt()];
        }

        @Override
        public int placeOfC(int batch, int row, int column) {
            return frame.offsets[c.getAsInt()] + (batch * m + row) * n + column;
        }

        @Override
        public int length() {
            return FloatGemm.units(this, batches, m, n);
        }

        @Override
        public void run(Scratch scratch, int from, int to, long indexWork) {
            FloatGemm.run(this, scratch, parts.vector(), batches, m, n, k, from, to);
        }
    }

    /** A contraction of float64. */
    final class OfDoubles extends Contraction implements DoubleContraction {
        OfDoubles(Parts parts, Frame frame) {
            super(parts, frame);
        }

        @Override
        public boolean isVector() {
            return parts.vector && parts.finish.code().isHot() && DoubleGemm.isHot();
        }

        @Override
        public int length() {
            return DoubleGemm.units(batches, m, n, k);
        }

        @Override
        public void run(Scratch scratch, int from, int to, long indexWork) {
            DoubleGemm.run(this, scratch, parts.vector(), batches, m, n, k, from, to);
        }
    }
}
