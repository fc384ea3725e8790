package dev.covector.compiler.loop;

import dev.covector.compiler.loop.Stmt.Let;
import dev.covector.compiler.loop.Value.BinaryOp;
import dev.covector.compiler.loop.Value.UnaryOp;
import java.util.List;

/**
 * Mathematical functions as arithmetic without branches, so that scalar and vector code of any width compute the same
 * bits. The errors are at most, in units of the last place:
 *
 * <table>
 * <caption>Errors</caption>
 * <tr><th>function</th><th>float32</th><th>float64</th></tr>
 * <tr><td>exp</td><td>1</td><td>2</td></tr>
 * <tr><td>expm1</td><td>2</td><td>3</td></tr>
 * <tr><td>log, log1p</td><td>1</td><td>2</td></tr>
 * <tr><td>pow</td><td>2</td><td>2</td></tr>
 * <tr><td>sinh, cosh, tanh</td><td>2</td><td>3</td></tr>
 * <tr><td>sigmoid, softplus</td><td>2</td><td>3</td></tr>
 * <tr><td>erf</td><td>2</td><td>2</td></tr>
 * <tr><td>sin, cos</td><td>2</td><td>2</td></tr>
 * <tr><td>tan, asin</td><td>2</td><td>3</td></tr>
 * <tr><td>acos, atan</td><td>2</td><td>2</td></tr>
 * <tr><td>atan2</td><td>2</td><td>3</td></tr>
 * <tr><td>rsqrt</td><td>2</td><td>2</td></tr>
 * <tr><td>floor, ceil, round, is_nan, is_finite</td><td>0</td><td>0</td></tr>
 * </table>
 *
 * <p>Subnormal numbers, zeros, infinities and NaN are treated as {@link StrictMath} does. Only the sine, cosine and tangent
 * of numbers above 100,000 (float64: a billion) are {@link StrictMath}'s own. The polynomials are close to
 * the best of their degree: they interpolate in the Chebyshev nodes of their intervals, or are least squares over many
 * of them, fitted again after each coefficient is rounded.
 */
public final class MathFunctions {
    private MathFunctions() {}

    /**
     * The definitions that {@code value} stands for, the last one its result; none if it is no function of this class.
     */
    public static List<Let> expand(Value value) {
        return expand(value, false);
    }

    /**
     * The same value bit by bit, with {@code plain} by arithmetic that HotSpot's C2 vectorises, for those functions of float32
     * that have such a form: exp, tanh, sigmoid, erf.
     */
    public static List<Let> expand(Value value, boolean plain) {
        return switch (value) {
            case Value.Unary unary -> expand(unary.op(), unary.x(), plain);
            case Value.Binary binary -> expand(binary.op(), binary.a(), binary.b());
            default -> List.of();
        };
    }

    private static List<Let> expand(UnaryOp op, Value x, boolean plain) {
        boolean hasPlain = switch (op) {
            case EXP, TANH, SIGMOID, ERF -> true;
            default -> false;
        };
        Arithmetic steps = new Arithmetic(x.dtype(), plain && hasPlain);
        switch (op) {
            case EXP -> new Exponentials(steps).exp(x);
            case EXPM1 -> new Exponentials(steps).expm1(x);
            case SINH -> new Exponentials(steps).sinh(x);
            case COSH -> new Exponentials(steps).cosh(x);
            case TANH -> new Exponentials(steps).tanh(x);
            case SIGMOID -> new Exponentials(steps).sigmoid(x);
            case SOFTPLUS -> new Exponentials(steps).softplus(x);
            case LOG -> new Logarithms(steps).log(x);
            case LOG1P -> new Logarithms(steps).log1p(x);
            case ERF -> new ErrorFunction(steps).erf(x);
            case SIN -> new Trigonometry(steps).sin(x);
            case COS -> new Trigonometry(steps).cos(x);
            case TAN -> new Trigonometry(steps).tan(x);
            case ASIN -> new InverseTrigonometry(steps).asin(x);
            case ACOS -> new InverseTrigonometry(steps).acos(x);
            case ATAN -> new InverseTrigonometry(steps).atan(x);
            case FLOOR -> new Rounding(steps).floor(x);
            case CEIL -> new Rounding(steps).ceil(x);
            case ROUND -> new Rounding(steps).round(x);
            case RSQRT -> new Rounding(steps).rsqrt(x);
            case IS_NAN -> new Rounding(steps).isNan(x);
            case IS_FINITE -> new Rounding(steps).isFinite(x);
            case NEG, ABS, SIGN, SQRT, RELU, NOT, TO_BITS, FROM_BITS -> {}
        }
        return steps.steps();
    }

    private static List<Let> expand(BinaryOp op, Value a, Value b) {
        Arithmetic steps = new Arithmetic(a.dtype(), false);
        switch (op) {
            case POW -> new Power(steps).pow(a, b);
            case ATAN2 -> new InverseTrigonometry(steps).atan2(a, b);
            case ADD, SUB, MUL, DIV, REM, MAX, MIN, AND, OR, XOR, SHL, SHR, USHR -> {}
        }
        return steps.steps();
    }
}
