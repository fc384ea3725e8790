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
import dev.covector.runtime.kernel.Program;
import dev.covector.runtime.kernel.Scratch;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The errors that {@link dev.covector.compiler.loop.MathFunctions} states, on samples of all magnitudes. */
final class MathFunctionsTest {
    /** The property that widens the float32 test to every float: some minutes. */
    private static final boolean ALL = Boolean.getBoolean("covector.test.all.floats");

    private static DoubleUnaryOperator exact(UnaryOp op) {
        return switch (op) {
            case EXP -> StrictMath::exp;
            case LOG -> StrictMath::log;
            case EXPM1 -> StrictMath::expm1;
            case LOG1P -> StrictMath::log1p;
            case SINH -> StrictMath::sinh;
            case COSH -> StrictMath::cosh;
            case TANH -> StrictMath::tanh;
            case SIGMOID ->
                    x -> x < 0 ? StrictMath.exp(x) / (1 + StrictMath.exp(x)) : 1 / (1 + StrictMath.exp(-x));
            case SOFTPLUS -> x -> Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
            case SIN -> StrictMath::sin;
            case COS -> StrictMath::cos;
            case TAN -> StrictMath::tan;
            case ASIN -> StrictMath::asin;
            case ACOS -> StrictMath::acos;
            case ATAN -> StrictMath::atan;
            case RSQRT -> x -> 1 / StrictMath.sqrt(x);
            case FLOOR -> StrictMath::floor;
            case CEIL -> StrictMath::ceil;
            case ROUND -> StrictMath::rint;
            case ERF -> MathFunctionsTest::erf;
            case IS_NAN -> x -> Double.isNaN(x) ? 1 : 0;
            case IS_FINITE -> x -> Double.isFinite(x) ? 1 : 0;
            default -> throw new AssertionError(op);
        };
    }

    /** By a series of positive terms: wrong by a few units of the last place of a double, enough for float32. */
    private static double erf(double x) {
        double square = x * x;
        if (square > 36) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > Math.abs(sum) * 0x1p-60; n++) {
            term *= 2 * square / (2 * n + 1);
            sum += term;
        }
        return sum * StrictMath.exp(-square) * 2 / Math.sqrt(Math.PI);
    }

    /** By Taylor's series, with 50 digits, of which 16 cancel at most. */
    private static double erfOf50Digits(double x) {
        if (!(Math.abs(x) <= 6) || x == 0) {
            return erf(x);
        }
        MathContext digits = new MathContext(50);
        BigDecimal exact = new BigDecimal(x);
        BigDecimal minusSquare = exact.multiply(exact, digits).negate();
        BigDecimal term = exact;
        BigDecimal sum = exact;
        for (int n = 1; Math.abs(term.doubleValue()) > Math.abs(x) * 1e-20; n++) {
            term = term.multiply(minusSquare, digits).divide(BigDecimal.valueOf(n), digits);
            sum = sum.add(term.divide(BigDecimal.valueOf(2L * n + 1), digits), digits);
        }
        BigDecimal twoBySqrtPi = new BigDecimal("1.1283791670955125738961589031215451716881012586580");
        return sum.multiply(twoBySqrtPi, digits).doubleValue();
    }

    /** Code that maps a function over the first {@code to} elements of buffer 0, into buffer 1. */
    private static Code map(UnaryOp op, DType dtype) {
        return map(op, dtype, Stmt.Order.LANES);
    }

    private static Code map(UnaryOp op, DType dtype, Stmt.Order order) {
        Axis i = new Axis("i");
        Value x = new Value.Load(dtype, Trial.at(new Access.Array.Slot(0, dtype, "x"), i));
        boolean asks = op == UnaryOp.IS_NAN || op == UnaryOp.IS_FINITE;
        Value y = new Value.Unary(asks ? DType.BOOL : dtype, op, x);
        Value number = new Value.Cast(dtype, y);
        Nest nest = new Nest("k0_map", List.of(new Stmt.Loop(i, Bound.Param.FROM, Bound.Param.TO,
                order, List.of(), List.of(new Stmt.Let(x), new Stmt.Let(y), new Stmt.Let(number),
                        new Stmt.Store(Trial.at(new Access.Array.Slot(1, dtype, "y"), i), number)))));
        return new Loader().load(Emitter.emit(new Emitter.Request("covector/trial/Map", "map.kernels",
                List.of(nest), List.of(), LoopPrinter.print(List.of(nest), List.of()), Flavour.SCALAR)));
    }

    private static Frame frame(Object x, Object y) {
        Frame frame = new Frame(2, 0, new double[0], new long[0], () -> Program.Notes.NONE);
        frame.buffers[0] = x;
        frame.buffers[1] = y;
        return frame;
    }

    @ParameterizedTest
    @CsvSource({"EXP, 1", "EXPM1, 2", "LOG, 1", "LOG1P, 1", "SINH, 2", "COSH, 2", "TANH, 2.5", "SIGMOID, 2.5",
        "SOFTPLUS, 2",
        "SIN, 2", "COS, 2", "TAN, 2", "ASIN, 2", "ACOS, 2", "ATAN, 2", "ERF, 2", "RSQRT, 2", "FLOOR, 0",
        "CEIL, 0", "ROUND, 0", "IS_NAN, 0", "IS_FINITE, 0"})
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

    /** Loops for C2 compute some functions by other steps, and in parts: see {@code Arithmetic}, {@code Distribution}. */
    @ParameterizedTest
    @EnumSource(names = {"EXP", "TANH", "SIGMOID", "ERF", "SOFTPLUS", "LOG", "EXPM1"})
    void formsForLanesGiveTheSameBits(UnaryOp op) {
        int block = 1 << 16;
        float[] x = new float[block];
        float[] wanted = new float[block];
        float[] got = new float[block];
        Code usual = map(op, DType.FLOAT32, Stmt.Order.SEQUENTIAL);
        Code forLanes = map(op, DType.FLOAT32, Stmt.Order.LANES);
        int stride = ALL ? 1 : 1021;
        long bits = Integer.MIN_VALUE;
        while (bits <= Integer.MAX_VALUE) {
            int count = 0;
            for (; count < block && bits <= Integer.MAX_VALUE; bits += stride) {
                x[count++] = Float.intBitsToFloat((int) bits);
            }
            usual.run(0, frame(x, wanted), new Scratch(), 0, count);
            forLanes.run(0, frame(x, got), new Scratch(), 0, count);
            for (int i = 0; i < count; i++) {
                if (Float.floatToIntBits(wanted[i]) != Float.floatToIntBits(got[i])) {
                    assertEquals(wanted[i], got[i], op + "(" + x[i] + ")");
                }
            }
        }
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
    @CsvSource({"EXP, 2", "EXPM1, 3", "LOG, 2", "LOG1P, 2", "SINH, 3", "COSH, 3", "TANH, 3", "SIGMOID, 3",
        "SOFTPLUS, 3",
        "SIN, 2", "COS, 2", "TAN, 3", "ASIN, 3", "ACOS, 2", "ATAN, 2", "ERF, 2", "RSQRT, 2", "FLOOR, 0",
        "CEIL, 0", "ROUND, 0", "IS_NAN, 0", "IS_FINITE, 0"})
    void float64(UnaryOp op, double bound) {
        int count = op == UnaryOp.ERF ? 1 << 13 : 1 << 18;
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
        DoubleUnaryOperator exact = op == UnaryOp.ERF ? MathFunctionsTest::erfOf50Digits : exact(op);
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
        "SIGMOID, 800, 1", "SIGMOID, -800, 0",
        "EXPM1, 0, 0", "EXPM1, -0.0, -0.0", "EXPM1, Infinity, Infinity", "EXPM1, -Infinity, -1",
        "EXPM1, NaN, NaN",
        "EXPM1, 1e-40, 1e-40", "EXPM1, 1000, Infinity", "EXPM1, -1000, -1",
        "LOG1P, 0, 0", "LOG1P, -0.0, -0.0", "LOG1P, Infinity, Infinity", "LOG1P, -1, -Infinity",
        "LOG1P, -2, NaN",
        "LOG1P, -Infinity, NaN", "LOG1P, NaN, NaN", "LOG1P, -1e-40, -1e-40",
        "SINH, 0, 0", "SINH, -0.0, -0.0", "SINH, Infinity, Infinity", "SINH, -Infinity, -Infinity",
        "SINH, NaN, NaN",
        "SINH, 1e-40, 1e-40", "SINH, 1000, Infinity", "SINH, -1000, -Infinity",
        "COSH, 0, 1", "COSH, -0.0, 1", "COSH, Infinity, Infinity", "COSH, -Infinity, Infinity",
        "COSH, NaN, NaN",
        "COSH, -1000, Infinity",
        "SOFTPLUS, -Infinity, 0", "SOFTPLUS, Infinity, Infinity", "SOFTPLUS, NaN, NaN", "SOFTPLUS, -1000, 0",
        "SOFTPLUS, 1000, 1000",
        "SIN, 0, 0", "SIN, -0.0, -0.0", "SIN, Infinity, NaN", "SIN, -Infinity, NaN", "SIN, NaN, NaN",
        "SIN, 1e-40, 1e-40",
        "COS, 0, 1", "COS, -0.0, 1", "COS, Infinity, NaN", "COS, NaN, NaN", "COS, 1e-40, 1",
        "TAN, 0, 0", "TAN, -0.0, -0.0", "TAN, Infinity, NaN", "TAN, NaN, NaN", "TAN, -1e-40, -1e-40",
        "ASIN, 0, 0", "ASIN, -0.0, -0.0", "ASIN, 1, 1.5707963267948966", "ASIN, -1, -1.5707963267948966",
        "ASIN, 1.5, NaN",
        "ASIN, -Infinity, NaN", "ASIN, NaN, NaN", "ASIN, 1e-40, 1e-40",
        "ACOS, 1, 0", "ACOS, -1, 3.141592653589793", "ACOS, 0, 1.5707963267948966", "ACOS, -1.5, NaN",
        "ACOS, NaN, NaN",
        "ATAN, 0, 0", "ATAN, -0.0, -0.0", "ATAN, Infinity, 1.5707963267948966",
        "ATAN, -Infinity, -1.5707963267948966",
        "ATAN, NaN, NaN", "ATAN, -1e-40, -1e-40",
        "ERF, 0, 0", "ERF, -0.0, -0.0", "ERF, Infinity, 1", "ERF, -Infinity, -1", "ERF, NaN, NaN",
        "ERF, 1e300, 1",
        "RSQRT, 0, Infinity", "RSQRT, -0.0, -Infinity", "RSQRT, Infinity, 0", "RSQRT, -1, NaN",
        "RSQRT, NaN, NaN",
        "RSQRT, 4, 0.5",
        "FLOOR, -0.0, -0.0", "FLOOR, 0.5, 0", "FLOOR, -0.5, -1", "FLOOR, 2, 2", "FLOOR, -2.5, -3",
        "FLOOR, NaN, NaN",
        "FLOOR, Infinity, Infinity", "FLOOR, -Infinity, -Infinity", "FLOOR, 8388607.5, 8388607",
        "FLOOR, 1e30, 1e30",
        "CEIL, -0.0, -0.0", "CEIL, 0.5, 1", "CEIL, -0.5, -0.0", "CEIL, 2, 2", "CEIL, 2.5, 3",
        "CEIL, NaN, NaN",
        "CEIL, Infinity, Infinity", "CEIL, -Infinity, -Infinity", "CEIL, -8388607.5, -8388607",
        "CEIL, -1e30, -1e30",
        "ROUND, -0.0, -0.0", "ROUND, 0.5, 0", "ROUND, 1.5, 2", "ROUND, -0.5, -0.0", "ROUND, -1.5, -2",
        "ROUND, 2.5, 2",
        "ROUND, NaN, NaN", "ROUND, -Infinity, -Infinity", "ROUND, 8388606.5, 8388606", "ROUND, 1e30, 1e30",
        "IS_NAN, NaN, 1", "IS_NAN, Infinity, 0", "IS_NAN, 0, 0",
        "IS_FINITE, NaN, 0", "IS_FINITE, -Infinity, 0", "IS_FINITE, -0.0, 1", "IS_FINITE, 3e38, 1"})
    void edges(UnaryOp op, double x, double wanted) {
        double[] y = new double[1];
        map(op, DType.FLOAT64).run(0, frame(new double[]{x}, y), new Scratch(), 0, 1);
        assertEquals(wanted, y[0], () -> op + " in float64");
        float[] z = new float[1];
        map(op, DType.FLOAT32).run(0, frame(new float[]{(float) x}, z), new Scratch(), 0, 1);
        assertEquals((float) wanted, z[0], () -> op + " in float32");
    }
}
