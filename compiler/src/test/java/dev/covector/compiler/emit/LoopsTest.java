package dev.covector.compiler.emit;

import static dev.covector.runtime.DType.BOOL;
import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;
import static dev.covector.runtime.DType.INT64;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Access.Term;
import dev.covector.compiler.loop.Accumulator;
import dev.covector.compiler.loop.Accumulator.Kind;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Position;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Stmt.Let;
import dev.covector.compiler.loop.Stmt.Loop;
import dev.covector.compiler.loop.Stmt.Order;
import dev.covector.compiler.loop.Stmt.Store;
import dev.covector.compiler.loop.Value;
import dev.covector.compiler.loop.Value.BinaryOp;
import dev.covector.compiler.loop.Value.UnaryOp;
import dev.covector.graph.ir.CompareKind;
import dev.covector.runtime.DType;
import dev.covector.runtime.Dim;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops of all forms: reductions with every length of tail, nests, indices of every kind. */
final class LoopsTest {
    private final Axis i = new Axis("i");
    private final Axis j = new Axis("j");

    private static Object numbers(DType dtype, int count) {
        SplittableRandom random = new SplittableRandom(count);
        Object zeros = ElementwiseTest.zeros(dtype, count);
        for (int n = 0; n < count; n++) {
            double x = random.nextDouble(-100, 100);
            switch (dtype) {
                case FLOAT32 -> ((float[]) zeros)[n] = (float) x;
                case FLOAT64 -> ((double[]) zeros)[n] = x;
                case INT32 -> ((int[]) zeros)[n] = (int) (x * 1e7);
                case INT64 -> ((long[]) zeros)[n] = (long) (x * 1e16);
                case BOOL -> ((boolean[]) zeros)[n] = x < 0;
            }
        }
        return zeros;
    }

    private static Access.Array.Slot out(Trial trial, DType dtype, int count) {
        return trial.slot(dtype, ElementwiseTest.zeros(dtype, count));
    }

    private static Term term(long stride, Position position) {
        return new Term(Dim.of(stride), position);
    }

    private static Access at(Access.Array array, Term... terms) {
        return new Access(array, Dim.of(0), List.of(terms));
    }

    private static Value real(double value) {
        return new Value.Constant(FLOAT32, value);
    }

    /** All accumulators of a type over [2, 2 + n), together. */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "FLOAT64", "INT32", "INT64"})
    void reductions(DType dtype) {
        for (Order order : Order.values()) {
            for (int n = 0; n <= 40; n++) {
                Trial trial = new Trial();
                Value x = new Value.Load(dtype, at(trial.slot(dtype, numbers(dtype, 50)), term(1, i)));
                Value twice = new Value.Binary(dtype, BinaryOp.MUL, x, x);
                Accumulator sum = Accumulator.of(Kind.SUM, x);
                Accumulator max = Accumulator.of(Kind.MAX, x);
                Accumulator min = Accumulator.of(Kind.MIN, twice);
                Accumulator squares = Accumulator.of(Kind.SUM, twice);
                Accumulator product = Accumulator.of(Kind.PROD, x);
                Access.Array.Slot out = out(trial, dtype, 5);
                trial.check(2, 2 + n, new Loop(i, Bound.Param.FROM, Bound.Param.TO, order,
                        List.of(sum, max, min, squares, product), List.of(new Let(x), new Let(twice))),
                        new Store(new Access(out, Dim.of(0), List.of()), sum.result()),
                        new Store(new Access(out, Dim.of(1), List.of()), max.result()),
                        new Store(new Access(out, Dim.of(2), List.of()), min.result()),
                        new Store(new Access(out, Dim.of(3), List.of()), squares.result()),
                        new Store(new Access(out, Dim.of(4), List.of()), product.result()));
            }
        }
    }

    /** Of bools as they are in memory, and of comparisons, whose vectors are of the width of what they compare. */
    @ParameterizedTest
    @EnumSource
    void anyAndAll(DType dtype) {
        for (Order order : Order.values()) {
            for (int n = 0; n <= 40; n++) {
                for (double limit : new double[]{-99, 0, 99}) {
                    Trial trial = new Trial();
                    List<Stmt> lets = new ArrayList<>();
                    Value x = new Value.Load(dtype, at(trial.slot(dtype, numbers(dtype, 50)), term(1, i)));
                    lets.add(new Let(x));
                    Value bool = x;
                    if (dtype != BOOL) {
                        bool = new Value.Compare(CompareKind.LT, x, new Value.Constant(dtype, limit));
                        lets.add(new Let(bool));
                    }
                    Accumulator any = Accumulator.of(Kind.ANY, bool);
                    Accumulator all = Accumulator.of(Kind.ALL, bool);
                    Access.Array.Slot out = out(trial, BOOL, 2);
                    trial.check(2, 2 + n, new Loop(i, Bound.Param.FROM, Bound.Param.TO, order,
                            List.of(any, all), lets),
                            new Store(new Access(out, Dim.of(0), List.of()), any.result()),
                            new Store(new Access(out, Dim.of(1), List.of()), all.result()));
                }
            }
        }
    }

    @Test
    void greatestAndLeastOfNaNAndZeros() {
        for (Kind kind : List.of(Kind.MAX, Kind.MIN)) {
            extremes(kind, kind == Kind.MAX ? Kind.ARGMAX : Kind.ARGMIN,
                    kind == Kind.MAX ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY);
        }
    }

    private void extremes(Kind kind, Kind index, float last) {
        for (float[] x : new float[][]{{-0f, 0f, -0f}, {1, Float.NaN, 2}, {last}}) {
            for (int shift = 0; shift < 20; shift++) {
                Trial trial = new Trial();
                float[] data = new float[24];
                java.util.Arrays.fill(data, last);
                System.arraycopy(x, 0, data, shift, x.length);
                Value load = new Value.Load(FLOAT32, at(trial.slot(FLOAT32, data), term(1, i)));
                Accumulator best = Accumulator.of(kind, load);
                Accumulator first = Accumulator.of(index, load);
                Axis k = new Axis("k");
                Value again = new Value.Load(FLOAT32, at(((Value.Load) load).access().array(), term(1, k)));
                Accumulator alone = Accumulator.of(kind, again);
                Access.Array.Slot out = out(trial, FLOAT32, 2);
                trial.check(
                        new Loop(i, Bound.of(0), Bound.of(24), Order.LANES, List.of(best, first),
                                List.of(new Let(load))),
                        new Loop(k, Bound.of(0), Bound.of(24), Order.LANES, List.of(alone),
                                List.of(new Let(again))),
                        new Store(new Access(out, Dim.of(0), List.of()), best.result()),
                        new Store(new Access(out, Dim.of(1), List.of()), alone.result()),
                        new Store(new Access(out(trial, INT32, 1), Dim.of(0), List.of()), first.result()));
            }
        }
    }

    /** Sums of both widths in one loop: 16 lanes of the one, 8 of the other. */
    @Test
    void sumsOfBothWidths() {
        for (int n = 0; n <= 40; n++) {
            Trial trial = new Trial();
            Value x = new Value.Load(FLOAT32, at(trial.slot(FLOAT32, numbers(FLOAT32, 40)), term(1, i)));
            Value wide = new Value.Cast(FLOAT64, x);
            Accumulator narrowSum = Accumulator.of(Kind.SUM, x);
            Accumulator wideSum = Accumulator.of(Kind.SUM, wide);
            trial.check(new Loop(i, Bound.of(0), Bound.of(n), Order.LANES, List.of(narrowSum, wideSum),
                    List.of(new Let(x), new Let(wide))),
                    new Store(new Access(out(trial, FLOAT32, 1), Dim.of(0), List.of()), narrowSum.result()),
                    new Store(new Access(out(trial, FLOAT64, 1), Dim.of(0), List.of()), wideSum.result()));
        }
    }

    /** A row's maximum, sum of exponentials and division, over rows of a named length. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 16, 31, 33, 48})
    void softmax(int width) {
        for (DType dtype : List.of(FLOAT32, FLOAT64)) {
            Trial trial = new Trial();
            Dim columns = trial.dim("columns", width);
            Access.Array.Slot x = trial.slot(dtype, numbers(dtype, 3 * width));
            Access.Array.Slot y = out(trial, dtype, 3 * width);
            trial.check(0, 3, Softmax.rows(dtype, x, y, columns));
        }
    }

    /** Column sums: the rows' loop is inside the lanes' one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 40})
    void sequentialWithinLanes(int width) {
        Trial trial = new Trial();
        Value x = new Value.Load(FLOAT32,
                at(trial.slot(FLOAT32, numbers(FLOAT32, 5 * width)), term(width, i), term(1, j)));
        Value row = new Value.Index(FLOAT32, i);
        Value weighted = new Value.Fma(FLOAT32, x, row, real(0.25));
        Accumulator sum = Accumulator.of(Kind.SUM, weighted);
        Accumulator rows = Accumulator.of(Kind.SUM, row);
        Accumulator total = Accumulator.of(Kind.SUM, sum.result());
        Value negative = new Value.Compare(CompareKind.LT, x, real(0));
        Accumulator least = Accumulator.of(Kind.MIN, x);
        Accumulator product = Accumulator.of(Kind.PROD, x);
        Accumulator all = Accumulator.of(Kind.ALL, negative);
        Value mean = new Value.Binary(FLOAT32, BinaryOp.DIV, sum.result(), rows.result());
        Value chosen = new Value.Select(FLOAT32, all.result(), least.result(), product.result());
        Loop inner = new Loop(i, Bound.of(0), Bound.of(5), Order.SEQUENTIAL,
                List.of(sum, rows, least, product, all),
                List.of(new Let(x), new Let(weighted), new Let(negative)));
        trial.check(new Loop(j, Bound.of(0), Bound.of(width), Order.LANES, List.of(total),
                List.of(inner, new Let(mean), new Store(at(out(trial, FLOAT32, width), term(1, j)), mean),
                        new Let(chosen), new Store(at(out(trial, FLOAT32, width), term(1, j)), chosen))),
                new Store(new Access(out(trial, FLOAT32, 1), Dim.of(0), List.of()), total.result()));
    }

    /** What the iterations before have accumulated, used in the loop: by lanes at once, alone, and the same for all. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 40})
    void accumulatedSoFar(int width) {
        Trial trial = new Trial();
        Access.Array.Slot in = trial.slot(FLOAT32, numbers(FLOAT32, 5 * width));
        List<Stmt> body = new ArrayList<>();
        for (Order order : Order.values()) {
            Axis row = new Axis("row");
            Axis lane = new Axis("lane");
            Value x = new Value.Load(FLOAT32, at(in, term(width, row), term(1, lane)));
            Accumulator sum = Accumulator.of(Kind.SUM, x);
            Accumulator rows = Accumulator.of(Kind.SUM, new Value.Index(FLOAT32, row));
            Value after = new Value.Binary(FLOAT32, BinaryOp.ADD, sum.result(), x);
            Value scaled = new Value.Binary(FLOAT32, BinaryOp.MUL, after, rows.result());
            body.add(new Loop(lane, Bound.of(0), Bound.of(width), order, List.of(),
                    List.of(new Loop(row, Bound.of(0), Bound.of(5), Order.SEQUENTIAL, List.of(sum, rows),
                            List.of(new Let(x), new Let(after), new Let(scaled),
                                    new Store(
                                            at(out(trial, FLOAT32, 5 * width), term(width, row),
                                                    term(1, lane)),
                                            scaled),
                                    new Store(
                                            at(out(trial, FLOAT32, 5 * width), term(width, row),
                                                    term(1, lane)),
                                            sum.result()))))));
        }
        trial.check(body.toArray(new Stmt[0]));
    }

    /** A loop over blocks of rows, whose last one is smaller. */
    @Test
    void blocks() {
        Trial trial = new Trial();
        Dim rows = trial.dim("rows", 45);
        Axis block = new Axis("block");
        Value x = new Value.Load(FLOAT32, at(trial.slot(FLOAT32, numbers(FLOAT32, 45)), term(1, i)));
        Accumulator sum = Accumulator.of(Kind.SUM, x);
        trial.check(0, 3,
                new Loop(block, Bound.Param.FROM, Bound.Param.TO, Order.SEQUENTIAL, List.of(), List.of(
                        new Loop(i, new Bound.Block(block, 20, rows, false),
                                new Bound.Block(block, 20, rows, true),
                                Order.LANES, List.of(sum), List.of(new Let(x))),
                        new Store(at(out(trial, FLOAT32, 3), term(1, block)), sum.result()))));
    }

    /**
     * A value, its range checked, as an index: rows of a table, copied by vectors; single elements; and
     * int64.
     */
    @Test
    void indirect() {
        Trial trial = new Trial();
        Dim rows = trial.dim("rows", 6);
        Access.Array.Slot indices = trial.slot(INT64, new long[]{5, 0, 3, 3});
        Access.Array.Slot table = trial.slot(FLOAT32, numbers(FLOAT32, 6 * 21));
        Value index = new Value.Load(INT64, at(indices, term(1, i)));
        Value row = new Value.Checked(index, rows, 0);
        Value x = new Value.Load(FLOAT32, at(table, term(21, row), term(1, j)));
        Axis k = new Axis("k");
        Value at = new Value.Load(INT64, at(indices, term(1, k)));
        Value checked = new Value.Checked(at, rows, 0);
        Value element = new Value.Load(FLOAT32, at(table, term(2, checked), term(3, at)));
        trial.check(0, 4, new Loop(i, Bound.Param.FROM, Bound.Param.TO, Order.SEQUENTIAL, List.of(), List.of(
                new Let(index), new Let(row), new Loop(j, Bound.of(0), Bound.of(21), Order.LANES, List.of(),
                        List.of(new Let(x),
                                new Store(at(out(trial, FLOAT32, 84), term(21, i), term(1, j)), x))))),
                new Loop(k, Bound.of(0), Bound.of(4), Order.LANES, List.of(),
                        List.of(new Let(at), new Let(checked),
                                new Let(element),
                                new Store(at(out(trial, FLOAT32, 4), term(1, k)), element))));
    }

    @Test
    void digits() {
        Trial trial = new Trial();
        Dim depth = trial.dim("depth", 3);
        Axis a = new Axis("a");
        Axis b = new Axis("b");
        Axis c = new Axis("c");
        Value x = new Value.Load(INT32,
                at(trial.slot(INT32, numbers(INT32, 60)), term(15, a), term(1, b), term(5, c)));
        trial.check(7, 60, new Loop(i, Bound.Param.FROM, Bound.Param.TO, Order.LANES, List.of(), List.of(
                new Stmt.Split(i, List.of(a, b, c), List.of(Bound.of(4), Bound.of(5), Bound.of(depth))),
                new Let(x), new Store(at(out(trial, INT32, 60), term(1, i)), x))));
    }

    @Test
    void packedArraysAndParameters() {
        Trial trial = new Trial();
        Access.Array b = new Access.Array.Packed(Access.Role.B, FLOAT32);
        Access.Array a = new Access.Array.Packed(Access.Role.A, FLOAT32);
        Access.Array tile = new Access.Array.Packed(Access.Role.TILE, FLOAT64);
        Value x = new Value.Load(FLOAT32, new Access(b, Dim.of(2), List.of(term(30, i), term(1, j),
                term(1, Bound.Param.K0), term(5, Bound.Param.MATRIX), term(0, Bound.Param.M0))));
        Value t = new Value.Load(FLOAT64, at(tile, term(1, Bound.Param.K1), term(2, j)));
        trial.check(
                new Loop(i, Bound.Param.K0, Bound.Param.K1, Order.SEQUENTIAL, List.of(), List.of(
                        new Loop(j, Bound.Param.N0, Bound.Param.N1, Order.LANES, List.of(),
                                List.of(new Let(x),
                                        new Store(at(a, term(23, i), term(1, j)), x))))),
                new Loop(j, Bound.Param.M0, Bound.Param.M1, Order.LANES, List.of(), List.of(new Let(t),
                        new Store(at(out(trial, FLOAT64, 40), term(1, j)), t))));
    }

    /** Rows of positive and negative keys, many of them equal, one after the other in one array. */
    @Test
    void sortedRows() {
        for (int n : new int[]{0, 1, 2, 39, 40, 300}) {
            Trial trial = new Trial();
            Axis k = new Axis("k");
            Access.Array.Pairs pairs = new Access.Array.Pairs(trial.dim("length", n));
            Value x = new Value.Load(INT64,
                    at(trial.slot(INT64, numbers(INT64, 3 * n)), term(n, i), term(1, j)));
            Value few = new Value.Binary(INT64, BinaryOp.AND, x, new Value.Constant(INT64, -0x1p61));
            Value numbered = new Value.Binary(INT64, BinaryOp.OR, few, new Value.Index(INT64, j));
            Value pair = new Value.Load(INT64, at(pairs, term(1, k)));
            Bound length = Bound.of(pairs.length());
            trial.check(0, 3,
                    new Loop(i, Bound.Param.FROM, Bound.Param.TO, Order.SEQUENTIAL, List.of(), List.of(
                            new Loop(j, Bound.of(0), length, Order.SEQUENTIAL, List.of(),
                                    List.of(new Let(x), new Let(few),
                                            new Let(numbered), new Store(at(pairs, term(1, j)), numbered))),
                            new Stmt.Sort(pairs),
                            new Loop(k, Bound.of(0), length, Order.SEQUENTIAL, List.of(),
                                    List.of(new Let(pair),
                                            new Store(at(out(trial, INT64, 3 * n), term(n, i), term(1, k)),
                                                    pair))))));
        }
    }

    /** Random integers of both widths, from any place in a block on, by lanes and alone. */
    @Test
    void randomIntegers() {
        for (DType dtype : List.of(INT32, INT64)) {
            for (int n = 0; n <= 40; n++) {
                for (Order order : Order.values()) {
                    Trial trial = new Trial();
                    Access.Array stream = new Access.Array.Stream(5L << 40, dtype);
                    Value x = new Value.Load(dtype, new Access(stream, Dim.of(n), List.of(term(1, i))));
                    Value y = new Value.Load(dtype, at(new Access.Array.Stream(6, dtype), term(1, i)));
                    Value both = new Value.Binary(dtype, BinaryOp.XOR, x, y);
                    Accumulator least = Accumulator.of(Kind.MIN, x);
                    trial.check(0, n, new Loop(i, Bound.Param.FROM, Bound.Param.TO, order, List.of(least),
                            List.of(new Let(x), new Let(y), new Let(both),
                                    new Store(at(out(trial, dtype, 40), term(1, i)), both))),
                            new Store(new Access(out(trial, dtype, 1), Dim.of(0), List.of()),
                                    least.result()));
                }
            }
        }
    }

    /** Literals, dimensions and indices as numbers, of every type, in loops of both widths. */
    @Test
    void numbersFromElsewhere() {
        Trial trial = new Trial().literals(new double[]{0.1, -2}, new long[]{-3, 1, 0});
        Dim size = trial.dim(Dim.of("n").times(2), 38);
        List<Stmt> body = new ArrayList<>();
        for (DType dtype : List.of(FLOAT32, FLOAT64, INT32, INT64)) {
            Axis k = new Axis("k");
            Value literal = new Value.Literal(dtype, 0, "c");
            Value sum = new Value.Binary(dtype, BinaryOp.ADD, literal, new Value.Extent(dtype, size));
            Value scaled = new Value.Binary(dtype, BinaryOp.MUL, sum, new Value.Index(dtype, k));
            Value flag = new Value.Literal(BOOL, 1, "true");
            Value chosen = new Value.Select(dtype, flag, scaled, literal);
            Value negated = new Value.Unary(BOOL, UnaryOp.NOT, flag);
            Value below = new Value.Compare(CompareKind.LT, scaled, literal);
            Value any = new Value.Binary(BOOL, BinaryOp.OR, below, negated);
            body.add(new Loop(k, Bound.of(0), Bound.of(size), Order.LANES, List.of(), List.of(new Let(sum),
                    new Let(scaled), new Let(chosen), new Let(negated), new Let(below), new Let(any),
                    new Store(at(out(trial, dtype, 38), term(1, k)), chosen),
                    new Store(at(out(trial, BOOL, 38), term(1, k)), any),
                    new Store(at(out(trial, dtype, 38), term(1, k)), literal))));
        }
        trial.check(body.toArray(new Stmt[0]));
    }

    /** Values that all lanes share, computed within the loop by operations that have no vector form. */
    @Test
    void sharedValuesWithinLanes() {
        Trial trial = new Trial();
        Access.Array.Slot k = trial.slot(INT64, new long[]{17});
        Value wide = new Value.Load(INT64, new Access(k, Dim.of(0), List.of()));
        Value rest = new Value.Binary(INT64, BinaryOp.REM, wide, new Value.Constant(INT64, 5));
        Value shared = new Value.Cast(FLOAT32, rest);
        Value x = new Value.Load(FLOAT32, at(trial.slot(FLOAT32, numbers(FLOAT32, 37)), term(1, i)));
        Value y = new Value.Binary(FLOAT32, BinaryOp.MUL, x, shared);
        Loop loop = new Loop(i, Bound.of(0), Bound.of(37), Order.LANES, List.of(), List.of(new Let(wide),
                new Let(rest), new Let(shared), new Let(x), new Let(y),
                new Store(at(out(trial, FLOAT32, 37), term(1, i)), y)));
        assertTrue(Vectorisable.check(loop));
        trial.check(loop);
    }

    @Test
    void whatCannotBeVectorsIsNot() {
        Access.Array.Slot floats = new Access.Array.Slot(0, FLOAT32, "x");
        Value neighbours = new Value.Load(FLOAT32, at(floats, term(1, i)));
        Value apart = new Value.Load(FLOAT32, at(floats, term(2, i)));
        Value wide = new Value.Cast(FLOAT64, neighbours);
        Value remainder = new Value.Binary(FLOAT32, BinaryOp.REM, neighbours, neighbours);
        assertEquals(List.of(true, false, false, false, false), List.of(
                Vectorisable.check(loop(Order.LANES, neighbours)),
                Vectorisable.check(loop(Order.SEQUENTIAL, neighbours)),
                Vectorisable.check(loop(Order.LANES, apart)),
                Vectorisable.check(loop(Order.LANES, neighbours, wide)),
                Vectorisable.check(loop(Order.LANES, neighbours, remainder))));
        assertFalse(Vectorisable.check(new Loop(i, Bound.of(0), Bound.of(9), Order.LANES,
                List.of(Accumulator.of(Kind.ARGMAX, neighbours)), List.of(new Let(neighbours)))));
    }

    private Loop loop(Order order, Value... values) {
        List<Stmt> lets = new ArrayList<>();
        for (Value value : values) {
            lets.add(new Let(value));
        }
        return new Loop(i, Bound.of(0), Bound.of(9), order, List.of(), lets);
    }
}
