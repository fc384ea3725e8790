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
import dev.covector.compiler.loop.Value.UnaryOp;
import dev.covector.runtime.DType;
import dev.covector.runtime.kernel.Code;
import dev.covector.runtime.kernel.Frame;
import dev.covector.runtime.kernel.Scratch;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The errors that {@link dev.covector.compiler.loop.MathFunctions} states, on samples of all magnitudes. */
final class MathFunctionsTest {
    /** The property that widens the float32 test to every float: some minutes. */
    private static final boolean ALL = Boolean.getBoolean("covector.test.all.floats");

    private static DoubleUnaryOperator exact(UnaryOp op) {
        return switch (op) {
            case EXP -> StrictMath::exp;
            case LOG -> StrictMath::log;
            case TANH -> StrictMath::tanh;
            case SIGMOID ->
                    x -> x < 0 ? StrictMath.exp(x) / (1 + StrictMath.exp(x)) : 1 / (1 + StrictMath.exp(-x));
            default -> throw new AssertionError(op);
        };
    }

    /** Code that maps a function over the first {@code to} elements of buffer 0, into buffer 1. */
    private static Code map(UnaryOp op, DType dtype) {
        Axis i = new Axis("i");
        Value x = new Value.Load(dtype, Trial.at(new Access.Array.Slot(0, dtype, "x"), i));
        Value y = new Value.Unary(dtype, op, x);
        Nest nest = new Nest("k0_map", List.of(new Stmt.Loop(i, Bound.Param.FROM, Bound.Param.TO,
                Stmt.Order.LANES, List.of(), List.of(new Stmt.Let(x), new Stmt.Let(y),
                        new Stmt.Store(Trial.at(new Access.Array.Slot(1, dtype, "y"), i), y)))));
        return new Loader().load(Emitter.emit(new Emitter.Request("covector/trial/Map", "map.kernels",
                List.of(nest), List.of(), LoopPrinter.print(List.of(nest), List.of()), Flavour.SCALAR)));
    }

    private static Frame frame(Object x, Object y) {
        Frame frame = new Frame(2, 0, new double[0], new long[0], List::of);
        frame.buffers[0] = x;
        frame.buffers[1] = y;
        return frame;
    }

    @ParameterizedTest
    @CsvSource({"EXP, 1", "LOG, 1", "TANH, 2", "SIGMOID, 2"})
    void float32(UnaryOp op, double bound) {
        int block = 1 << 16;
        float[] x = new float[block];
        float[] y = new float[block];
        Frame frame = frame(x, y);
        Code code = map(op, DType.FLOAT32);
        DoubleUnaryOperator exact = exact(op);
        int stride = ALL ? 1 : 1021;
        long bits = Integer.MIN_VALUE;
        double worst = 0;
        float worstAt = 0;
        while (bits <= Integer.MAX_VALUE) {
            int count = 0;
            for (; count < block && bits <= Integer.MAX_VALUE; bits += stride) {
                x[count++] = Float.intBitsToFloat((int) bits);
            }
            code.run(0, frame, new Scratch(), 0, count);
            for (int i = 0; i < count; i++) {
                double wanted = exact.applyAsDouble(x[i]);
                double error = error(wanted, y[i], (float) wanted, Math.ulp((float) wanted));
                if (!(error <= worst)) {
                    worst = error;
                    worstAt = x[i];
                }
            }
        }
        double greatest = worst;
        float at = worstAt;
        assertTrue(worst <= bound,
                () -> op + "(" + at + ") is wrong by " + greatest + " units of the last place");
    }

    /** In units of the last place; NaN for the wrong kind of number. */
    private static double error(double wanted, double got, double rounded, double ulp) {
        if (Double.isNaN(wanted)) {
            return Double.isNaN(got) ? 0 : Double.NaN;
        }
        if (Double.isInfinite(rounded) || Double.isInfinite(got)) {
            return rounded == got ? 0 : Double.NaN;
        }
        return Math.abs(got - wanted) / ulp;
    }

    @ParameterizedTest
    @CsvSource({"EXP, 2", "LOG, 2", "TANH, 3", "SIGMOID, 3"})
    void float64(UnaryOp op, double bound) {
        int count = 1 << 18;
        double[] x = new double[count];
        double[] y = new double[count];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < count; i++) {
            x[i] = switch (i % 4) {
                case 0 -> Double.longBitsToDouble(random.nextLong());
                case 1 -> random.nextDouble(-2, 2);
                case 2 -> random.nextDouble(-750, 750);
                default -> random.nextDouble(-25, 25);
            };
        }
        map(op, DType.FLOAT64).run(0, frame(x, y), new Scratch(), 0, count);
        DoubleUnaryOperator exact = exact(op);
        for (int i = 0; i < count; i++) {
            int index = i;
            // StrictMath is itself wrong by up to one unit (the bound of a sigmoid made of it, two).
            double wanted = exact.applyAsDouble(x[i]);
            double error = error(wanted, y[i], wanted, Math.ulp(wanted));
            assertTrue(error <= bound,
                    () -> op + "(" + x[index] + ") is wrong by " + error + ": " + y[index]);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "EXP, 0, 1", "EXP, -0.0, 1", "EXP, Infinity, Infinity", "EXP, -Infinity, 0", "EXP, NaN, NaN",
        "EXP, 1000, Infinity", "EXP, -1000, 0",
        "LOG, 1, 0", "LOG, 0, -Infinity", "LOG, -0.0, -Infinity", "LOG, -1, NaN", "LOG, Infinity, Infinity",
        "LOG, -Infinity, NaN", "LOG, NaN, NaN",
        "TANH, 0, 0", "TANH, -0.0, -0.0", "TANH, Infinity, 1", "TANH, -Infinity, -1", "TANH, NaN, NaN",
        "TANH, 1e-40, 1e-40", "TANH, -1e-30, -1e-30", "TANH, 30, 1", "TANH, -30, -1",
        "SIGMOID, 0, 0.5", "SIGMOID, Infinity, 1", "SIGMOID, -Infinity, 0", "SIGMOID, NaN, NaN",
        "SIGMOID, 800, 1", "SIGMOID, -800, 0"})
    void edges(UnaryOp op, double x, double wanted) {
        double[] y = new double[1];
        map(op, DType.FLOAT64).run(0, frame(new double[]{x}, y), new Scratch(), 0, 1);
        assertEquals(wanted, y[0], () -> op + " in float64");
        float[] z = new float[1];
        map(op, DType.FLOAT32).run(0, frame(new float[]{(float) x}, z), new Scratch(), 0, 1);
        assertEquals((float) wanted, z[0], () -> op + " in float32");
    }
}
