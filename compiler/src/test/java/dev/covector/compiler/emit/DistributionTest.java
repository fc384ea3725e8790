package dev.covector.compiler.emit;

import static dev.covector.runtime.DType.BOOL;
import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.INT32;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Accumulator;
import dev.covector.compiler.loop.Accumulator.Kind;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.Nest;
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
import dev.covector.runtime.kernel.Scratch;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops of scalar code that run as several. */
final class DistributionTest {
    private static final int BLOCK = Scratch.BLOCK;

    private final Axis i = new Axis("i");
    private final List<Stmt> body = new ArrayList<>();

    private Value let(Value value) {
        body.add(new Let(value));
        return value;
    }

    private Value unary(UnaryOp op, Value x) {
        return let(new Value.Unary(x.dtype(), op, x));
    }

    private Value binary(BinaryOp op, Value a, Value b) {
        return let(new Value.Binary(a.dtype(), op, a, b));
    }

    private Value load(Access.Array.Slot slot) {
        return let(new Value.Load(slot.dtype(), Trial.at(slot, i)));
    }

    private void store(Access.Array.Slot slot, Value value) {
        body.add(new Store(Trial.at(slot, i), value));
    }

    private static Value real(double value) {
        return new Value.Constant(FLOAT32, value);
    }

    private static float[] reals(int seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] x = new float[count];
        for (int n = 0; n < count; n++) {
            x[n] = n % 97 == 5 ? Float.NaN : n % 89 == 7 ? -0f : (float) random.nextDouble(-12, 12);
        }
        return x;
    }

    private Loop loop(Accumulator... accumulators) {
        return new Loop(i, Bound.Param.FROM, Bound.Param.TO, Order.LANES, List.of(accumulators), body);
    }

    private static @Nullable Distribution of(Loop loop) {
        return Distribution.of(loop, new Uses(new Nest("k0", List.of(loop)), Flavour.SCALAR));
    }

    /** All that a body can have: types, an index, an invariant, stores of each kind, accumulators of each kind. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 16, 17, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 37})
    void blocksOfAllLengths(int n) {
        Trial trial = new Trial();
        int size = 3 * BLOCK;
        Value x = load(trial.slot(FLOAT32, reals(1, size)));
        Value y = load(trial.slot(FLOAT32, reals(2, size)));
        int[] ints = new SplittableRandom(3).ints(size, -9, 9).toArray();
        Value k = load(trial.slot(INT32, ints));
        Value only = load(trial.slot(FLOAT32, reals(4, size)));
        Access.Array.Slot one = trial.slot(FLOAT32, new float[]{1.5f});
        Value invariant = let(new Value.Load(FLOAT32, new Access(one, Dim.of(0), List.of())));
        Value sigmoid = unary(UnaryOp.SIGMOID, x);
        Value log = unary(UnaryOp.LOG, y);
        Value less = let(new Value.Compare(CompareKind.LT, x, y));
        Value chosen = let(new Value.Select(FLOAT32, less, sigmoid, log));
        Value tanh = unary(UnaryOp.TANH, binary(BinaryOp.MUL, chosen, invariant));
        Value number = let(new Value.Cast(FLOAT32, k));
        Value place = binary(BinaryOp.MUL, number, new Value.Index(FLOAT32, i));
        Value product = binary(BinaryOp.ADD, place, tanh);
        store(trial.slot(FLOAT32, new float[size]), product);
        store(trial.slot(FLOAT32, new float[size]), chosen);
        store(trial.slot(INT32, new int[size]), binary(BinaryOp.ADD, k, k));
        store(trial.slot(BOOL, new boolean[size]), less);
        store(trial.slot(FLOAT32, new float[size]), invariant);
        Accumulator sum = Accumulator.of(Kind.SUM, tanh);
        Accumulator prod = Accumulator.of(Kind.PROD, sigmoid);
        Accumulator max = Accumulator.of(Kind.MAX, product);
        Accumulator direct = Accumulator.of(Kind.SUM, only);
        Loop loop = loop(sum, prod, max, direct);
        assertNotNull(of(loop));
        Access.Array.Slot out = trial.slot(FLOAT32, new float[4]);
        List<Stmt> nest = new ArrayList<>(List.of(loop));
        int place4 = 0;
        for (Accumulator accumulator : loop.accumulators()) {
            nest.add(new Store(new Access(out, Dim.of(place4++), List.of()), accumulator.result()));
        }
        trial.check(3, 3 + n, nest.toArray(Stmt[]::new));
    }

    /** Long bodies, in which values live for long: with few of them, and with more than there are rows. */
    @ParameterizedTest
    @CsvSource({"10, true", "25, true", "60, false"})
    void longBodies(int living, boolean distributed) {
        Trial trial = new Trial();
        int size = BLOCK + 100;
        SplittableRandom random = new SplittableRandom(living);
        List<Value> values = new ArrayList<>();
        values.add(load(trial.slot(FLOAT32, reals(5, size))));
        for (int step = 0; step < 160; step++) {
            Value a = values.get(random.nextInt(values.size()));
            Value b = values.get(random.nextInt(values.size()));
            Value next = let(new Value.Fma(FLOAT32, a, real(0.5), b));
            if (values.size() < living) {
                values.add(next);
            } else {
                values.set(random.nextInt(living), next);
            }
        }
        Value sum = values.get(0);
        for (Value value : values) {
            sum = binary(BinaryOp.ADD, sum, value);
        }
        store(trial.slot(FLOAT32, new float[size]), sum);
        Loop loop = loop();
        assertEquals(distributed, of(loop) != null);
        trial.check(0, size, loop);
    }

    /** What C2 has no vectors for is apart, and no part is longer than what C2 unrolls. */
    @ParameterizedTest
    @CsvSource({"TANH, 1", "SIGMOID, 2", "ERF, 2"})
    void partsOfFunctions(UnaryOp op, int parts) {
        Value x = load(new Access.Array.Slot(0, FLOAT32, "x"));
        store(new Access.Array.Slot(1, FLOAT32, "y"), unary(op, x));
        Distribution distribution = of(loop());
        assertEquals(parts, distribution == null ? 1 : distribution.parts.size());
        if (distribution != null) {
            distribution.parts.forEach(part -> assertTrue(part.steps().size() <= 34));
        }
    }

    /** Reads come before writes then. */
    @Test
    void notIfAnElementIsReadAfterItIsWritten() {
        Access.Array.Slot array = new Access.Array.Slot(0, FLOAT32, "x");
        store(array, unary(UnaryOp.SIGMOID, load(array)));
        assertNotNull(of(loop()));
        load(array);
        assertNull(of(loop()));
    }

    @ParameterizedTest
    @CsvSource({"FLOAT32, 1000, true", "FLOAT32, 64, false", "FLOAT64, 1000, false"})
    void onlyLongLoopsOfFloats(DType dtype, int extent, boolean distributed) {
        Value x = load(new Access.Array.Slot(0, dtype, "x"));
        Accumulator sum = Accumulator.of(Kind.SUM, x);
        Loop loop = new Loop(i, Bound.of(0), Bound.of(extent), Order.LANES, List.of(sum), body);
        assertEquals(distributed, of(loop) != null);
    }
}
