package dev.covector.compiler.emit;

import static dev.covector.compiler.emit.Trial.at;
import static dev.covector.compiler.emit.Trial.lanes;
import static dev.covector.runtime.DType.BOOL;
import static dev.covector.runtime.DType.FLOAT32;
import static dev.covector.runtime.DType.FLOAT64;
import static dev.covector.runtime.DType.INT32;
import static dev.covector.runtime.DType.INT64;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.compiler.loop.Value.BinaryOp;
import dev.covector.compiler.loop.Value.UnaryOp;
import dev.covector.graph.ir.CompareKind;
import dev.covector.runtime.DType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every operation on every type, for pairs of all edge values: a table with rows of 37, so there is always a
 * tail.
 */
final class ElementwiseTest {
    private static final int N = 37;

    /** Edge values of a type, repeated to N · N pairs. */
    static Object edges(DType dtype, boolean second) {
        float[] floats =
                {0, -0f, 1, -1, 0.5f, -2.5f, 3e38f, -3e38f, Float.MIN_VALUE, -Float.MIN_VALUE, 1e-39f,
                    Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 2147483648f, -2147483904f,
                    88.9f, -88.9f,
                    1e-20f, 7};
        double[] doubles =
                {0, -0d, 1, -1, 0.5, -2.5, 1e308, -1e308, Double.MIN_VALUE, -Double.MIN_VALUE, 1e-310,
                    Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 9.3e18, -9.3e18, 710,
                    -746, 1e-200, 7};
        int[] ints =
                {0, 1, -1, 2, 7, -8, 31, 32, 33, Integer.MAX_VALUE, Integer.MIN_VALUE, 16777217, -16777219};
        long[] longs =
                {0, 1, -1, 2, 7, -8, 63, 64, 65, Long.MAX_VALUE, Long.MIN_VALUE, (1L << 53) + 1, 4294967297L};
        int count = N * N;
        Object array = switch (dtype) {
            case FLOAT32 -> new float[count];
            case FLOAT64 -> new double[count];
            case INT32 -> new int[count];
            case INT64 -> new long[count];
            case BOOL -> new boolean[count];
        };
        for (int i = 0; i < count; i++) {
            int e = second ? i / N : i % N;
            switch (dtype) {
                case FLOAT32 -> ((float[]) array)[i] = floats[e % floats.length];
                case FLOAT64 -> ((double[]) array)[i] = doubles[e % doubles.length];
                case INT32 -> ((int[]) array)[i] = ints[e % ints.length];
                case INT64 -> ((long[]) array)[i] = longs[e % longs.length];
                case BOOL -> ((boolean[]) array)[i] = e % 3 == 0;
            }
        }
        return array;
    }

    static Object zeros(DType dtype, int count) {
        return switch (dtype) {
            case FLOAT32 -> new float[count];
            case FLOAT64 -> new double[count];
            case INT32 -> new int[count];
            case INT64 -> new long[count];
            case BOOL -> new boolean[count];
        };
    }

    /** Stores {@code f} of the operands of {@code types} to an output, over all pairs of edges. */
    private static void check(List<DType> types, DType result, Function<List<Value>, Value> f) {
        Trial trial = new Trial();
        Axis i = new Axis("i");
        List<Stmt> body = new ArrayList<>();
        List<Value> operands = new ArrayList<>();
        for (int t = 0; t < types.size(); t++) {
            Value load =
                    new Value.Load(types.get(t), at(trial.slot(types.get(t), edges(types.get(t), t > 0)), i));
            body.add(new Stmt.Let(load));
            operands.add(load);
        }
        Value value = f.apply(operands);
        body.add(new Stmt.Let(value));
        Access.Array.Slot out = trial.slot(result, zeros(result, N * N));
        body.add(new Stmt.Store(at(out, i), value));
        trial.check(lanes(i, N * N, body.toArray(new Stmt[0])));
    }

    private static Set<DType> typesOf(UnaryOp op) {
        return switch (op) {
            case NEG, ABS, SIGN, RELU -> EnumSet.of(FLOAT32, FLOAT64, INT32, INT64);
            default -> EnumSet.of(FLOAT32, FLOAT64);
            case NOT -> EnumSet.of(BOOL, INT32, INT64);
            case FROM_BITS -> EnumSet.of(INT32, INT64);
        };
    }

    @ParameterizedTest
    @EnumSource
    void unary(UnaryOp op) {
        for (DType dtype : typesOf(op)) {
            DType result = switch (op) {
                case TO_BITS -> dtype == FLOAT32 ? INT32 : INT64;
                case FROM_BITS -> dtype == INT32 ? FLOAT32 : FLOAT64;
                case IS_NAN, IS_FINITE -> BOOL;
                default -> dtype;
            };
            check(List.of(dtype), result, x -> new Value.Unary(result, op, x.get(0)));
        }
    }

    private static Set<DType> typesOf(BinaryOp op) {
        return switch (op) {
            case ADD, SUB, MUL, MAX, MIN -> EnumSet.of(FLOAT32, FLOAT64, INT32, INT64);
            case DIV, REM, POW, ATAN2 -> EnumSet.of(FLOAT32, FLOAT64);
            case AND, OR, XOR -> EnumSet.of(BOOL, INT32, INT64);
            case SHL, SHR, USHR -> EnumSet.of(INT32, INT64);
        };
    }

    @ParameterizedTest
    @EnumSource
    void binary(BinaryOp op) {
        for (DType dtype : typesOf(op)) {
            check(List.of(dtype, dtype), dtype, x -> new Value.Binary(dtype, op, x.get(0), x.get(1)));
            check(List.of(dtype), dtype,
                    x -> new Value.Binary(dtype, op, x.get(0),
                            new Value.Constant(dtype, dtype == BOOL ? 1 : 5)));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DIV", "REM"})
    void integerDivision(BinaryOp op) {
        for (DType dtype : List.of(INT32, INT64)) {
            for (int by : new int[]{-1, 1, 3, -7}) {
                check(List.of(dtype), dtype,
                        x -> new Value.Binary(dtype, op, x.get(0), new Value.Constant(dtype, by)));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void compare(CompareKind kind) {
        for (DType dtype : DType.values()) {
            check(List.of(dtype, dtype), BOOL, x -> new Value.Compare(kind, x.get(0), x.get(1)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void select(DType dtype) {
        check(List.of(BOOL, dtype, dtype), dtype, x -> new Value.Select(dtype, x.get(0), x.get(1), x.get(2)));
    }

    @ParameterizedTest
    @EnumSource
    void cast(DType from) {
        for (DType to : DType.values()) {
            check(List.of(from), to, x -> new Value.Cast(to, x.get(0)));
        }
    }

    @Test
    void fma() {
        for (DType dtype : List.of(FLOAT32, FLOAT64)) {
            check(List.of(dtype, dtype, dtype), dtype,
                    x -> new Value.Fma(dtype, x.get(0), x.get(1), x.get(2)));
        }
    }

    /**
     * Bools of compares of floats, of compares of ints, and from memory meet: their masks are of different
     * types.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 15, 16, 17, 31, 33, 40})
    void boolsOfDifferentOrigin(int n) {
        Trial trial = new Trial();
        Axis i = new Axis("i");
        Value x = new Value.Load(FLOAT32, at(trial.slot(FLOAT32, edges(FLOAT32, false)), i));
        Value k = new Value.Load(INT32, at(trial.slot(INT32, edges(INT32, false)), i));
        Value b = new Value.Load(BOOL, at(trial.slot(BOOL, edges(BOOL, false)), i));
        Value above = new Value.Compare(CompareKind.GT, x, new Value.Constant(FLOAT32, 0));
        Value below = new Value.Compare(CompareKind.LT, k, new Value.Constant(INT32, 3));
        Value both = new Value.Binary(BOOL, BinaryOp.AND, above, below);
        Value any = new Value.Binary(BOOL, BinaryOp.XOR, both, b);
        Value same = new Value.Compare(CompareKind.EQ, b, any);
        Value choice = new Value.Select(BOOL, above, same, below);
        Value number =
                new Value.Select(FLOAT32, below, x, new Value.Cast(FLOAT32, new Value.Index(INT32, i)));
        Value cast = ((Value.Select) number).b();
        Value whole = new Value.Select(INT32, choice, k, new Value.Index(INT32, i));
        trial.check(
                lanes(i, n, let(x), let(k), let(b), let(above), let(below), let(both), let(any), let(same),
                        let(choice), let(cast), let(number), let(whole),
                        new Stmt.Store(at(trial.slot(BOOL, zeros(BOOL, n)), i), choice),
                        new Stmt.Store(at(trial.slot(FLOAT32, zeros(FLOAT32, n)), i), number),
                        new Stmt.Store(at(trial.slot(INT32, zeros(INT32, n)), i), whole)));
    }

    private static Stmt let(Value value) {
        return new Stmt.Let(value);
    }
}
