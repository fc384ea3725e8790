package dev.covector.compiler.emit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.covector.compiler.loop.Access;
import dev.covector.compiler.loop.Axis;
import dev.covector.compiler.loop.Bound;
import dev.covector.compiler.loop.LoopPrinter;
import dev.covector.compiler.loop.Nest;
import dev.covector.compiler.loop.Stmt;
import dev.covector.compiler.loop.Value;
import dev.covector.compiler.loop.Value.BinaryOp;
import dev.covector.runtime.DType;
import dev.covector.runtime.kernel.Code;
import dev.covector.runtime.kernel.Frame;
import dev.covector.runtime.kernel.Program;
import dev.covector.runtime.kernel.Scratch;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The errors that {@link dev.covector.compiler.loop.MathFunctions} states of functions of two numbers. */
final class PairFunctionsTest {
    /** As many pairs for each test; many millions are right, too. */
    private static final int BLOCKS = Integer.getInteger("covector.test.pairs.blocks", 4);

    private static final int BLOCK = 1 << 16;

    private static final double[] EDGES =
            {0, -0.0, 0.5, -0.5, 1, -1, 1.5, -1.5, 2, -2, 3, -3, 7, 1e-40, -1e-40, 1e30,
                -1e30, 8388607, -8388607, 8388608, 16777215, 16777217, 4503599627370495.5, 4503599627370497.0,
                9007199254740991.0,
                9007199254740992.0, Float.MIN_VALUE, Double.MIN_VALUE, 0x1.fffffep-1, 1.0000001192092896,
                Double.MAX_VALUE,
                Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};

    private static double exact(BinaryOp op, double a, double b) {
        return op == BinaryOp.POW ? StrictMath.pow(a, b) : StrictMath.atan2(a, b);
    }

    /** Code that maps a function over the first {@code to} elements of buffers 0 and 1, into buffer 2. */
    private static Code map(BinaryOp op, DType dtype) {
        Axis i = new Axis("i");
        Value a = new Value.Load(dtype, Trial.at(new Access.Array.Slot(0, dtype, "a"), i));
        Value b = new Value.Load(dtype, Trial.at(new Access.Array.Slot(1, dtype, "b"), i));
        Value y = new Value.Binary(dtype, op, a, b);
        Nest nest = new Nest("k0_map", List.of(new Stmt.Loop(i, Bound.Param.FROM, Bound.Param.TO,
                Stmt.Order.LANES, List.of(), List.of(new Stmt.Let(a), new Stmt.Let(b), new Stmt.Let(y),
                        new Stmt.Store(Trial.at(new Access.Array.Slot(2, dtype, "y"), i), y)))));
        return new Loader().load(Emitter.emit(new Emitter.Request("covector/trial/Map", "map.kernels",
                List.of(nest), List.of(), LoopPrinter.print(List.of(nest), List.of()), Flavour.SCALAR)));
    }

    /** The results for pairs that are rounded to {@code dtype}. */
    private static double[] run(Code code, DType dtype, double[] a, double[] b) {
        int count = a.length;
        Frame frame = new Frame(3, 0, new double[0], new long[0], () -> Program.Notes.NONE);
        double[] result = new double[count];
        if (dtype == DType.FLOAT64) {
            frame.buffers[0] = a;
            frame.buffers[1] = b;
            frame.buffers[2] = result;
            code.run(0, frame, new Scratch(), 0, count);
            return result;
        }
        float[] y = new float[count];
        frame.buffers[0] = narrow(a);
        frame.buffers[1] = narrow(b);
        frame.buffers[2] = y;
        code.run(0, frame, new Scratch(), 0, count);
        for (int i = 0; i < count; i++) {
            result[i] = y[i];
        }
        return result;
    }

    private static float[] narrow(double[] x) {
        float[] y = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = (float) x[i];
        }
        return y;
    }

    /** Any number of the type, of any magnitude. */
    private static double any(SplittableRandom random, boolean wide) {
        return wide ? Double.longBitsToDouble(random.nextLong()) : Float.intBitsToFloat(random.nextInt());
    }

    /** An operand beside {@code a} for which the result is of any magnitude, or for which much cancels. */
    private static double partner(BinaryOp op, SplittableRandom random, boolean wide, double a) {
        return op == BinaryOp.POW
                ? random.nextDouble(wide ? -746 : -104, wide ? 711 : 89) / Math.log(Math.abs(a))
                : a * random.nextDouble(-2, 2);
    }

    @ParameterizedTest
    @CsvSource({"POW, FLOAT32, 2", "POW, FLOAT64, 2", "ATAN2, FLOAT32, 2", "ATAN2, FLOAT64, 3"})
    void errors(BinaryOp op, DType dtype, double bound) {
        boolean wide = dtype == DType.FLOAT64;
        Code code = map(op, dtype);
        SplittableRandom random = new SplittableRandom(1);
        double[] a = new double[BLOCK];
        double[] b = new double[BLOCK];
        for (int block = 0; block < BLOCKS; block++) {
            for (int i = 0; i < BLOCK; i++) {
                a[i] = switch (i % 4) {
                    case 0, 1 -> any(random, wide);
                    case 2 -> 1
                            + (random.nextDouble() - 0.5) * Math.scalb(1.0, -random.nextInt(wide ? 50 : 22));
                    default -> random.nextDouble(-4, 4);
                };
                a[i] = wide ? a[i] : (float) a[i];
                b[i] = switch (i % 4) {
                    case 0 -> any(random, wide);
                    case 3 -> random.nextInt(-60, 60);
                    default -> partner(op, random, wide, a[i]);
                };
                b[i] = wide ? b[i] : (float) b[i];
            }
            double[] y = run(code, dtype, a, b);
            for (int i = 0; i < BLOCK; i++) {
                // StrictMath.pow is wrong by hundreds of units there.
                if (!wide || op != BinaryOp.POW || Math.abs(b[i]) <= 0x1p31) {
                    check(op, dtype, a[i], b[i], y[i], bound);
                }
            }
        }
    }

    private static void check(BinaryOp op, DType dtype, double a, double b, double got, double bound) {
        double wanted = exact(op, a, b);
        boolean wide = dtype == DType.FLOAT64;
        double rounded = wide ? wanted : (float) wanted;
        double error = wide ? Math.abs(got - wanted) / Math.ulp(wanted)
                : Math.abs(got - wanted) / Math.ulp((float) wanted);
        boolean same = Double.compare(rounded, got) == 0;
        boolean sameSign = Math.copySign(1, rounded) == Math.copySign(1, got);
        assertTrue(same || error <= bound && sameSign,
                () -> op + "(" + a + ", " + b + ") in " + dtype + " is " + got + ", not " + wanted);
    }

    @ParameterizedTest
    @EnumSource(names = {"POW", "ATAN2"})
    void edges(BinaryOp op) {
        for (DType dtype : List.of(DType.FLOAT32, DType.FLOAT64)) {
            int n = EDGES.length;
            double[] a = new double[n * n];
            double[] b = new double[n * n];
            for (int i = 0; i < n * n; i++) {
                a[i] = dtype == DType.FLOAT64 ? EDGES[i % n] : (float) EDGES[i % n];
                b[i] = dtype == DType.FLOAT64 ? EDGES[i / n] : (float) EDGES[i / n];
            }
            double[] y = run(map(op, dtype), dtype, a, b);
            for (int i = 0; i < n * n; i++) {
                check(op, dtype, a[i], b[i], y[i], 2);
            }
        }
    }

    /** Against more than 100 digits. */
    @ParameterizedTest
    @CsvSource({"1.0000001, 1e9, 2.6881038582144647e43", "0.9999999, -5e9, 1.4036269386955401e217",
        "1.0000000001, 6e12, 3.773207501042859e260",
        "0.9999998342450509, -4277919431.3967543, 8.959844049907137e307"})
    void largePowers(double a, double b, double wanted) {
        double[] y = run(map(BinaryOp.POW, DType.FLOAT64), DType.FLOAT64, new double[]{a}, new double[]{b});
        assertEquals(wanted, y[0], 2 * Math.ulp(wanted));
    }
}
